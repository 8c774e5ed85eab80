"""What every step asks besides its own question."""

from typing import Any

from django import forms
from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ..models import Segment
from ..services.steps import TailLoss, loss_of_tail
from .seen import SeenForm


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


class StepForm(SeenForm):
    """A step that is not taken over somebody else's, nor over undone ones unasked."""

    drop_undone = forms.BooleanField(
        label=_("Yes, drop the undone steps"),
        error_messages={"required": _("Tick this to go on, or redo the steps first.")},
    )

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        loss = loss_of_tail(segment)
        if loss.steps:
            self.fields["drop_undone"].help_text = say_loss(loss)
        else:
            del self.fields["drop_undone"]
