"""What is said of letters on paper: when they were posted, which shall not go."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from interactions.printing import Numbers, NumbersError, parse_numbers


class PostingForm(forms.Form):
    """When the letters of a run went to the post."""

    posted_on = forms.DateField(
        label=_("Posted on"),
        initial=timezone.localdate,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("From then on the log says that the letters were sent."),
    )


class TakeOutForm(forms.Form):
    """Which letters of a run shall not go; once valid `numbers` are these."""

    letters = forms.CharField(
        label=_("Letters"),
        max_length=500,
        help_text=_("The numbers that are printed on them, for example 41-57, 60."),
    )

    def __init__(self, *args: Any, last: int, **kwargs: Any) -> None:
        """`last` is the number of the last letter."""
        super().__init__(*args, **kwargs)
        self.last = last
        self.numbers: Numbers = ()

    def clean_letters(self) -> str:
        letters = str(self.cleaned_data["letters"])
        try:
            self.numbers = parse_numbers(letters, last=self.last)
        except NumbersError as error:
            raise forms.ValidationError(str(error)) from error
        return letters
