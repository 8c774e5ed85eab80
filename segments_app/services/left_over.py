"""What is kept for later when the rest of a segment is logged."""

from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from contacts.models.insert_select import insert_from
from interactions.models import LoggedSegment

from ..choices import StepKind
from ..models import Segment, SegmentDocument, SegmentStepMember
from ..models.querysets import SegmentLineQuerySet
from .create_segment import create_segment
from .steps import Effect, record_step

COPIED = (
    "description",
    "template",
    "campaign",
    "salesperson",
    "date",
    "language",
    "subject",
    "correspondence_type",
    "ignore_contact_correspondence_type",
    "email_form",
    "unit_cost",
    "unit_duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
)


def move_to_new_segment(
    *,
    segment: Segment,
    lines: SegmentLineQuerySet,
    logged_segment: LoggedSegment,
    user: Any,
    at: datetime,
) -> Segment:
    """Move lines with their own values to a new segment with the same header.

    The new segment starts with one step, by hand, that names the contacts. A line
    whose letter stays behind gets its own again.
    """
    moved = create_segment(
        user=user,
        at=at,
        notes=_("Left over when segment %s was logged.") % segment.number,
        left_over_of=logged_segment,
        **{name: getattr(segment, name) for name in COPIED},
    )
    SegmentDocument.objects.bulk_create(
        SegmentDocument(
            segment=moved,
            language=document.language,
            document_id=document.document_id,
            subject=document.subject,
        )
        for document in segment.documents.all()
    )
    chosen = segment.lines.filter(pk__in=lines.values("pk"))
    count = chosen.update(segment=moved, added_step=1, removed_step=None)
    moved.lines.filter(represented_by__in=segment.lines.all()).update(
        represented_by=None
    )
    step = record_step(
        segment=moved,
        kind=StepKind.BY_HAND,
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
