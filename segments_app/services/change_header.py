"""Changing the header of a segment: one row, whatever the number of lines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from contacts.services.edits import check_unchanged

from ..models import Segment
from .errors import HeaderRefused
from .steps import claim


def change_header(
    *,
    segment: Segment,
    values: Mapping[str, Any],
    user: Any,
    at: datetime,
    seen: Mapping[str, Any] | None = None,
) -> Segment:
    """Write these values of the header and nothing else, least of all the cursor.

    Lines inherit, so no line is touched and no own value is lost. `seen` is what
    stood there when the user looked. Raises HeaderRefused, SegmentChanged
    when the segment is gone, and ChangedMeanwhile where somebody else changed the
    same.
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
        stored = Segment.objects.get(pk=segment.pk)
        check_unchanged(stored=stored, values=values, seen=seen or {})
        segment.save(update_fields=[*values, "updated_at"])
    return segment
