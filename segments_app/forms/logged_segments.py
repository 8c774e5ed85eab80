"""What can be done with a logged segment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Segment


class FollowUpForm(forms.Form):
    """Whom the follow-up takes."""

    only = forms.ChoiceField(
        label=_("Contacts"),
        choices=[
            ("all", _("Everybody who was logged")),
            ("not_answered", _("Only those without an evaluation")),
            ("evaluation", _("Only those with an evaluation")),
        ],
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
