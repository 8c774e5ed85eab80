"""Whether somebody gets the same twice: by e-mail, at an address, or so soon again."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, Window
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
    by_email = _same_email(segment)
    yield Check(
        "same_email",
        WARNING,
        _any(by_email, size__gt=1),
        _("Several letters go to the same e-mail address."),
        _("Keep the first of each, and take the others off."),
        leaving=_any(by_email, place__gt=1),
        alone=by_email.filter(size__gt=1),
    )
    by_post = _same_address(segment)
    yield Check(
        "same_address",
        WARNING,
        _any(by_post, size__gt=1),
        _("Several letters go to the same postal address."),
        _("Send one letter per address."),
        leaving=_any(by_post, place__gt=1),
        alone=by_post.filter(size__gt=1),
    )
    days = setup.written_to_days
    if days:
        pressure = Pressure(days=days, elsewhere=False)
        letters = pressure.entries(timezone.now()).filter(contact=OuterRef("contact"))
        yield Check(
            "written_lately",
            WARNING,
            Q(was_written_to=True),
            format_lazy(_("Written to in the last {days} days."), days=days),
            _("Take the contacts off, or write to them all the same."),
            asks={"was_written_to": Exists(letters)},
        )


def _same_email(segment: Segment) -> SegmentLineQuerySet:
    lines = _with_letter(segment, "correspondence_type", "email").filter(EMAIL)
    return _grouped(lines.exclude(effective_email=""), Upper("effective_email"))


def _same_address(segment: Segment) -> SegmentLineQuerySet:
    lines = _with_letter(segment, "correspondence_type", "address_id")
    located = lines.filter(HARD_COPY).alias(address_in_use=F("effective_address_id"))
    grouped = with_group(located, rule=PER_ADDRESS, contact="contact__")
    return _grouped(grouped, F("group_key"))


def _with_letter(segment: Segment, *names: str) -> SegmentLineQuerySet:
    lines = lines_to_log(segment).with_by_copy().filter(HAS_LETTER)
    return lines.with_effective_values(only=names)


def _grouped(lines: SegmentLineQuerySet, key: Any) -> SegmentLineQuerySet:
    """Annotate how many lines have the same key, and which of them this is."""
    return lines.annotate(
        size=Window(Count("pk"), partition_by=key),
        place=Window(RowNumber(), partition_by=key, order_by=["position", "pk"]),
    )


def _any(lines: SegmentLineQuerySet, **chosen: int) -> Q:
    return Q(pk__in=FoundOnce(lines.filter(**chosen).values("pk")))
