"""What can be done with a logged segment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import OnceField
from interactions.choices import Evaluation

from ..choices import FollowUpOf
from ..models import Segment
from ..services.follow_up import FollowUp

TAKEN_OVER = ("campaign", "template", "own_values")


class FollowUpForm(forms.Form):
    """Whom the follow-up takes, and what it takes over; once valid `asked` says it."""

    once_key = OnceField()
    only = forms.ChoiceField(
        label=_("Contacts"),
        choices=FollowUpOf.choices,
        initial=FollowUpOf.ALL,
        widget=forms.RadioSelect,
    )
    days = forms.IntegerField(
        label=_("Days since the letter went"),
        min_value=0,
        max_value=3_650,
        required=False,
        help_text=_("For those who did not answer: at least so many. Empty: any."),
    )
    evaluations = forms.MultipleChoiceField(
        label=_("Evaluations"),
        choices=Evaluation.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For those with an evaluation: which ones. None chosen: any."),
    )
    take_over = forms.MultipleChoiceField(
        label=_("Take over"),
        choices=[
            ("campaign", _("The campaign")),
            ("template", _("The interaction template")),
            (
                "own_values",
                _("Language, salesperson and alternative address of each letter"),
            ),
        ],
        initial=["campaign"],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def asked(self) -> FollowUp:
        values = self.cleaned_data
        return FollowUp(
            only=values["only"],
            days=values["days"] or 0,
            evaluations=values["evaluations"],
            **{name: name in values["take_over"] for name in TAKEN_OVER},
        )


class ReuseForm(forms.Form):
    """Which open segment gets the contacts."""

    segment = forms.ModelChoiceField(
        label=_("Open segment"), queryset=Segment.objects.all()
    )


class CancelLoggedForm(forms.Form):
    """Why a logged segment shall not count."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("Stands with it, with your name and the day."),
    )
