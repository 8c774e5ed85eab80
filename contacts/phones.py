"""Phone numbers: as people type them, and as E.164 for machines."""

import functools
import re

import phonenumbers


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


def is_phone(text: str, country: str) -> bool:
    """Whether `text` can be somebody's number, or is empty.

    Of a country, or with an international prefix, it must be a possible number there;
    without either it must be digits and what people put between them.
    """
    if not text.strip():
        return True
    if country or text.strip().startswith("+"):
        return bool(e164(text, country))
    return not re.search(r"[^\W\d_]", text) and bool(re.search(r"\d", text))
