"""Saved criteria: keeping the steps of a segment, and taking them again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import SavedCriteria, Segment
from .steps import StepForm


class SaveCriteriaForm(forms.ModelForm):
    """Under which code; whether it is free is asked by the service."""

    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("Short, as NEWS-OSLO.")
    )

    class Meta:
        model = SavedCriteria
        fields = ["description", "shared"]
        help_texts = {"shared": _("Otherwise only you see and reuse them.")}

    field_order = ["code"]


class ReuseForm(StepForm):
    """Which criteria, and whether those on the segment now leave first.

    The page offers them by its list, which is searched and has pages.
    """

    saved = forms.ModelChoiceField(
        label=_("Saved criteria"), queryset=SavedCriteria.objects.none()
    )
    mode = forms.ChoiceField(
        label=_("The contacts on the segment now"),
        choices=[("add", _("stay")), ("replace", _("leave first"))],
        widget=forms.RadioSelect,
        initial="add",
    )
    field_order = ["saved", "mode", "drop_undone"]

    def __init__(self, *args: Any, segment: Segment, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        self.fields["saved"].queryset = SavedCriteria.objects.visible_to(user)
