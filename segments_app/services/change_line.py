"""Values of a line's own: what differs from the segment, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Segment, SegmentLine
from .errors import SegmentChanged
from .steps import claim


def change_line(
    *, line: SegmentLine, values: Mapping[str, Any], user: Any, at: datetime
) -> SegmentLine:
    """Write these own values; None inherits from the segment again.

    Own values are no step: they are neither gone back nor redone. Raises
    SegmentChanged when the line is not on the segment any more.
    """
    segment = line.segment
    with transaction.atomic():
        claim(segment=segment)
        if not segment.lines.live().filter(pk=line.pk).exists():
            raise SegmentChanged
        for name, value in values.items():
            setattr(line, name, value)
        if values:
            line.save(update_fields=list(values))
        Segment.objects.filter(pk=segment.pk).update(updated_at=at)
    return line
