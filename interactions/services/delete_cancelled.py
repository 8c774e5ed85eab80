"""What was cancelled is deleted for good (contacts_interactions.md 6.5.5, 6.5.6).

Nothing that counts is ever deleted, nor what is being sent. With an interaction go its
comments, its delivery and its letter as it was sent, and documents that nobody else
uses; a run keeps the number of the letter. Of a logged segment only the register goes:
its interactions and campaign entries stay, cancelled.
"""

from collections.abc import Callable, Collection, Iterator

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from ..choices import DeliveryStatus
from ..models import (
    CampaignEntry,
    Cancellation,
    Delivery,
    InteractionLogEntry,
    LetterSnapshot,
    LoggedSegment,
)
from .forget_contact import drop_unused

CHUNK = 1_000
SEGMENTS_AT_ONCE = 10


def deletable_entries(
    entries: QuerySet[InteractionLogEntry],
) -> QuerySet[InteractionLogEntry]:
    """Those of the interactions that may be deleted."""
    sending = Delivery.objects.filter(
        entry=OuterRef("pk"), status=DeliveryStatus.SENDING
    )
    return entries.filter(~Exists(sending), cancelled=True)


def deletable_segments(
    logged_segments: QuerySet[LoggedSegment],
) -> QuerySet[LoggedSegment]:
    """Those of the logged segments that may be deleted."""
    return logged_segments.filter(cancelled=True)


def delete_entries(entries: QuerySet[InteractionLogEntry]) -> Iterator[int]:
    """Delete the cancelled ones of these; yield how many, chunk by chunk.

    Each chunk is a transaction of its own, which is over when it is yielded.
    """
    return _by_chunks(deletable_entries(entries), CHUNK, _delete_entries)


def delete_segments(logged_segments: QuerySet[LoggedSegment]) -> Iterator[int]:
    """Delete the cancelled ones of these registers; yield how many, bit by bit."""
    chosen = deletable_segments(logged_segments)
    return _by_chunks(chosen, SEGMENTS_AT_ONCE, _delete_segments)


def _by_chunks(
    rows: QuerySet, size: int, delete: Callable[[Collection[int]], None]
) -> Iterator[int]:
    last, rows = 0, rows.order_by("pk")
    while True:
        with transaction.atomic():
            chunk = rows.filter(pk__gt=last).select_for_update(of=("self",))
            keys = list(chunk.values_list("pk", flat=True)[:size])
            if not keys:
                return
            delete(keys)
        last = keys[-1]
        yield len(keys)


def _delete_entries(keys: Collection[int]) -> None:
    entries = InteractionLogEntry.objects.filter(pk__in=keys)
    letters = LetterSnapshot.objects.filter(item__entry__in=keys)
    used = {*entries.values_list("document", flat=True)} - {None}
    used |= {*letters.values_list("document", flat=True)}
    why = {*entries.values_list("cancellation", flat=True)} - {None}
    letters.delete()
    entries.delete()
    drop_unused(used)
    _drop_unused_cancellations(why)


def _delete_segments(keys: Collection[int]) -> None:
    logged_segments = LoggedSegment.objects.filter(pk__in=keys)
    why = {*logged_segments.values_list("cancellation", flat=True)} - {None}
    logged_segments.delete()
    _drop_unused_cancellations(why)


def _drop_unused_cancellations(keys: Collection[int]) -> None:
    """Delete those that nothing was cancelled by any more."""
    unused = Cancellation.objects.filter(pk__in=keys)
    for model in (InteractionLogEntry, CampaignEntry, LoggedSegment):
        unused = unused.exclude(
            Exists(model.objects.filter(cancellation=OuterRef("pk")))
        )
    unused.delete()
