"""Making a segment: from nothing, or with the header of another."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone

from contacts.models.insert_select import insert_from

from ..models import Segment, SegmentDocument
from ..models.segment import HEADER_VALUES, NUMBER_SERIES, next_number
from .errors import HeaderRefused


def create_segment(
    *,
    description: str,
    user: Any,
    at: datetime,
    series: str = NUMBER_SERIES,
    **header: Any,
) -> Segment:
    """Make an open segment and return it.

    The salesperson is that of the user, the date that of `at` and the number the
    next of the series, unless the header says otherwise (segments.md 1.2). Raises
    HeaderRefused.
    """
    if header.get("salesperson") is None:
        header["salesperson"] = getattr(user, "salesperson", None)
    if header.get("date") is None:
        header["date"] = timezone.localdate(at, timezone.get_default_timezone())
    header["description"] = description
    return _make(header, series=series, user=user, at=at)


def create_like(
    *, segment: Segment, user: Any, at: datetime, **differing: Any
) -> Segment:
    """Make a segment with the header and the documents of this one.

    `differing` are the values of its own. A document is kept by its content, so
    both segments refer to the same. Raises HeaderRefused.
    """
    header = {name: getattr(segment, name) for name in HEADER_VALUES}
    made = _make(header | differing, series=NUMBER_SERIES, user=user, at=at)
    insert_from(
        SegmentDocument,
        segment.documents.order_by("pk"),
        segment=made,
        **{name: F(name) for name in ("language", "document", "subject")},
    )
    return made


def _make(header: dict[str, Any], *, series: str, user: Any, at: datetime) -> Segment:
    segment = Segment(owner=user, created_at=at, updated_at=at, **header)
    try:
        segment.full_clean(exclude=() if segment.number else ("number",))
    except ValidationError as error:
        raise HeaderRefused(error.message_dict) from error
    segment.number = segment.number or next_number(series)
    segment.save(force_insert=True)
    return segment
