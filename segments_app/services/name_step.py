"""Naming a step, so that it is found again: a checkpoint."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Segment, SegmentStep
from .errors import SegmentChanged
from .go_back import NoSuchStep
from .steps import claim


def name_step(
    *,
    segment: Segment,
    position: int,
    name: str,
    user: Any,
    expected_step: int | None = None,
) -> SegmentStep:
    """Call the step by a name; an empty one takes the name away.

    `expected_step` is the key of the step the user saw there: after a going back
    another may stand at the same position. Raises NoSuchStep, SegmentChanged.
    """
    with transaction.atomic():
        claim(segment=segment)
        step = segment.steps.filter(position=position).first()
        if step is None:
            raise NoSuchStep(_("Step %(step)d does not exist.") % {"step": position})
        if expected_step not in (None, step.pk):
            raise SegmentChanged
        step.name = name.strip()
        step.save(update_fields=["name"])
    return step
