"""Putting single contacts on a segment and taking them off: a step like any other."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.insert_select import insert_from
from contacts.models.querysets import ContactQuerySet

from ..choices import StepKind
from ..models import Segment, SegmentStep, SegmentStepMember
from ..models.querysets import SegmentLineQuerySet
from .change import Change, take
from .errors import SegmentError
from .steps import Effect, in_segment


class NobodyChanged(SegmentError):
    """There is nobody to put on or to take off; no step was taken."""


def add_by_hand(
    *,
    segment: Segment,
    contacts: ContactQuerySet,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Put these contacts on the segment; the step says who was kept out and why.

    The database is asked for them once the segment is claimed, however many. Raises
    NobodyChanged when no contact was chosen, SegmentChanged.
    """
    change = adding_by_hand(segment=segment, contacts=contacts)
    return take(change, user=user, at=at, expected_version=expected_version)


def remove_by_hand(
    *,
    segment: Segment,
    contacts: ContactQuerySet,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Take these contacts off the segment.

    The database is asked for them once the segment is claimed, however many. Raises
    NobodyChanged when none of them is on it, SegmentChanged.
    """
    change = removing_by_hand(segment=segment, contacts=contacts)
    return take(change, user=user, at=at, expected_version=expected_version)


def adding_by_hand(*, segment: Segment, contacts: ContactQuerySet) -> "AddingByHand":
    """What `add_by_hand` would do: to be counted, listed or taken."""
    return AddingByHand(segment=segment, kind=StepKind.BY_HAND, chosen=_again(contacts))


def removing_by_hand(
    *, segment: Segment, contacts: ContactQuerySet
) -> "RemovingByHand":
    """What `remove_by_hand` would do: to be counted, listed or taken."""
    return RemovingByHand(
        segment=segment, kind=StepKind.BY_HAND, chosen=_again(contacts)
    )


@dataclass(frozen=True, kw_only=True)
class AddingByHand(Change):
    chosen: ContactQuerySet

    def coming(self) -> ContactQuerySet:
        return self.chosen

    def check(self, effect: Effect) -> None:
        if not effect.entered and not effect.kept_out:
            raise NobodyChanged(_("Choose the contacts to add."))

    def remember(self, step: SegmentStep) -> None:
        # Now that they are on the segment, the query may not find them any more.
        came = self.segment.lines.filter(added_step=step.position)
        named = self.chosen | Contact.objects.filter(pk__in=came.values("contact"))
        name_members(step, named, removed=False)


@dataclass(frozen=True, kw_only=True)
class RemovingByHand(Change):
    chosen: ContactQuerySet

    def leaving(self) -> SegmentLineQuerySet:
        return self.segment.lines.filter(
            in_segment(self.segment), contact__in=self.chosen
        )

    def check(self, effect: Effect) -> None:
        if not effect.left:
            raise NobodyChanged(_("None of these contacts is on the segment."))

    def remember(self, step: SegmentStep) -> None:
        gone = self.segment.lines.filter(removed_step=step.position)
        named = Contact.objects.filter(pk__in=gone.values("contact"))
        name_members(step, named, removed=True)


def name_members(
    step: SegmentStep, contacts: ContactQuerySet, *, removed: bool
) -> None:
    """Write down the contacts that the step names itself, in one statement."""
    insert_from(
        SegmentStepMember,
        contacts.order_by("pk"),
        step=step,
        contact=F("pk"),
        removed=removed,
    )


def _again(contacts: ContactQuerySet) -> ContactQuerySet:
    """The same contacts, asked for once the segment is claimed, however many."""
    return Contact.objects.filter(pk__in=contacts.values("pk"))
