"""Putting single contacts on a segment and taking them off: a step like any other."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.models import Contact

from ..choices import StepKind
from ..models import Segment, SegmentStep, SegmentStepMember
from .change_contacts import count_entering, entering
from .errors import SegmentError
from .steps import (
    Effect,
    claim,
    drop_tail,
    in_segment,
    insert_lines,
    record_step,
    total_at,
)


class NobodyChanged(SegmentError):
    """None of the contacts could be put on or taken off."""


def add_by_hand(
    *,
    segment: Segment,
    contacts: Iterable[Contact],
    user: Any,
    at: datetime,
    expected_position: int | None = None,
) -> SegmentStep:
    """Put these contacts on the segment; the step says who was kept out and why."""
    chosen = Contact.objects.filter(pk__in=[contact.pk for contact in contacts])
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        drop_tail(segment)
        _entering, kept_out = count_entering(segment, chosen, {})
        entered = insert_lines(
            segment=segment,
            contacts=entering(segment, chosen, {}),
            step=segment.position + 1,
        )
        effect = Effect(
            entered=entered, kept_out=kept_out, total=total_at(segment) + entered
        )
        return _record(segment, chosen, effect, removed=False, user=user, at=at)


def remove_by_hand(
    *,
    segment: Segment,
    contacts: Iterable[Contact],
    user: Any,
    at: datetime,
    expected_position: int | None = None,
) -> SegmentStep:
    """Take these contacts off the segment."""
    chosen = Contact.objects.filter(pk__in=[contact.pk for contact in contacts])
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        drop_tail(segment)
        left = (segment.lines.filter(in_segment(segment), contact__in=chosen)).update(
            removed_step=segment.position + 1
        )
        effect = Effect(left=left, total=total_at(segment) - left)
        return _record(segment, chosen, effect, removed=True, user=user, at=at)


def _record(
    segment: Segment,
    chosen: Iterable[Contact],
    effect: Effect,
    *,
    removed: bool,
    user: Any,
    at: datetime,
) -> SegmentStep:
    step = record_step(
        segment=segment, kind=StepKind.BY_HAND, effect=effect, user=user, at=at
    )
    SegmentStepMember.objects.bulk_create(
        SegmentStepMember(step=step, contact=contact, removed=removed)
        for contact in chosen
    )
    return step
