"""Countries and languages by code, named in the reader's language."""

import functools
import re

from babel import Locale, UnknownLocaleError

# What CLDR lists besides the countries of ISO 3166.
NOT_A_COUNTRY = {"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"}
LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


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


def language_tag(text: str) -> str:
    """Return `text` as a BCP 47 tag (nb-no becomes nb-NO); ValueError if it is none."""
    if not LANGUAGE_TAG.fullmatch(text):
        raise ValueError(text)
    first, *rest = text.split("-")
    if first.lower() not in _locale("en").languages:
        raise ValueError(text)
    parts = [first.lower()]
    for part in rest:
        if len(part) == 2:
            parts.append(part.upper())
        elif len(part) == 4 and part.isalpha():
            parts.append(part.title())
        else:
            parts.append(part)
    return "-".join(parts)


@functools.lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")
