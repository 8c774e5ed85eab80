"""Whether somebody gets the same twice: by e-mail, at an address, or so soon again."""

from collections.abc import Iterator

from django.db.models import Count, Exists, F, OuterRef, Q, Value, Window
from django.db.models.functions import NullIf, RowNumber, Upper
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from contacts.models import MarketingSetup
from contacts.models.found_once import FoundOnce

from ...models import Segment
from ...models.querysets import HAS_LETTER, SegmentLineQuerySet
from ..addressees import address_as_written, address_key
from ..pressure import Pressure
from .kinds import WARNING, Check, Shared
from .lines import EMAIL, HARD_COPY, lines_to_log

# The effective values that `Shared` refers to.
SHARED_BY = ("correspondence_type", "email", "address_id")


def checks_of_repetition(segment: Segment, setup: MarketingSetup) -> Iterator[Check]:
    """Of those who share an e-mail address or a postal one the first may stay."""
    lines = lines_to_log(segment).with_by_copy()
    for kind, shared, message, fix in (
        (
            "same_email",
            Shared(EMAIL, _email("effective_email"), _email("contact__email")),
            _("Several letters go to the same e-mail address."),
            _("Keep the first of each, and take the others off."),
        ),
        (
            "same_address",
            Shared(
                HARD_COPY,
                address_key("contact__", "effective_address_id"),
                address_as_written("contact__"),
            ),
            _("Several letters go to the same postal address."),
            _("Send one letter per address."),
        ),
    ):
        yield Check(
            kind,
            WARNING,
            _any(lines, shared, size__gt=1),
            message,
            fix,
            leaving=_any(lines, shared, place__gt=1),
            shared=shared,
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
            count=lines.filter(HAS_LETTER & lately).count,
        )


def _email(name: str) -> Upper:
    """What is the same where an e-mail address is; NULL where there is none."""
    return Upper(NullIf(F(name), Value("")))


def _grouped(lines: SegmentLineQuerySet, shared: Shared) -> SegmentLineQuerySet:
    """Annotate how many lines share the same, and which of them this is."""
    lines = lines.with_effective_values(only=SHARED_BY).filter(
        HAS_LETTER & shared.channel
    )
    return (
        lines.annotate(held=shared.in_effect)
        .exclude(held=None)
        .annotate(
            size=Window(Count("pk"), partition_by="held"),
            place=Window(RowNumber(), partition_by="held", order_by=["position", "pk"]),
        )
    )


def _any(lines: SegmentLineQuerySet, shared: Shared, **chosen: int) -> Q:
    """The lines with such a size or place; counting all kinds does not ask for them."""

    def found() -> FoundOnce:
        return FoundOnce(_grouped(lines, shared).filter(**chosen).values("pk"))

    return Q(pk__in=SimpleLazyObject(found))
