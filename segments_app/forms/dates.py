"""The day that a letter carries."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

FIRST = datetime.date(1990, 1, 1)
YEARS_AHEAD = 10


class LetterDateField(forms.DateField):
    """A date that somebody may mean; a slip of the hand such as 9999 is refused."""

    default_error_messages = {
        "far_off": _("Choose a date from %(first)s to %(last)s."),
    }

    def validate(self, value: Any) -> None:
        super().validate(value)
        last = datetime.date(timezone.localdate().year + YEARS_AHEAD, 12, 31)
        if value and not FIRST <= value <= last:
            bounds = {"first": FIRST, "last": last}
            raise ValidationError(
                self.error_messages["far_off"],
                "far_off",
                {
                    name: date_format(day, "SHORT_DATE_FORMAT")
                    for name, day in bounds.items()
                },
            )
