"""Phone numbers: as people type them, and as E.164 for machines."""

import phonenumbers


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
