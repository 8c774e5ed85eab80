"""The form of a campaign."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.forms.edits import EditForm
from contacts.forms.fields import OnceField
from interactions.models import Campaign

from .dates import LetterDateField

DATE = {"type": "date"}


class CancelEntryForm(forms.Form):
    """Why a campaign entry is cancelled."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Stands with it, with your name and the day."),
    )


class CampaignForm(EditForm):
    """What a campaign is and when; `save_campaign` stores it."""

    once_key = OnceField()

    class Meta:
        model = Campaign
        fields = [
            *("number", "description", "status", "salesperson"),
            *("starting_date", "ending_date"),
        ]
        help_texts = {
            "status": _(
                "How far it has come. An administrator makes the choices, in the "
                "set-up under campaign statuses."
            ),
        }
        field_classes = {
            "starting_date": LetterDateField,
            "ending_date": LetterDateField,
        }
        widgets = {
            "starting_date": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
            "ending_date": forms.DateInput(attrs=DATE, format="%Y-%m-%d"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["number"]  # it is on letters
        salespeople = self.fields["salesperson"].queryset
        self.fields["salesperson"].queryset = salespeople.filter(
            Q(blocked=False) | Q(pk=self.instance.salesperson_id)
        )

    @property
    def values(self) -> dict[str, Any]:
        """What was filled in, for a campaign that is new."""
        return {name: self.cleaned_data[name] for name in self._meta.fields}
