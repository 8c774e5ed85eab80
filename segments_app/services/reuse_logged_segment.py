"""Taking the contacts of a logged segment again (segments.md 4.4)."""

from datetime import datetime
from typing import Any

from interactions.models import LoggedSegment

from ..models import Segment, SegmentStep
from .change_contacts import add_contacts


def reuse_logged_segment(
    *,
    segment: Segment,
    logged_segment: LoggedSegment,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Add everybody who got an interaction of that logged segment.

    Unlike in BC the contacts are still asked for eligibility, cancelled entries
    do not count, and nobody comes twice.
    """
    return add_contacts(
        segment=segment,
        criteria=logged_in(logged_segment),
        user=user,
        at=at,
        expected_version=expected_version,
    )


def logged_in(logged_segment: LoggedSegment) -> dict[str, Any]:
    """The criterion for everybody of a logged segment."""
    where = {"field": "id", "op": "is", "value": logged_segment.pk}
    return {"has": "logged_segment", "where": where}
