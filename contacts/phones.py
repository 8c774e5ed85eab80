"""Phone numbers: as people type them, and as E.164 for machines."""

import functools
import re

import phonenumbers
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .places import country_name

EXTENSION = re.compile(r"[\s,;]*(?:ext(?:ension|n)?\.?|x|#)[\s:.]*\d{1,7}\s*$", re.I)
LETTER = re.compile(r"[^\W\d_]")
FEWEST_DIGITS, MOST_DIGITS = 3, 15


@functools.lru_cache(maxsize=8_192)
def e164(text: str, country: str) -> str:
    """Return `text` as E.164, read as a number of `country`; empty if it is none."""
    if not text.strip():
        return ""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def check_phone(text: str, country: str, language: str = "en") -> None:
    """Refuse what is no phone number of `country`, and no international one.

    Numbers may end with an extension, as "22 34 56 78 ext. 12". A number without its
    country is taken as it is typed where no country is known. `language` is that of
    the reader, for the name of the country. Raises ValidationError with an example.
    """
    if not text.strip():
        return
    itself = EXTENSION.sub("", text)
    if LETTER.search(itself):
        raise ValidationError(_("A phone number has no letters."), code="invalid")
    if country or text.strip().startswith("+"):
        # By its length; which of them are given out changes from month to month.
        valid = bool(e164(text, country))
    else:
        digits = sum(letter.isdigit() for letter in itself)
        valid = FEWEST_DIGITS <= digits <= MOST_DIGITS
    if not valid:
        raise ValidationError(_refusal(text, country, language), code="invalid")


def _refusal(text: str, country: str, language: str) -> str:
    example = phonenumbers.example_number(country) if country else None
    if example is None:
        return _(
            "“%(text)s” is no phone number. Write it with + and the code of the "
            "country, as +47 22 34 56 78."
        ) % {"text": text}
    form = phonenumbers.PhoneNumberFormat
    return _(
        "“%(text)s” is no phone number in %(country)s. Write it as %(example)s, or "
        "one of another country with + and its code, as %(abroad)s."
    ) % {
        "text": text,
        "country": country_name(country, language),
        "example": phonenumbers.format_number(example, form.NATIONAL),
        "abroad": phonenumbers.format_number(example, form.INTERNATIONAL),
    }
