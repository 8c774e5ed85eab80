"""Letters of a logged segment that go another way: on paper or by e-mail after all.

The letter stays as it was frozen. It moves to a run of the other kind, in which it gets
the next number, so that what changed its way is printed or sent by itself and every
letter goes once.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import (
    Count,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.batches import ROWS_AT_ONCE
from contacts.choices import CorrespondenceType
from contacts.models import AlternativeAddress, Contact
from contacts.models.insert_select import insert_from
from contacts.models.postal import incomplete_address
from contacts.models.upsert import update_rows
from interactions.choices import DeliveryStatus, RunEventKind, RunKind, RunState
from interactions.models import (
    Delivery,
    InteractionLogEntry,
    LoggedSegment,
    Run,
    RunEvent,
    RunItem,
)
from interactions.models.querysets import BEFORE_POSTING, in_house

from .errors import SegmentError

# What is known never to have reached the contact by e-mail.
UNDELIVERED = (DeliveryStatus.FAILED,)
# What has a letter of its own that was not taken out.
HAS_LETTER = Q(
    run_item__sequence__isnull=False,
    run_item__taken_out=None,
    run_item__snapshot__isnull=False,
)
HAS_EMAIL = ~Q(contact__email="") | (
    Q(alternative_address__isnull=False) & ~Q(alternative_address__email="")
)
LACKING_ADDRESS = incomplete_address("run_item__snapshot__inputs__address__")
# A delivery that nobody has tried yet.
FRESH = {
    "status": DeliveryStatus.QUEUED,
    "attempts": 0,
    "next_attempt_at": None,
    "held": False,
    "claim": "",
    "claimed_at": None,
    "handed_over_at": None,
    "message_id": "",
    "error": "",
}
# Is told how many letters have gone the other way so far.
OnMoved = Callable[[int], None]


class NothingToMove(SegmentError):
    """No letter can go the other way, or somebody let it go there already."""


class NothingToPrint(NothingToMove):
    """No e-mail can be printed instead."""

    def __init__(self) -> None:
        super().__init__(_("There is no e-mail that could be printed instead."))


class NothingToSend(NothingToMove):
    """No letter can be sent by e-mail instead."""

    def __init__(self) -> None:
        super().__init__(_("There is no letter that could be sent by e-mail."))


@dataclass(frozen=True)
class Movable:
    """How many letters can go the other way, and how many of the rest cannot."""

    letters: int
    blocked: int
    without_address: int

    @property
    def all(self) -> int:
        return self.letters + self.blocked + self.without_address

    def __bool__(self) -> bool:
        return bool(self.all)


def part_by_channel(run: Run) -> None:
    """Let e-mails be a run of their own: the other is printed and posted as one.

    They keep the numbers they have.
    """
    letters = run.items.filter(sequence__isnull=False)
    emails = letters.filter(entry__correspondence_type=CorrespondenceType.EMAIL)
    count = emails.count()
    if not count:
        return
    sent = _like(run) if count < letters.count() else run
    sent.kind = RunKind.SEND
    sent.save()
    emails.update(run=sent)


def failed_emails(logged_segment: LoggedSegment, at: datetime) -> Movable:
    """The e-mails that never arrived and can be printed instead."""
    may = _may_get(CorrespondenceType.HARD_COPY, at)
    return _count(_failed(logged_segment), may, ~LACKING_ADDRESS)


def unposted_letters(logged_segment: LoggedSegment, at: datetime) -> Movable:
    """The letters on paper that are still here and can be sent by e-mail instead."""
    may = _may_get(CorrespondenceType.EMAIL, at)
    return _count(_unposted(logged_segment), may, HAS_EMAIL)


def unheard(_moved: int) -> None:
    """Who waits for the page hears of all at once."""


@transaction.atomic
def print_instead(
    *,
    logged_segment: LoggedSegment,
    user: Any,
    at: datetime,
    on_moved: OnMoved = unheard,
) -> list[RunEvent]:
    """Print the e-mails that never arrived; say of each run what it became.

    Their deliveries are taken first, by a statement that asks whether they are still
    undelivered: what somebody sends again meanwhile is not printed. Raises
    NothingToPrint.
    """
    _hold(logged_segment)
    may = _may_get(CorrespondenceType.HARD_COPY, at)
    movable = _failed(logged_segment).filter(may, ~LACKING_ADDRESS)
    Delivery.objects.filter(
        entry__in=movable.values("pk"), status__in=UNDELIVERED
    ).update(channel=CorrespondenceType.HARD_COPY, to_address="", **FRESH)
    taken = logged_segment.interactions.filter(
        correspondence_type=CorrespondenceType.EMAIL,
        delivery__channel=CorrespondenceType.HARD_COPY,
    )
    way = RunKind.PRINT, RunEventKind.TO_PAPER
    events = list(_move(taken, *way, user, at, on_moved))
    if not events:
        raise NothingToPrint
    taken.update(
        correspondence_type=CorrespondenceType.HARD_COPY,
        contact_via="",
        delivery_status=DeliveryStatus.QUEUED,
    )
    return events


@transaction.atomic
def send_instead(
    *,
    logged_segment: LoggedSegment,
    user: Any,
    at: datetime,
    on_moved: OnMoved = unheard,
) -> list[RunEvent]:
    """Send by e-mail what is not posted yet, to whom has an address for it.

    Says of each run what it became. Raises NothingToSend.
    """
    _hold(logged_segment)
    may = _may_get(CorrespondenceType.EMAIL, at)
    movable = _unposted(logged_segment).filter(may, HAS_EMAIL)
    way = RunKind.SEND, RunEventKind.TO_EMAIL
    events = list(_move(movable, *way, user, at, on_moved))
    if not events:
        raise NothingToSend
    runs = [event.became for event in events]
    taken = InteractionLogEntry.objects.filter(run_item__run__in=runs)
    taken.update(
        correspondence_type=CorrespondenceType.EMAIL,
        contact_via=_email_address(),
        delivery_status=DeliveryStatus.QUEUED,
    )
    Delivery.objects.filter(entry__in=taken.values("pk")).update(
        channel=CorrespondenceType.EMAIL,
        to_address=_of_entry(InteractionLogEntry, "entry", "contact_via"),
        **FRESH,
    )
    insert_from(
        Delivery,
        taken.filter(delivery=None).order_by("pk"),
        entry=F("pk"),
        channel=CorrespondenceType.EMAIL,
        to_address=F("contact_via"),
        status=DeliveryStatus.QUEUED,
    )
    return events


def _hold(logged_segment: LoggedSegment) -> None:
    """Let nobody post, withdraw or move letters meanwhile."""
    runs = Run.objects.select_for_update().filter(logged_segment=logged_segment)
    list(runs.order_by("pk").values_list("pk"))


def _failed(logged_segment: LoggedSegment) -> Any:
    return logged_segment.interactions.filter(
        HAS_LETTER,
        cancelled=False,
        run_item__run__kind=RunKind.SEND,
        correspondence_type=CorrespondenceType.EMAIL,
        delivery__status__in=UNDELIVERED,
    )


def _unposted(logged_segment: LoggedSegment) -> Any:
    return logged_segment.interactions.filter(
        HAS_LETTER,
        in_house(),
        run_item__run__kind=RunKind.PRINT,
        run_item__run__state__in=BEFORE_POSTING,
    )


def _count(entries: Any, may: Q, has_address: Q) -> Movable:
    found = entries.aggregate(
        all=Count("pk"),
        blocked=Count("pk", filter=~may),
        letters=Count("pk", filter=may & has_address),
    )
    without = found["all"] - found["blocked"] - found["letters"]
    return Movable(found["letters"], found["blocked"], without)


def _may_get(channel: CorrespondenceType, at: datetime) -> Q:
    today = timezone.localdate(at, timezone.get_default_timezone())
    eligible = Contact.objects.eligible(ignore_exclusion=True)
    welcome = eligible.may_receive(channel, today).filter(pk=OuterRef("contact_id"))
    return Q(Exists(welcome))


def _move(
    entries: Any,
    kind: RunKind,
    event_kind: RunEventKind,
    user: Any,
    at: datetime,
    on_moved: OnMoved,
) -> Iterator[RunEvent]:
    """Move the letters of these entries, of each run to a new one; yield the events."""
    before = 0
    items = RunItem.objects.filter(entry__in=entries.values("pk"))
    sources = Run.objects.filter(pk__in=items.values("run")).order_by("pk")
    for source in list(sources):
        run = _like(source)
        run.kind, run.state, run.posted_on = kind, RunState.PREPARED, None
        run.created_at, run.user, run.paused = at, user, False
        of_kind = RunItem.objects.filter(
            run__logged_segment=source.logged_segment_id, run__kind=kind
        )
        last = of_kind.aggregate(last=Max("sequence"))["last"] or 0
        run.save()
        moved = 0
        for moved in _move_items(items.filter(run=source), run, last):
            on_moved(before + moved)
        before += moved
        yield RunEvent.objects.create(
            run=source,
            kind=event_kind,
            letters=moved,
            became=run,
            user=user,
            created_at=at,
        )


def _move_items(items: QuerySet[RunItem], run: Run, last: int) -> Iterator[int]:
    """Give the letters the numbers after `last`, in the order they have.

    Some at a time; yield how many have them.
    """
    first = last
    while some := list(items.order_by("sequence")[:ROWS_AT_ONCE]):
        for item in some:
            last += 1
            item.run, item.sequence = run, last
        update_rows(some, key="entry", columns=["run_id", "sequence"])
        yield last - first


def _like(run: Run) -> Run:
    """A run that is the same in all that its letters say."""
    other = copy(run)
    other.pk = None
    other._state.adding = True
    return other


def _email_address() -> Coalesce:
    """Where an entry's e-mail goes: the alternative address first, as when logging."""
    alternative = _of_entry(AlternativeAddress, "alternative_address_id", "email")
    own = _of_entry(Contact, "contact_id", "email")
    return Coalesce(NullIf(alternative, Value("")), own)


def _of_entry(model: Any, key: str, column: str) -> Subquery:
    return Subquery(model.objects.filter(pk=OuterRef(key)).values(column))
