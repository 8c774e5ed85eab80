"""Contacts of the list put on a segment: on which, an open one or a new one."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from contacts.forms.bulk import CountedForm
from contacts.forms.fields import OnceField, SuggestingInput

from ..models import Segment
from ..services.steps import loss_of_tail

SUGGESTED = 200


def _latest() -> list[tuple[str, str]]:
    latest = Segment.objects.order_by("-updated_at", "-pk")[:SUGGESTED]
    return [(segment.number, str(segment)) for segment in latest]


class OpenSegmentInput(SuggestingInput):
    """The open segments that were changed last, as a list that is searched."""

    template_name = "segments/widgets/open_segment.html"


class BulkAddForm(CountedForm):
    """The number of an open segment, or the description of a new one."""

    once_key = OnceField()
    segment = forms.CharField(
        label=_("Number of an open segment"),
        required=False,
        max_length=20,
        help_text=_("Type the number, or a word of the description and choose."),
        widget=OpenSegmentInput(_latest),
    )
    description = forms.CharField(
        label=_("Or a new segment, called"),
        required=False,
        max_length=Segment._meta.get_field("description").max_length,
    )

    def __init__(self, *args: Any, may_make: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_make:
            del self.fields["description"]

    def clean_segment(self) -> Segment | None:
        number = self.cleaned_data["segment"].strip().upper()
        if not number:
            return None
        segment = Segment.objects.filter(number=number).first()
        if segment is None:
            raise ValidationError(
                _now("There is no open segment %s. See the list of segments.") % number
            )
        if loss_of_tail(segment).steps:
            raise ValidationError(
                _now("%s has undone steps. Redo or drop them there first.") % number
            )
        return segment

    def clean(self) -> None:
        super().clean()
        if self.errors:
            return
        named = self.cleaned_data["segment"]
        if bool(named) == bool(self.cleaned_data.get("description")):
            self.add_error(
                "segment", _now("Name one segment: an open one or a new one.")
            )
