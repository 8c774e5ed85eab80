"""The header of a segment."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.edit_forms import EditForm
from contacts.fields import LanguageField

from ..models import Segment
from .dates import LetterDateField

HEADER = [
    "description",
    "template",
    "campaign",
    "date",
    "salesperson",
    "language",
    "subject",
    "correspondence_type",
    "ignore_contact_correspondence_type",
    "email_form",
    "unit_cost",
    "unit_duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "notes",
]


class HeaderForm(EditForm):
    """What all lines inherit; empty fields inherit from the template."""

    language = LanguageField(
        label=_("Language"),
        required=False,
        help_text=_("For contacts without a document in their own language."),
    )

    class Meta:
        model = Segment
        fields = HEADER
        field_classes = {"date": LetterDateField}
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        salespeople = self.fields["salesperson"].queryset
        self.fields["salesperson"].queryset = salespeople.filter(
            Q(blocked=False) | Q(pk=self.instance.salesperson_id)
        )
        for name in ("email_form", "information_flow", "initiated_by"):
            field = self.fields[name]
            field.choices = [("", _("from the template")), *field.choices[1:]]
        for name in ("campaign_target", "campaign_response"):
            self.fields[name].widget.choices = [
                ("unknown", _("from the template")),
                ("true", _("Yes")),
                ("false", _("No")),
            ]


class NewSegmentForm(HeaderForm):
    class Meta(HeaderForm.Meta):
        fields = ["number", *HEADER]
        help_texts = {"number": _("Leave it empty for the next number of the series.")}

    def _get_validation_exclusions(self) -> set[str]:
        """Leave out a number that the series will give."""
        exclude = super()._get_validation_exclusions()
        return exclude if self.cleaned_data.get("number") else {*exclude, "number"}
