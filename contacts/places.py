"""Countries and languages by code, named in the reader's language."""

import functools
import re

from babel import Locale, UnknownLocaleError

# What CLDR lists besides the countries of ISO 3166.
NOT_A_COUNTRY = {"AC", "CP", "EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}


@functools.lru_cache(maxsize=16)
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Return (code, name) of every country, by name."""
    territories = _locale(language).territories
    named = [
        (code, name)
        for code, name in territories.items()
        if re.fullmatch("[A-Z]{2}", code) and code not in NOT_A_COUNTRY
    ]
    return tuple(sorted(named, key=lambda country: country[1].casefold()))


@functools.lru_cache(maxsize=16)
def languages(language: str) -> tuple[tuple[str, str], ...]:
    """Return (tag, name) of the languages people write in, by name."""
    named = _locale(language).languages.items()
    plain = [(tag, name) for tag, name in named if re.fullmatch("[a-z]{2}", tag)]
    return tuple(sorted(plain, key=lambda named: named[1].casefold()))


def country_name(code: str, language: str) -> str:
    """Return the name of a country; an unknown code stands for itself."""
    return _locale(language).territories.get(code, code)


def language_name(tag: str, language: str) -> str:
    """Return the name of a language; an unknown tag stands for itself."""
    try:
        return Locale.parse(tag, sep="-").get_display_name(_locale(language)) or tag
    except (ValueError, UnknownLocaleError):
        return tag


@functools.lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")
