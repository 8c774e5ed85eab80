"""What every step asks besides its own question."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Segment
from ..services import SegmentChanged, SegmentError
from ..services.steps import TailLoss, loss_of_tail


def say_loss(loss: TailLoss) -> str:
    """Say what a new step drops for good."""
    said = ngettext(
        "%s undone step is dropped for good",
        "%s undone steps are dropped for good",
        loss.steps,
    )
    parts = [said % intcomma(loss.steps)]
    if loss.texts:
        texts = ngettext("%s personal text", "%s personal texts", loss.texts)
        parts.append(texts % intcomma(loss.texts))
    if loss.documents:
        documents = ngettext("%s own document", "%s own documents", loss.documents)
        parts.append(documents % intcomma(loss.documents))
    if len(parts) == 1:
        return f"{parts[0]}."
    return _("%(steps)s, and with them: %(values)s.") % {
        "steps": parts[0],
        "values": ", ".join(parts[1:]),
    }


class StepForm(forms.Form):
    """A step that is not taken over somebody else's, nor over undone ones unasked."""

    expected_position = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    drop_undone = forms.BooleanField(
        label=_("Yes, drop the undone steps"),
        error_messages={"required": _("Tick this to go on, or redo the steps first.")},
    )

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment = segment
        self.fields["expected_position"].initial = segment.position
        loss = loss_of_tail(segment)
        if loss.steps:
            self.fields["drop_undone"].help_text = say_loss(loss)
        else:
            del self.fields["drop_undone"]

    def refuse(self, error: SegmentError) -> None:
        """Show why the service refused; after a look the user may try again."""
        self.add_error(None, str(error))
        if isinstance(error, SegmentChanged):
            self.data = self.data.copy()
            self.data["expected_position"] = self.segment.position
