"""Countries and languages as people write them -> ISO 3166 and BCP 47."""

import functools
import re

from babel import Locale, UnknownLocaleError
from babel.core import get_global

# The languages whose names of countries and languages are understood.
_SPOKEN = ("en", "nb", "da", "fi", "nl", "sv", "de", "fr")
_OTHER_NAMES = {
    "england": "GB",
    "scotland": "GB",
    "wales": "GB",
    "great britain": "GB",
    "northern ireland": "GB",
    "holland": "NL",
    "the netherlands": "NL",
    "united states of america": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "america": "US",
    "czech republic": "CZ",
    "turkey": "TR",
}
# Countries whose postcodes have a fixed length and may start with 0, which
# spreadsheets take for a number and drop.
_POSTCODE_DIGITS = {
    "DE": 5,
    "EE": 5,
    "ES": 5,
    "FI": 5,
    "FR": 5,
    "IT": 5,
    "NO": 4,
    "US": 5,
}


@functools.lru_cache(maxsize=10_000)
def to_country(text: str) -> str | None:
    """Return the alpha-2 code of a code or a name; None if there is no such country."""
    word = " ".join(text.split())
    upper = word.upper()
    if len(upper) == 2 and upper in _codes():
        return upper
    # Alpha-3 codes, numeric codes, UK: what ISO and CLDR call aliases.
    aliases = get_global("territory_aliases").get(upper, ())
    if len(aliases) == 1 and aliases[0] in _codes():
        return str(aliases[0])
    return _OTHER_NAMES.get(word.casefold()) or _countries().get(word.casefold())


@functools.lru_cache(maxsize=1_000)
def to_language(text: str) -> str | None:
    """Return the BCP 47 tag of a tag or a name; None if there is no such language."""
    word = " ".join(text.split())
    if word.casefold() in _tags():
        return word.casefold()
    named = _languages().get(word.casefold())
    if named:
        return named
    if not re.fullmatch(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*", word):
        return None
    try:
        locale = Locale.parse(word.replace("_", "-"), sep="-")
    except (UnknownLocaleError, ValueError):
        return None
    parts = (locale.language, locale.script, locale.territory, locale.variant)
    return "-".join(part for part in parts if part)


def whole_postcode(text: str, country: str) -> str:
    """Give a postcode back the leading zeros that a spreadsheet took from it."""
    digits = _POSTCODE_DIGITS.get(country)
    if digits and text.isascii() and text.isdigit():
        return text.zfill(digits)
    return text


@functools.cache
def _codes() -> frozenset[str]:
    territories = map(str, Locale("en").territories)
    codes = (code for code in territories if re.fullmatch("[A-Z]{2}", code))
    # CLDR also names the European Union, the world's outlying parts and test codes.
    return frozenset(codes) - {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AC", "CP"}


@functools.cache
def _countries() -> dict[str, str]:
    """Names in every spoken language; where two say it differently, English wins."""
    names: dict[str, str] = {}
    for language in _SPOKEN:
        for code, name in Locale(language).territories.items():
            if code in _codes():
                names.setdefault(name.casefold(), code)
    return names


@functools.cache
def _tags() -> frozenset[str]:
    """The plain tags of the form; Babel has no locale for some of them."""
    tags = map(str, Locale("en").languages)
    return frozenset(tag for tag in tags if re.fullmatch("[a-z]{2}", tag))


@functools.cache
def _languages() -> dict[str, str]:
    names = {"norwegian": "nb", "norsk": "nb", "norja": "nb"}
    for spoken in _SPOKEN:
        for code, name in Locale(spoken).languages.items():
            if re.fullmatch("[a-z]{2}", code):
                names.setdefault(name.casefold(), "nb" if code == "no" else code)
    return names
