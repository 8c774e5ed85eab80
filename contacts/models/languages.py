"""Which stored language serves a wanted one."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Concat, StrIndex
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from ..importing.places import to_language


def in_language(tag: Any) -> Exact:
    """Rows whose `language` serves a BCP 47 tag: exactly it, else its first parts.

    nb serves nb-NO because "nb-" begins "nb-NO-" (RFC 4647, lookup).
    """
    dash = Value("-")
    return Exact(StrIndex(Concat(tag, dash), Concat(F("language"), dash)), 1)


def serves(stored: str, wanted: str) -> bool:
    """Whether a document stored in one language serves a wanted one."""
    return f"{wanted}-".startswith(f"{stored}-")


def language_tag(text: str) -> str:
    """The BCP 47 tag of a tag or a name. Raises ValidationError."""
    tag = to_language(text)
    if tag is None:
        raise ValidationError(
            _("“%(value)s” is no language. Write it as nb, da or pt-BR."),
            "invalid",
            {"value": text},
        )
    return tag
