"""Making a segment."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from ..models import Segment


def create_segment(
    *, description: str, user: Any, at: datetime, **header: Any
) -> Segment:
    """Make an open segment and return it.

    The salesperson is that of the user and the date that of `at`, unless the
    header says otherwise (segments.md 1.2).
    """
    if header.get("salesperson") is None:
        header["salesperson"] = getattr(user, "salesperson", None)
    if header.get("date") is None:
        header["date"] = timezone.localdate(at, timezone.get_default_timezone())
    return Segment.objects.create(
        description=description,
        owner=user,
        created_at=at,
        updated_at=at,
        **header,
    )
