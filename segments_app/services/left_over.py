"""What is kept for later when the rest of a segment is logged."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from contacts.models.insert_select import insert_from
from interactions.models import LoggedSegment

from ..choices import StepKind
from ..models import Segment, SegmentStepMember
from ..models.querysets import SegmentLineQuerySet
from .create_segment import create_like
from .preflight import lines_to_log
from .steps import Effect, record_step


def move_to_new_segment(
    *,
    segment: Segment,
    lines: SegmentLineQuerySet,
    logged_segment: LoggedSegment,
    user: Any,
    at: datetime,
) -> Segment:
    """Move lines with their own values to a new segment with the same header.

    The new segment starts with one step, by hand, that names the contacts; whoever is
    excluded from segments was let in before and stays when it is taken again. Who is by
    copy of one of them goes along; a line by copy of one that stays behind gets a
    letter of its own again.
    """
    moved = create_like(
        segment=segment,
        notes=_("Left over when segment %s was logged.") % segment.number,
        left_over_of=logged_segment,
        user=user,
        at=at,
    )
    there = {"segment": moved, "added_step": 1, "removed_step": None}
    count = segment.lines.filter(pk__in=lines.values("pk")).update(**there)
    along = lines_to_log(segment).filter(represented_by__in=moved.lines.values("pk"))
    count += along.update(**there)
    moved.lines.filter(represented_by__in=segment.lines.all()).update(
        represented_by=None
    )
    step = record_step(
        segment=moved,
        kind=StepKind.BY_HAND,
        options={"ignore_exclusion": True},
        effect=Effect(entered=count, total=count),
        user=user,
        at=at,
    )
    insert_from(
        SegmentStepMember,
        moved.lines.order_by("position"),
        step=step,
        contact=F("contact_id"),
    )
    return moved
