"""The follow-up: a new segment of those a logged one reached (segments.md 5.9)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from interactions.models import Campaign, LoggedSegment

from ..models import Segment
from .change_contacts import add_contacts
from .create_segment import create_segment
from .errors import SegmentError
from .reuse_logged_segment import logged_in

ANSWERED = {"field": "evaluation", "op": "is_not_empty"}


def create_follow_up(
    *,
    logged_segment: LoggedSegment,
    only: str = "all",
    user: Any,
    at: datetime,
) -> Segment:
    """Make a segment of the logged contacts who are still eligible.

    `only`: `all`, `not_answered` (no evaluation was entered) or `evaluation` (one
    was). The criteria of the logged segment are never asked again. The campaign
    is carried over; both segments are linked.
    """
    criteria = _criteria(logged_segment, only)
    number = logged_segment.segment_number
    campaign = logged_segment.criteria.get("header", {}).get("campaign")
    with transaction.atomic():
        segment = create_segment(
            description=_("Follow-up on segment %s") % number,
            campaign=Campaign.objects.filter(number=campaign or "").first(),
            follow_up_of=logged_segment,
            user=user,
            at=at,
        )
        add_contacts(segment=segment, criteria=criteria, user=user, at=at)
    return segment


def _criteria(logged_segment: LoggedSegment, only: str) -> dict[str, Any]:
    number = {
        "field": "segment_number",
        "op": "is",
        "value": logged_segment.segment_number,
    }
    answered = {"has": "interaction", "where": {"all": [number, ANSWERED]}}
    everybody = logged_in(logged_segment)
    choices = {
        "all": everybody,
        "evaluation": {"all": [everybody, answered]},
        "not_answered": {"all": [everybody, {"not": answered}]},
    }
    if only not in choices:
        raise SegmentError(_("Follow up one of: %s.") % ", ".join(sorted(choices)))
    return choices[only]
