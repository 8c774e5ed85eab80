"""Teaches SQLite the letters beyond A to Z.

SQLite folds only ASCII, so `ÅSE` and `åse` would differ there and be the same on
PostgreSQL. UPPER, LOWER and LIKE are replaced by versions that know every letter;
they are deterministic, so indexes on UPPER stay valid. What contacts are found by and
rounded figures are worked out in Python too.
"""

import functools
import re
import sqlite3
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from .folding import capitals
from .profiles import round_ratio
from .search.terms import COLUMNS
from .search.triggers import SQLITE_FUNCTION, terms_as_json


def teach_unicode(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Register the functions on a new SQLite connection; others are left alone."""
    if connection.vendor != "sqlite":
        return
    raw: sqlite3.Connection = connection.connection
    for name, function in (("UPPER", _upper), ("LOWER", _lower)):
        raw.create_function(name, 1, function, deterministic=True)
    raw.create_function("LIKE", 2, _like, deterministic=True)
    raw.create_function("LIKE", 3, _like, deterministic=True)
    raw.create_function(
        SQLITE_FUNCTION, len(COLUMNS), terms_as_json, deterministic=True
    )


def teach_rounding(sender: Any, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Let a new SQLite connection divide whole numbers and round as we do.

    Its own numbers are 64 bits or inexact; `profiles.round_ratio` is neither.
    """
    if connection.vendor == "sqlite":
        connection.connection.create_function(
            "ROUND_RATIO", 3, round_ratio, deterministic=True
        )


def _upper(value: Any) -> Any:
    return capitals(value) if isinstance(value, str) else value


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value


def _like(pattern: Any, value: Any, escape: str = "") -> bool | None:
    if pattern is None or value is None:
        return None
    return _compiled(str(pattern), escape).fullmatch(capitals(str(value))) is not None


@functools.lru_cache(maxsize=256)
def _compiled(pattern: str, escape: str) -> re.Pattern[str]:
    """Translate a LIKE pattern: % is any text, _ any character, both escapable."""
    parts: list[str] = []
    characters = iter(pattern)
    for character in characters:
        if character == escape:
            parts.append(re.escape(capitals(next(characters, ""))))
        elif character == "%":
            parts.append(".*")
        elif character == "_":
            parts.append(".")
        else:
            parts.append(re.escape(capitals(character)))
    return re.compile("".join(parts), re.DOTALL)
