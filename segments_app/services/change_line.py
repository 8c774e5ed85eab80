"""Values of a line's own: what differs from the segment, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.services.edits import check_unchanged

from ..models import Segment, SegmentLine
from .errors import SegmentChanged
from .steps import claim


def change_line(
    *,
    line: SegmentLine,
    values: Mapping[str, Any],
    user: Any,
    at: datetime,
    seen: Mapping[str, Any] | None = None,
) -> SegmentLine:
    """Write these own values; None inherits from the segment again.

    Own values are no step: they are neither gone back nor redone, so every line the
    contact has on the segment gets them. `seen` is what stood there when the user
    looked. Raises SegmentChanged when the segment is gone or the line not on it any
    more, and ChangedMeanwhile where somebody else changed the same.
    """
    segment = line.segment
    with transaction.atomic():
        claim(segment=segment)
        stored = SegmentLine.objects.live().filter(pk=line.pk).first()
        if stored is None:
            raise SegmentChanged
        check_unchanged(stored=stored, values=values, seen=seen or {})
        for name, value in values.items():
            setattr(line, name, value)
        if values:
            segment.lines.filter(contact=line.contact_id).update(**values)
        Segment.objects.filter(pk=segment.pk).update(updated_at=at)
    return line
