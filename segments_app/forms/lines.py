"""Single contacts of a segment: put on and taken off."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import RowsField
from contacts.models import Contact

from ..models import Segment, SegmentLine
from .steps import StepForm


class AddByHandForm(StepForm):
    """The contacts to put on the segment."""

    contacts = RowsField(
        queryset=Contact.objects.all(),
        error_messages={"required": _("Choose at least one contact.")},
    )


class RemoveForm(StepForm):
    """The lines to take off the segment."""

    line = RowsField(
        queryset=SegmentLine.objects.none(), widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        self.fields["line"].queryset = _lines(segment)

    @staticmethod
    def chosen(segment: Segment, keys: list[str]) -> list[SegmentLine]:
        """The lines that were ticked; none where one of the keys is wrong."""
        try:
            return list(RowsField(_lines(segment), required=False).clean(keys))
        except ValidationError:
            return []


def _lines(segment: Segment) -> QuerySet[SegmentLine]:
    return segment.lines.live().select_related("contact__company").order_by("position")
