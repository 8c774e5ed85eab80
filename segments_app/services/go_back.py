"""Going back, redo and jumping: the cursor moves, no line is touched.

BC undoes by deleting and re-inserting and loses texts, documents and order
(segments.md 4.6); here a step number changes and the same lines are as they were. Own
values are no step: they stay as they were last written.
"""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ..models import Segment
from .errors import SegmentError
from .steps import claim


class NoSuchStep(SegmentError):
    """There is no step in that direction."""


def go_back(
    *, segment: Segment, user: Any, expected_version: str | None = None
) -> Segment:
    """Stand one step earlier, or before all the steps that were taken as one."""
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        step = segment.steps.filter(position=segment.position).first()
        first = step.taken_with if step and step.taken_with else segment.position
        return _stand_at(segment, first - 1, _("There is no step to go back."))


def redo(
    *, segment: Segment, user: Any, expected_version: str | None = None
) -> Segment:
    """Take the step again that was gone back last, and all that were taken with it."""
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        last = segment.position + 1
        step = segment.steps.filter(position=last).first()
        if step and step.taken_with:
            together = segment.steps.filter(taken_with=step.taken_with)
            last = together.aggregate(last=Max("position"))["last"]
        return _stand_at(segment, last, _("There is no step to redo."))


def go_to_step(
    *,
    segment: Segment,
    position: int,
    user: Any,
    expected_version: str | None = None,
) -> Segment:
    """Stand at any step, also among those taken as one; 0 is before the first."""
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        return _stand_at(
            segment, position, _("Step %(step)d does not exist.") % {"step": position}
        )


def _stand_at(segment: Segment, position: int, refusal: str) -> Segment:
    exists = position == 0 or segment.steps.filter(position=position).exists()
    if not exists:
        raise NoSuchStep(refusal)
    segment.position = position
    segment.save(update_fields=["position"])
    return segment
