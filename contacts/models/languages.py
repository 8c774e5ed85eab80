"""Which stored language serves a wanted one."""

from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import Exact


def in_language(tag: Any) -> Exact:
    """Rows whose `language` serves a BCP 47 tag: exactly it, else its first parts.

    nb serves nb-NO because "nb-" begins "nb-NO-" (RFC 4647, lookup).
    """
    dash = Value("-")
    return Exact(StrIndex(Concat(tag, dash), Concat(F("language"), dash)), 1)


def serves(stored: str, wanted: str) -> bool:
    """Whether a document stored in one language serves a wanted one."""
    return f"{wanted}-".startswith(f"{stored}-")
