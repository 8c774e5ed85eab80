"""Deleting a segment, and saying before what goes with it."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q

from interactions.models import Run

from ..models import Segment
from .steps import claim


@dataclass(frozen=True)
class Loss:
    """What is gone with a segment: not the contacts, but all that was done for them.

    Texts and documents of contacts that were taken off go too; `documents` are
    those of the segment itself, `runs` its letters that were prepared for printing.
    """

    contacts: int
    steps: int
    texts: int
    own_documents: int
    documents: int
    runs: int


@transaction.atomic
def delete_segment(*, segment: Segment, expected_version: str | None = None) -> None:
    """Delete the segment with its lines, steps, documents and runs.

    Raises SegmentChanged when it is gone, or stands elsewhere than the user saw.
    """
    claim(segment=segment, expected_version=expected_version)
    Run.objects.of_worksheet(segment.pk).filter(logged_segment=None).delete()
    segment.delete()


def loss_of_segment(segment: Segment) -> Loss:
    """Count what `delete_segment` takes away, in a fixed number of queries."""
    live = segment.lines.live().order_by()
    return Loss(
        contacts=live.count(),
        steps=segment.steps.count(),
        documents=segment.documents.count(),
        runs=Run.objects.of_worksheet(segment.pk).count(),
        **segment.lines.aggregate(
            texts=Count("pk", filter=Q(personal_text__gt="")),
            own_documents=Count("pk", filter=Q(document__isnull=False)),
        ),
    )
