"""What a step would do, with some names: shown before it is taken."""

from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet, ineligible

from ..choices import KeptOut
from ..models.querysets import SegmentLineQuerySet
from .change_contacts import Removing
from .steps import Effect
from .time_limit import time_limit

SHOWN = 10
# So many are put in order to name the first; of more, any are named.
SORTED = 1_000
LIVE_SECONDS = 5.0


class Previewed(Protocol):
    """What can be looked at before it is done: a Change, or a segment to be started."""

    @property
    def options(self) -> Mapping[str, Any]: ...
    def entering(self) -> ContactQuerySet: ...
    def leaving(self) -> SegmentLineQuerySet: ...
    def kept_out(self) -> ContactQuerySet: ...
    def effect(self) -> Effect: ...


@dataclass(frozen=True)
class Preview:
    """The effect, some who come or go, and some who are kept out, with the reason.

    Of criteria that take contacts off, also some who stay.
    """

    effect: Effect
    entering: list[Contact]
    leaving: list[Contact]
    kept_out: list[Contact]
    staying: list[Contact]


def preview(change: Previewed, *, seconds: float | None = None) -> Preview:
    """Say what the change would do now, and do nothing.

    Those kept out carry `why_kept_out`; who is in already is counted, not named.
    With `seconds` no question to the database may take longer: raises TakesTooLong.
    """
    with live_limit(seconds):
        effect = change.effect()
        return Preview(
            effect=effect,
            entering=_entering(change, effect),
            leaving=_leaving(change, effect),
            kept_out=_kept_out(change, effect),
            staying=_staying(change, effect),
        )


def live_limit(seconds: float | None) -> AbstractContextManager[None]:
    """A bound on questions asked while one types; None for as long as it takes."""
    slow = _("This takes too long to count while you type. Press Count.")
    return time_limit(seconds, message=slow) if seconds else nullcontext()


def _entering(change: Previewed, effect: Effect) -> list[Contact]:
    """The first in the order of the segment; of many, the first of the register.

    Many are so common that a walk through the register soon has ten of them, while
    putting them in order would take longer than counting them.
    """
    if not effect.entered:
        return []
    entering = change.entering().select_related("company")
    if effect.entered > SORTED:
        return list(entering.order_by("pk")[:SHOWN])
    return list(entering.in_segment_order()[:SHOWN])


def _leaving(change: Previewed, effect: Effect) -> list[Contact]:
    if not effect.left:
        return []
    return _first(change.leaving())


def _staying(change: Previewed, effect: Effect) -> list[Contact]:
    if not isinstance(change, Removing) or not effect.total:
        return []
    return _first(change.staying())


def _first(lines: SegmentLineQuerySet) -> list[Contact]:
    lines = lines.select_related("contact__company").order_by("position")
    return [line.contact for line in lines[:SHOWN]]


def _kept_out(change: Previewed, effect: Effect) -> list[Contact]:
    if not set(effect.kept_out) - {KeptOut.ALREADY_IN.value}:
        return []
    ignore = bool(change.options.get("ignore_exclusion"))
    # Said again by the flags, which have an index; put in an order that has none,
    # for PostgreSQL would walk an index of names to its end to find the last of ten.
    kept_out = change.kept_out().filter(ineligible(ignore_exclusion=ignore))
    return list(kept_out.in_segment_order().select_related("company")[:SHOWN])
