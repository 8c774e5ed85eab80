"""Where the e-mails of a run are, all together. Values only."""

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import ngettext

from .choices import SendState


@dataclass(frozen=True)
class Sending:
    """How many e-mails of a run are where: what waits is queued or being sent.

    What was cancelled rests and is not among them, unless it had gone by then.
    """

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0
    paused: bool = False

    @property
    def state(self) -> SendState:
        """The one word for it: what is paused or on its way is not done with."""
        if self.paused:
            return SendState.PAUSED
        if self.waiting:
            return SendState.SENDING
        if self.sent:
            return SendState.SENT
        return SendState.NOT_SENT if self.failed or self.unknown else SendState.NOTHING

    def __str__(self) -> str:
        """The state and what is to be seen to, as in "Sent, 2 failed"."""
        said = [str(self.state.label)]
        if self.failed:
            failed = ngettext("%s failed", "%s failed", self.failed)
            said.append(failed % number_format(self.failed, force_grouping=True))
        if self.unknown:
            unknown = ngettext("%s unknown", "%s unknown", self.unknown)
            said.append(unknown % number_format(self.unknown, force_grouping=True))
        return ", ".join(said)
