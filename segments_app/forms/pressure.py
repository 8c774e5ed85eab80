"""What counts as contact pressure, and what is done about it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from contacts.forms.fields import RowsField
from interactions.models import InteractionGroup, InteractionTemplate

from ..choices import StepKind
from ..models import Segment, SegmentLine
from ..services.pressure import Pressure
from .steps import StepForm

ALL, CHOSEN = "all", "chosen"


class PressureForm(forms.Form):
    """What counts; what is left empty is not looked at."""

    days = forms.IntegerField(
        label=_("Written to in the last days"),
        min_value=0,
        max_value=36_500,
        required=False,
        help_text=_("Empty: letters do not count."),
    )
    template = forms.ModelChoiceField(
        label=_("Interaction template"),
        queryset=InteractionTemplate.objects.order_by("code"),
        to_field_name="code",
        empty_label=_("any"),
        required=False,
    )
    group = forms.ModelChoiceField(
        label=_("Interaction group"),
        queryset=InteractionGroup.objects.order_by("code"),
        to_field_name="code",
        empty_label=_("any"),
        required=False,
    )
    correspondence_type = forms.ChoiceField(
        label=_("Correspondence type"),
        choices=[("", _("any")), *CorrespondenceType.choices],
        required=False,
    )
    elsewhere = forms.BooleanField(label=_("On another open segment"), required=False)

    @property
    def pressure(self) -> Pressure:
        """What counts, of a valid form."""
        cleaned = self.cleaned_data
        return Pressure(
            days=cleaned["days"],
            template=cleaned["template"].code if cleaned["template"] else "",
            group=cleaned["group"].code if cleaned["group"] else "",
            correspondence_type=cleaned["correspondence_type"],
            elsewhere=cleaned["elsewhere"],
        )


class RelieveForm(StepForm):
    """All who were found or those chosen; taken off, or kept alone."""

    who = forms.ChoiceField(
        label=_("Who"),
        choices=[(ALL, _("All who were found")), (CHOSEN, _("Only those ticked"))],
        widget=forms.RadioSelect,
        initial=ALL,
    )
    kind = forms.ChoiceField(
        choices=[(kind, kind.label) for kind in (StepKind.REDUCE, StepKind.REFINE)]
    )
    line = RowsField(queryset=SegmentLine.objects.none(), required=False)

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        self.fields["line"].queryset = segment.lines.live()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("who") == CHOSEN and not cleaned.get("line"):
            self.add_error("who", _("Tick at least one contact, or choose all."))
        return cleaned

    @property
    def choices(self) -> dict[str, Any]:
        """What is done to whom, of a valid form."""
        cleaned = self.cleaned_data
        return {
            "kind": StepKind(cleaned["kind"]),
            "chosen": cleaned["line"] if cleaned["who"] == CHOSEN else None,
        }
