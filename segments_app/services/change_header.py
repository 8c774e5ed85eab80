"""Changing the header of a segment: one row, whatever the number of lines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Segment
from .steps import claim


def change_header(
    *, segment: Segment, values: Mapping[str, Any], user: Any, at: datetime
) -> Segment:
    """Write these values of the header and nothing else, least of all the cursor.

    Lines inherit, so no line is touched and no value of their own is lost. Raises
    SegmentChanged when the segment is gone.
    """
    for name, value in values.items():
        setattr(segment, name, value)
    segment.updated_at = at
    with transaction.atomic():
        claim(segment=segment)
        segment.save(update_fields=[*values, "updated_at"])
    return segment
