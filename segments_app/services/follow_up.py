"""The follow-up: a new segment of those a logged one reached (segments.md 5.9).

The criteria of the logged segment are never asked again: who is taken is found in its
interactions, and asked for eligibility as on every way onto a segment.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet
from interactions.choices import DeliveryStatus
from interactions.models import InteractionLogEntry, LoggedSegment

from ..choices import FollowUpOf
from ..models import Segment, SegmentLine
from .by_hand import add_by_hand
from .change import by_reason, with_why_kept_out
from .change_contacts import add_contacts
from .create_segment import create_segment
from .errors import SegmentError
from .logged_header import logged_with
from .reuse_logged_segment import logged_in

# Letters that never got to their contacts, and those that are not known to have gone.
NOT_DELIVERED = (DeliveryStatus.FAILED, DeliveryStatus.WITHDRAWN)
ON_THEIR_WAY = (
    DeliveryStatus.QUEUED,
    DeliveryStatus.SENDING,
    DeliveryStatus.PRINTED,
)
# Columns of an entry that become own values, and what a line has without them.
OWN_VALUES = {
    "language": "effective_language",
    "salesperson_id": "effective_salesperson_id",
    "alternative_address_id": "effective_address_id",
}


class NobodyToFollowUp(SegmentError):
    """None of the logged contacts is as it was asked."""

    def __init__(self) -> None:
        super().__init__(
            _("Nobody of this segment is like that. No follow-up segment was made.")
        )


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """Whom a follow-up takes, and what it takes over from the logged segment.

    `days` is how long ago a letter must have gone to count as not answered, and
    `evaluations` which ones are meant, none for any. `own_values` are what single
    contacts were written to with: language, salesperson and alternative address.
    """

    only: str = FollowUpOf.ALL
    days: int = 0
    evaluations: Collection[str] = ()
    campaign: bool = True
    template: bool = False
    own_values: bool = False


@dataclass(frozen=True, kw_only=True)
class ToFollow:
    """How many contacts a follow-up would have, and how many not, by KeptOut."""

    contacts: int
    kept_out: Mapping[str, int]


def create_follow_up(
    *,
    logged_segment: LoggedSegment,
    only: str = FollowUpOf.ALL,
    asked: FollowUp | None = None,
    user: Any,
    at: datetime,
) -> Segment:
    """Make a segment of the logged contacts who are still eligible.

    `only` is a FollowUpOf; `asked` says more exactly who and what. Both segments are
    linked. Raises NobodyToFollowUp, unless everybody is asked for.
    """
    asked = asked or FollowUp(only=only)
    number = logged_segment.segment_number
    with_what: dict[str, Any] = logged_with(logged_segment)
    with transaction.atomic():
        segment = create_segment(
            description=_("Follow-up on segment %s") % number,
            campaign=with_what["campaign"] if asked.campaign else None,
            template=with_what["template"] if asked.template else None,
            follow_up_of=logged_segment,
            user=user,
            at=at,
        )
        if asked.only == FollowUpOf.ALL:
            everybody = logged_in(logged_segment)
            add_contacts(segment=segment, criteria=everybody, user=user, at=at)
        else:
            contacts = contacts_to_follow(logged_segment, asked, at)
            if not contacts.exists():
                raise NobodyToFollowUp
            add_by_hand(segment=segment, contacts=contacts, user=user, at=at)
        if asked.own_values:
            _take_own_values(segment, logged_segment)
    return segment


def contacts_to_follow(
    logged_segment: LoggedSegment, asked: FollowUp, at: datetime
) -> ContactQuerySet:
    """The contacts of the logged segment that are meant. Raises SegmentError."""
    own = logged_segment.interactions.counted()
    # A call made from the segment has its number, and is not logged with it.
    number = logged_segment.segment_number
    said = InteractionLogEntry.objects.counted().filter(
        Q(logged_segment=logged_segment) | Q(segment_number=number)
    )
    match asked.only:
        case FollowUpOf.ALL:
            entries = own
        case FollowUpOf.NOT_ANSWERED:
            today = timezone.localdate(at, timezone.get_default_timezone())
            answered = _answered(said).filter(contact=OuterRef("contact"))
            gone = _gone(own, by=today - timedelta(days=asked.days))
            entries = gone.filter(~Exists(answered))
        case FollowUpOf.EVALUATION:
            entries = _evaluated(said, asked.evaluations)
        case FollowUpOf.NOT_DELIVERED:
            entries = own.filter(delivery_status__in=NOT_DELIVERED)
        case FollowUpOf.RETURNED:
            entries = own.filter(delivery_status=DeliveryStatus.RETURNED)
        case _:
            said_choices = ", ".join(sorted(FollowUpOf.values))
            raise SegmentError(_("Follow up one of: %s.") % said_choices)
    theirs = logged_segment.interactions.counted().values("contact")
    contacts = Contact.objects.filter(pk__in=entries.order_by().values("contact"))
    return contacts.filter(pk__in=theirs)


def count_to_follow(
    logged_segment: LoggedSegment, asked: FollowUp, at: datetime
) -> ToFollow:
    """Count who would come onto the follow-up, by the rule that lets them: a query."""
    kept_out = by_reason(
        with_why_kept_out(
            contacts_to_follow(logged_segment, asked, at),
            ignore_exclusion=False,
            already_in=None,
        )
    )
    return ToFollow(contacts=kept_out.pop("", 0), kept_out=kept_out)


def _answered(entries: Any) -> Any:
    """Entries that were evaluated, or to which a response came."""
    responses = InteractionLogEntry.objects.counted().filter(response_to=OuterRef("pk"))
    return entries.filter(~Q(evaluation="") | Exists(responses))


def _evaluated(entries: Any, evaluations: Collection[str]) -> Any:
    """Entries evaluated like that, themselves or by the response to them."""
    like = Q(evaluation__in=evaluations) if evaluations else ~Q(evaluation="")
    responses = InteractionLogEntry.objects.counted().filter(
        like, response_to=OuterRef("pk")
    )
    return entries.filter(like | Exists(responses))


def _gone(entries: Any, *, by: date) -> Any:
    """Entries whose letter, as far as is known, reached its contact until that day."""
    elsewhere = (*NOT_DELIVERED, *ON_THEIR_WAY, DeliveryStatus.RETURNED)
    went = Coalesce(
        F("run_item__run__posted_on"), TruncDate("delivery__sent_at"), F("date")
    )
    reached = entries.exclude(delivery_status__in=elsewhere)
    return reached.annotate(went=went).filter(went__lte=by)


def _take_own_values(segment: Segment, logged_segment: LoggedSegment) -> None:
    """Give the lines what their entries say otherwise than the new segment does."""
    lines = segment.lines.live().with_effective_values()
    entries = logged_segment.interactions.filter(contact=OuterRef("contact"))
    for column, effective in OWN_VALUES.items():
        stated = entries.exclude(**{f"{column.removesuffix('_id')}__isnull": True})
        if column == "language":
            stated = stated.exclude(language="")
        was = Subquery(stated.order_by("-pk").values(column)[:1])
        other = Q(**{f"{effective}__isnull": True}) | ~Q(was=F(effective))
        differing = lines.annotate(was=was).filter(other, was__isnull=False)
        SegmentLine.objects.filter(pk__in=differing.values("pk")).update(
            **{column.removesuffix("_id"): was}
        )
