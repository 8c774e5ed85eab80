"""Teaches SQLite the letters beyond A to Z.

SQLite folds only ASCII, so `ÅSE` and `åse` would differ there and be the same on
PostgreSQL. UPPER, LOWER and LIKE are replaced by versions that know every letter;
they are deterministic, so indexes on UPPER stay valid. Figures are rounded by a
function of ours too.
"""

import functools
import re
import sqlite3
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from .profiles import round_ratio


def teach_unicode(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Register the functions on a new SQLite connection; others are left alone."""
    if connection.vendor != "sqlite":
        return
    raw: sqlite3.Connection = connection.connection
    for name, function in (("UPPER", _upper), ("LOWER", _lower)):
        raw.create_function(name, 1, function, deterministic=True)
    raw.create_function("LIKE", 2, _like, deterministic=True)
    raw.create_function("LIKE", 3, _like, deterministic=True)


def teach_rounding(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Let a new SQLite connection divide whole numbers and round as we do.

    Its own numbers are 64 bits or inexact; `profiles.round_ratio` is neither.
    """
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "ROUND_RATIO", 3, round_ratio, deterministic=True
        )


def _upper(value: Any) -> Any:
    return _capitals(value) if isinstance(value, str) else value


def _capitals(text: str) -> str:
    """Each letter's capital, if that is one letter: ß stays, as on PostgreSQL."""
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    both = ((letter, letter.upper()) for letter in text)
    return "".join(capital if len(capital) == 1 else letter for letter, capital in both)


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _like(pattern: Any, value: Any, escape: str = "") -> bool | None:
    if pattern is None or value is None:
        return None
    return _compiled(str(pattern), escape).fullmatch(_capitals(str(value))) is not None


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str, escape: str) -> re.Pattern[str]:
    """Translate a LIKE pattern: % is any text, _ any character, both escapable."""
    parts: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            parts.append(re.escape(_capitals(next(characters, ""))))
        elif character == "%":
            parts.append(".*")
        elif character == "_":
            parts.append(".")
        else:
            parts.append(re.escape(_capitals(character)))
    return re.compile("".join(parts), re.DOTALL)
