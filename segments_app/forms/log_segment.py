"""What is asked before a segment is logged."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .dates import LetterDateField
from .seen import SeenAtField, SeenField


class LogSegmentForm(forms.Form):
    """The choices of logging, for the segment as the user saw it."""

    deliver = forms.BooleanField(
        label=_("Deliver the letters"),
        help_text=_(
            "E-mails are put in the outbox and letters are queued for printing."
        ),
        required=False,
    )
    skip_problem_lines = forms.BooleanField(
        label=_("Leave out the contacts with a problem"),
        help_text=_(
            "The others are logged. Those left out are kept, with their own "
            "values, in a new segment."
        ),
        required=False,
    )
    follow_up = forms.BooleanField(
        label=_("Create a follow-up segment"),
        help_text=_("A new segment of the contacts that are logged now."),
        required=False,
    )
    expected_version = SeenField()
    seen_at = SeenAtField()

    def __init__(
        self, *args: Any, may_deliver: bool, check_url: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if may_deliver:
            # The problems differ when the letters go out: look again at once.
            self.fields["deliver"].widget.attrs.update(
                {
                    "hx-get": check_url,
                    "hx-target": "#preflight",
                    "hx-swap": "outerHTML",
                }
            )
        else:
            del self.fields["deliver"]

    @property
    def confirmed(self) -> list[str]:
        """The kinds of warnings that were ticked; the list of problems has the box."""
        return str(self.data.get("confirmed", "")).split()

    @property
    def choices(self) -> dict[str, bool]:
        """The options of `log_segment` as they were chosen."""
        names = ("deliver", "skip_problem_lines", "follow_up")
        return {name: self.cleaned_data.get(name, False) for name in names}


class ReleaseForm(LogSegmentForm):
    """The choices of logging, and from which day on it is done by itself."""

    log_on = LetterDateField(
        label=_("Log it on"),
        help_text=_("By log_segment --due, on this day or the next time it runs."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ["log_on"]
