"""Where saved criteria were used: open segments, and logged ones by their snapshot."""

from dataclasses import dataclass

from django.db.models import QuerySet

from interactions.models import LoggedSegment

from ..models import SavedCriteria, Segment, SegmentStep

SHOWN = 50


@dataclass(frozen=True)
class Use:
    """An open segment, and its steps that came from the criteria."""

    segment: Segment
    positions: list[int]


def open_segments_with(saved: SavedCriteria) -> list[Use]:
    """Open segments that have steps from these criteria, undone ones too; newest first.

    At most `SHOWN` segments.
    """
    steps = SegmentStep.objects.filter(saved_criteria=saved)
    newest = Segment.objects.filter(pk__in=steps.values("segment")).order_by("-pk")
    uses = {segment.pk: Use(segment, []) for segment in newest[:SHOWN]}
    found = steps.filter(segment__in=list(uses)).order_by("position")
    for segment, position in found.values_list("segment", "position"):
        uses[segment].positions.append(position)
    return list(uses.values())


def logged_segments_with(saved: SavedCriteria) -> QuerySet[LoggedSegment]:
    """Logged segments whose snapshot names these criteria, newest first."""
    logged = LoggedSegment.objects.filter(
        criteria__saved_criteria__has_key=snapshot_key(saved.pk)
    )
    return logged.order_by("-pk")[:SHOWN]


def snapshot_key(pk: int) -> str:
    """How the snapshot of a logged segment names saved criteria; codes may change."""
    return f"saved-{pk}"
