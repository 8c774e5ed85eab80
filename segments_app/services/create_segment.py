"""Making a segment."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone

from ..models import Segment
from .errors import HeaderRefused


def create_segment(
    *, description: str, user: Any, at: datetime, **header: Any
) -> Segment:
    """Make an open segment and return it.

    The salesperson is that of the user and the date that of `at`, unless the
    header says otherwise (segments.md 1.2). Raises HeaderRefused.
    """
    if header.get("salesperson") is None:
        header["salesperson"] = getattr(user, "salesperson", None)
    if header.get("date") is None:
        header["date"] = timezone.localdate(at, timezone.get_default_timezone())
    segment = Segment(
        description=description,
        owner=user,
        created_at=at,
        updated_at=at,
        **header,
    )
    try:
        segment.full_clean(exclude=() if segment.number else ("number",))
    except ValidationError as error:
        raise HeaderRefused(error.message_dict) from error
    segment.save(force_insert=True)
    return segment
