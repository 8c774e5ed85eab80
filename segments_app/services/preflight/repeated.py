"""Whether somebody gets the same twice: by e-mail, at an address, or so soon again."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Sum, Window
from django.db.models.functions import RowNumber, Upper
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contacts.models import MarketingSetup
from contacts.models.found_once import FoundOnce

from ...choices import AddresseeBy, LettersPer
from ...models import Segment
from ...models.querysets import HAS_LETTER, SegmentLineQuerySet
from ..addressees import AddresseeRule, with_group
from ..pressure import Pressure
from .kinds import WARNING, Check
from .lines import EMAIL, HARD_COPY, lines_to_log

PER_ADDRESS = AddresseeRule(per=LettersPer.ADDRESS, choose=AddresseeBy.BY_HAND)


def checks_of_repetition(segment: Segment, setup: MarketingSetup) -> Iterator[Check]:
    """Of those who share an e-mail address or a postal one the first may stay."""
    for kind, (lines, key), message, fix in (
        (
            "same_email",
            _by_email(segment),
            _("Several letters go to the same e-mail address."),
            _("Keep the first of each, and take the others off."),
        ),
        (
            "same_address",
            _by_post(segment),
            _("Several letters go to the same postal address."),
            _("Send one letter per address."),
        ),
    ):
        grouped = _grouped(lines, key)
        yield Check(
            kind,
            WARNING,
            _any(grouped, size__gt=1),
            message,
            fix,
            leaving=_any(grouped, place__gt=1),
            count=partial(_count_shared, lines, key),
        )
    days = setup.written_to_days
    if days:
        pressure = Pressure(days=days, elsewhere=False)
        letters = pressure.entries(timezone.now()).filter(contact=OuterRef("contact"))
        lately = Q(Exists(letters))
        yield Check(
            "written_lately",
            WARNING,
            lately,
            format_lazy(_("Written to in the last {days} days."), days=days),
            _("Take the contacts off, or write to them all the same."),
            count=_with_letter(segment).filter(lately).count,
        )


def _by_email(segment: Segment) -> tuple[SegmentLineQuerySet, Any]:
    """The lines that go out by e-mail, and what is the same where the address is."""
    lines = _with_letter(segment, "correspondence_type", "email").filter(EMAIL)
    return lines.exclude(effective_email=""), Upper("effective_email")


def _by_post(segment: Segment) -> tuple[SegmentLineQuerySet, Any]:
    lines = _with_letter(segment, "correspondence_type", "address_id")
    located = lines.filter(HARD_COPY).alias(address_in_use=F("effective_address_id"))
    grouped = with_group(located, rule=PER_ADDRESS, contact="contact__")
    return grouped, F("group_key")


def _with_letter(segment: Segment, *names: str) -> SegmentLineQuerySet:
    lines = lines_to_log(segment).with_by_copy().filter(HAS_LETTER)
    return lines.with_effective_values(only=names)


def _grouped(lines: SegmentLineQuerySet, key: Any) -> SegmentLineQuerySet:
    """Annotate how many lines have the same key, and which of them this is."""
    return lines.annotate(
        size=Window(Count("pk"), partition_by=key),
        place=Window(RowNumber(), partition_by=key, order_by=["position", "pk"]),
    )


def _count_shared(lines: SegmentLineQuerySet, key: Any) -> int:
    """How many lines have a key that another one has, without sorting them."""
    keys = lines.order_by().values(shared=key).annotate(size=Count("pk"))
    return keys.filter(size__gt=1).aggregate(all=Sum("size", default=0))["all"]


def _any(lines: SegmentLineQuerySet, **chosen: int) -> Q:
    return Q(pk__in=FoundOnce(lines.filter(**chosen).values("pk")))
