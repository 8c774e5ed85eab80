"""Going back, redo and jumping: the cursor moves, no line is touched.

BC undoes by deleting and re-inserting and loses texts, documents and order
(segments.md 4.6); here a step number changes and the same lines are as they were. Own
values are no step: they stay as they were last written.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Segment
from .errors import SegmentError
from .steps import claim


class NoSuchStep(SegmentError):
    """There is no step in that direction."""


def go_back(
    *, segment: Segment, user: Any, expected_position: int | None = None
) -> Segment:
    """Stand one step earlier."""
    return _move(segment, -1, expected_position, _("There is no step to go back."))


def redo(
    *, segment: Segment, user: Any, expected_position: int | None = None
) -> Segment:
    """Take the step again that was gone back last."""
    return _move(segment, +1, expected_position, _("There is no step to redo."))


def go_to_step(
    *,
    segment: Segment,
    position: int,
    user: Any,
    expected_position: int | None = None,
) -> Segment:
    """Stand at a step; 0 is before the first."""
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        return _stand_at(
            segment, position, _("Step %(step)d does not exist.") % {"step": position}
        )


def _move(
    segment: Segment, by: int, expected_position: int | None, refusal: str
) -> Segment:
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        return _stand_at(segment, segment.position + by, refusal)


def _stand_at(segment: Segment, position: int, refusal: str) -> Segment:
    exists = position == 0 or segment.steps.filter(position=position).exists()
    if not exists:
        raise NoSuchStep(refusal)
    segment.position = position
    segment.save(update_fields=["position"])
    return segment
