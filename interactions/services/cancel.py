"""Cancelling, and taking that back (segments.md 5.10, contacts_interactions.md 6.5).

A logged segment takes its campaign entries and its interactions along, a campaign
entry its interactions. What was cancelled before stays as it was, so that taking back
gives back what that one cancelling took and nothing else. What is queued and not sent
yet waits meanwhile, as `Delivery.objects.due` says; what was sent stays sent.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from contacts.models.found_once import FoundOnce
from contacts.models.insert_select import insert_from

from ..choices import CancelledKind
from ..models import CampaignEntry, Cancellation, InteractionLogEntry, LoggedSegment
from .errors import InteractionError


class NothingToCancel(InteractionError):
    """What was chosen is cancelled already, is a draft, or is gone."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing to cancel: it is cancelled already."))


class NothingToTakeBack(InteractionError):
    """Somebody was faster, or nothing of what was chosen is cancelled."""

    def __init__(self) -> None:
        super().__init__(_("There is nothing to take back: it is not cancelled."))


class StillHeld(InteractionError):
    """What it belongs to is cancelled, so it cannot count again by itself."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "It belongs to a logged segment or a campaign entry that is cancelled. "
                "Take that back first."
            )
        )


class NothingLeft(InteractionError):
    """The interactions of the campaign entry were deleted: it would count nothing."""

    def __init__(self) -> None:
        super().__init__(
            _("There is nothing to take back: its interactions were deleted.")
        )


HELD = Q(logged_segment__cancelled=True) | Q(campaign_entry__cancelled=True)


@dataclass(frozen=True)
class TakenBack:
    """How many interactions count again, and how many are held by what they are of."""

    interactions: int
    held: int = 0


@transaction.atomic
def cancel_entries(
    *,
    entries: QuerySet[InteractionLogEntry],
    reason: str,
    user: Any,
    at: datetime,
) -> Cancellation:
    """Cancel these interactions; drafts and cancelled ones are left as they are.

    Raises NothingToCancel; then nothing has changed.
    """
    made = _begin(CancelledKind.ENTRIES, reason, user, at)
    if not _cancel(entries, made):
        raise NothingToCancel
    return made


@transaction.atomic
def cancel_campaign_entry(
    *, campaign_entry: CampaignEntry, reason: str, user: Any, at: datetime
) -> Cancellation:
    """Cancel a campaign entry and its interactions. Raises NothingToCancel."""
    made = _begin(CancelledKind.CAMPAIGN_ENTRY, reason, user, at)
    if not _cancel(CampaignEntry.objects.filter(pk=campaign_entry.pk), made):
        raise NothingToCancel
    _cancel(InteractionLogEntry.objects.filter(campaign_entry=campaign_entry), made)
    return made


@transaction.atomic
def cancel_logged_segment(
    *, logged_segment: LoggedSegment, reason: str, user: Any, at: datetime
) -> Cancellation:
    """Cancel a logged segment, its campaign entries and its interactions.

    Raises NothingToCancel.
    """
    made = _begin(CancelledKind.LOGGED_SEGMENT, reason, user, at)
    if not _cancel(LoggedSegment.objects.filter(pk=logged_segment.pk), made):
        raise NothingToCancel
    _cancel(CampaignEntry.objects.filter(logged_segment=logged_segment), made)
    _cancel(InteractionLogEntry.objects.filter(logged_segment=logged_segment), made)
    return made


@transaction.atomic
def take_back(*, cancellation: Cancellation, user: Any, at: datetime) -> TakenBack:
    """Let everything count again that this cancelling took, and is still cancelled.

    Raises NothingToTakeBack, and StillHeld where it is of something cancelled.
    """
    taken = InteractionLogEntry.objects.filter(cancellation=cancellation)
    if cancellation.kind == CancelledKind.ENTRIES:
        return take_back_entries(entries=taken, user=user, at=at)
    if cancellation.kind == CancelledKind.CAMPAIGN_ENTRY:
        of_it = CampaignEntry.objects.filter(cancellation=cancellation, cancelled=True)
        _hold(LoggedSegment, of_it.order_by().values("logged_segment"))
        if of_it.filter(logged_segment__cancelled=True).exists():
            raise StillHeld
    in_force = Cancellation.objects.filter(pk=cancellation.pk, taken_back_at=None)
    if not in_force.update(taken_back_at=at, taken_back_by=user):
        raise NothingToTakeBack
    for model in (LoggedSegment, CampaignEntry):
        model.objects.filter(cancellation=cancellation).update(cancelled=False)
    return TakenBack(taken.filter(cancelled=True).update(cancelled=False))


@transaction.atomic
def take_back_campaign_entry(
    *, campaign_entry: CampaignEntry, user: Any, at: datetime
) -> TakenBack:
    """Let a campaign entry count again, with everything that was cancelled with it.

    Raises NothingToTakeBack, StillHeld, and NothingLeft where no interactions of it
    are left.
    """
    if campaign_entry.cancellation is None or not campaign_entry.cancelled:
        raise NothingToTakeBack
    # They are found by the campaign, which has an index.
    left = campaign_entry.interactions.filter(campaign=campaign_entry.campaign_id)
    if not left.exists():
        raise NothingLeft
    return take_back(cancellation=campaign_entry.cancellation, user=user, at=at)


@transaction.atomic
def take_back_entries(
    *, entries: QuerySet[InteractionLogEntry], user: Any, at: datetime
) -> TakenBack:
    """Let the cancelled ones among these interactions count again.

    Those whose logged segment or campaign entry is cancelled stay so. Raises
    NothingToTakeBack if none is cancelled, and StillHeld if all of them are held.
    """
    cancelled = InteractionLogEntry.objects.filter(
        pk__in=entries.order_by().values("pk"), cancelled=True
    )
    for model, parent in (
        (LoggedSegment, "logged_segment"),
        (CampaignEntry, "campaign_entry"),
    ):
        _hold(model, cancelled.order_by().values(parent))
    free = cancelled.exclude(HELD)
    held = cancelled.filter(HELD).count()
    taken_back = {"taken_back_at": at, "taken_back_by": user}
    concerned = Cancellation.objects.filter(
        taken_back_at=None, pk__in=free.order_by().values("cancellation")
    )
    partly = concerned.filter(_in_force_beside(free))
    insert_from(
        Cancellation,
        partly.order_by("pk"),
        **{name: F(name) for name in ("kind", "reason", "at", "user")},
        **taken_back,
        part_of=F("pk"),
    )
    concerned.exclude(pk__in=partly.order_by().values("pk")).update(**taken_back)
    part = (
        Cancellation.objects.filter(
            part_of=OuterRef("cancellation"), part_of__taken_back_at=None
        )
        .order_by("-pk")
        .values("pk")
    )
    counted = free.update(
        cancelled=False,
        cancellation=Coalesce(Subquery(part[:1]), F("cancellation")),
    )
    if not counted:
        raise StillHeld if held else NothingToTakeBack
    return TakenBack(counted, held)


def _begin(kind: CancelledKind, reason: str, user: Any, at: datetime) -> Cancellation:
    return Cancellation.objects.create(kind=kind, reason=reason, user=user, at=at)


def _cancel(rows: QuerySet[Any], made: Cancellation) -> int:
    """Cancel what is not cancelled among these rows and return how many were not."""
    if rows.model is InteractionLogEntry:
        rows = rows.filter(postponed=False)
    return (
        rows.order_by()
        .filter(cancelled=False)
        .update(cancelled=True, cancellation=made)
    )


def _hold(model: Any, keys: QuerySet[Any, Any]) -> None:
    """Keep others from cancelling these meanwhile."""
    held = model.objects.select_for_update().filter(pk__in=keys).order_by("pk")
    list(held.values_list("pk"))


def _in_force_beside(free: QuerySet[InteractionLogEntry]) -> Q:
    """Where a cancelling holds more than these interactions."""
    of_it = {"cancellation": OuterRef("pk"), "cancelled": True}
    others = InteractionLogEntry.objects.filter(**of_it).exclude(
        pk__in=FoundOnce(free.values("pk"))
    )
    return Q(
        Exists(others)
        | Exists(CampaignEntry.objects.filter(**of_it))
        | Exists(LoggedSegment.objects.filter(**of_it))
    )
