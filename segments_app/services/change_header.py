"""Changing the header of a segment: one row, whatever the number of lines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from ..models import Segment
from .errors import HeaderRefused
from .steps import claim


def change_header(
    *, segment: Segment, values: Mapping[str, Any], user: Any, at: datetime
) -> Segment:
    """Write these values of the header and nothing else, least of all the cursor.

    Lines inherit, so no line is touched and no value of their own is lost. Raises
    HeaderRefused, and SegmentChanged when the segment is gone.
    """
    for name, value in values.items():
        setattr(segment, name, value)
    others = {field.name for field in segment._meta.fields} - set(values)
    try:
        segment.clean_fields(exclude=others)
    except ValidationError as error:
        raise HeaderRefused(error.message_dict) from error
    segment.updated_at = at
    with transaction.atomic():
        claim(segment=segment)
        segment.save(update_fields=[*values, "updated_at"])
    return segment
