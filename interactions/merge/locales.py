"""The language a letter writes dates and countries in."""

import functools

from babel import Locale, UnknownLocaleError


@functools.lru_cache(maxsize=100)
def locale_of(tag: str) -> Locale:
    """Return the locale of a BCP 47 tag, else of its language, else English."""
    parts = tag.replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        try:
            return Locale.parse("-".join(parts[:length]), sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return Locale("en", "GB")
