"""How postcodes are written, by country: a hint for who types, never a bar.

The shapes are those of the Universal Postal Union; a country that is not here has any.
"""

import re

# A digit is "9", a letter "A"; a blank may be left out.
SHAPES = {
    **dict.fromkeys(("FO", "IS"), ("999",)),
    **dict.fromkeys(
        ("AT", "BE", "BG", "CH", "CY", "DK", "GL", "HU", "LI", "LU", "NO", "SI"),
        ("9999",),
    ),
    **dict.fromkeys(
        ("AX", "DE", "EE", "ES", "FI", "FR", "HR", "IT", "LT"),
        ("99999",),
    ),
    **dict.fromkeys(("CZ", "GR", "SE", "SK"), ("999 99",)),
    "CA": ("A9A 9A9",),
    "GB": ("A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA"),
    "IE": ("A99 XXXX", "A9A XXXX"),
    "LV": ("9999",),
    "MT": ("AAA 9999", "AAA 99"),
    "NL": ("9999 AA",),
    "PL": ("99-999",),
    "PT": ("9999-999",),
    "RO": ("999999",),
    "US": ("99999", "99999-9999"),
}
EXAMPLES = {
    "CA": "K1A 0B1",
    "GB": "SW1A 1AA",
    "IE": "D02 AF30",
    "MT": "VLT 1117",
    "NL": "1011 AB",
    "PL": "00-950",
    "PT": "1000-001",
}
# As it is still written before the postcode: SE-111 52.
COUNTRY_BEFORE = re.compile(r"[A-Z]{1,3}-\s*(?=[0-9])")
_SIGNS = {"9": "[0-9]", "A": "[A-Z]", "X": "[0-9A-Z]", " ": " ?"}


def fits(postcode: str, country: str) -> bool:
    """Whether `postcode` may be one of `country` (ISO 3166); empty ones may."""
    shapes = SHAPES.get(country)
    written = COUNTRY_BEFORE.sub("", postcode.strip().upper(), count=1)
    if not shapes or not written:
        return True
    return any(re.fullmatch(_pattern(shape), written) for shape in shapes)


def example(country: str) -> str:
    """Return a postcode as `country`, one of SHAPES, writes it."""
    return EXAMPLES.get(country) or "".join(
        str((place + 1) % 10) if sign == "9" else sign
        for place, sign in enumerate(SHAPES[country][0])
    )


def _pattern(shape: str) -> str:
    return "".join(_SIGNS.get(sign, re.escape(sign)) for sign in shape)
