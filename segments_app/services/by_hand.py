"""Putting single contacts on a segment and taking them off: a step like any other."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.insert_select import insert_from
from contacts.models.querysets import ContactQuerySet

from ..choices import StepKind
from ..models import Segment, SegmentStep, SegmentStepMember
from .change_contacts import count_kept_out, entering
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
    """There is nobody to put on or to take off; no step was taken."""


def add_by_hand(
    *,
    segment: Segment,
    contacts: ContactQuerySet,
    user: Any,
    at: datetime,
    expected_position: int | None = None,
) -> SegmentStep:
    """Put these contacts on the segment; the step says who was kept out and why.

    The database is asked for them once the segment is claimed, however many. Raises
    NobodyChanged when no contact was chosen, SegmentChanged.
    """
    chosen = Contact.objects.filter(pk__in=contacts.values("pk"))
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        drop_tail(segment)
        kept_out = count_kept_out(segment, chosen, {})
        entered = insert_lines(
            segment=segment,
            contacts=entering(segment, chosen, {}),
            step=segment.position + 1,
        )
        if not entered and not kept_out:
            raise NobodyChanged(_("Choose the contacts to add."))
        # Now that they are on the segment, the query may not find them any more.
        came = segment.lines.filter(added_step=segment.position + 1)
        named = chosen | Contact.objects.filter(pk__in=came.values("contact"))
        effect = Effect(
            entered=entered, kept_out=kept_out, total=total_at(segment) + entered
        )
        return _record(segment, named, effect, removed=False, user=user, at=at)


def remove_by_hand(
    *,
    segment: Segment,
    contacts: ContactQuerySet,
    user: Any,
    at: datetime,
    expected_position: int | None = None,
) -> SegmentStep:
    """Take these contacts off the segment.

    The database is asked for them once the segment is claimed, however many. Raises
    NobodyChanged when none of them is on it, SegmentChanged.
    """
    chosen = Contact.objects.filter(pk__in=contacts.values("pk"))
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        drop_tail(segment)
        lines = segment.lines.filter(in_segment(segment), contact__in=chosen)
        left = lines.update(removed_step=segment.position + 1)
        if not left:
            raise NobodyChanged(_("None of these contacts is on the segment."))
        gone = segment.lines.filter(removed_step=segment.position + 1)
        named = Contact.objects.filter(pk__in=gone.values("contact"))
        effect = Effect(left=left, total=total_at(segment) - left)
        return _record(segment, named, effect, removed=True, user=user, at=at)


def _record(
    segment: Segment,
    named: ContactQuerySet,
    effect: Effect,
    *,
    removed: bool,
    user: Any,
    at: datetime,
) -> SegmentStep:
    step = record_step(
        segment=segment, kind=StepKind.BY_HAND, effect=effect, user=user, at=at
    )
    insert_from(
        SegmentStepMember,
        named.order_by("pk"),
        step=step,
        contact=F("pk"),
        removed=removed,
    )
    return step
