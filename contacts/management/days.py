"""How days are typed in commands."""

from argparse import ArgumentTypeError
from datetime import date

from django.utils.translation import gettext as _


def typed_day(text: str) -> date:
    """The day of an argument of a command, its `type`."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("Write the day as 2026-11-22.")) from error
