"""Saved steps taken one after the other, as one change: looked at, not taken."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet

from ..choices import KeptOut, StepKind
from ..models import Segment
from ..models.querysets import SegmentLineQuerySet
from .change import Change
from .replay import SetChange, asked_for_by, chosen_by, set_change_by_criteria
from .steps import in_segment


@dataclass(frozen=True, kw_only=True)
class Reusing(Change):
    """What saved steps come to, from who is in now or, to replace, from nobody.

    Who comes by one step and leaves by a later one does not enter, and who leaves
    and comes again stays. All steps are asked of the data as it is now; criteria
    about this very segment see it as it is before the first of them.
    """

    set_changes: tuple[SetChange, ...]

    def coming(self) -> ContactQuerySet:
        return Contact.objects.filter(asked_for_by(self.set_changes))

    def entering(self) -> ContactQuerySet:
        return Contact.objects.filter(self._stay()).filter(~self._already_in())

    def leaving(self) -> SegmentLineQuerySet:
        stay = Contact.objects.filter(self._stay(), pk=OuterRef("contact_id"))
        live = self.segment.lines.filter(in_segment(self.segment))
        return live.filter(~Exists(stay))

    def _stay(self) -> Q:
        """The condition for being on the segment in the end."""
        if self.kind == StepKind.REPLACE:
            return chosen_by(self.set_changes)
        now = SetChange(step=0, adds=Q(self._already_in()), may_enter=Q())
        return chosen_by([now, *self.set_changes])

    def _with_reason(self) -> ContactQuerySet:
        """Those coming; to replace, without those who are in already and stay."""
        in_already = Value(KeptOut.ALREADY_IN.value)
        # Some steps may ignore the exclusion and others not: who enters is known.
        if self.kind == StepKind.REPLACE:
            was_in = When(self._already_in(), then=in_already)
            enters = When(self._stay(), then=Case(was_in, default=Value("")))
        else:
            enters = When(self._stay() & ~Q(self._already_in()), then=Value(""))
        coming = self.coming().with_ineligible_reason()
        found = coming.annotate(
            why_kept_out=Case(
                enters,
                When(~Q(ineligible_reason=""), then=F("ineligible_reason")),
                default=in_already,
                output_field=CharField(max_length=20),
            )
        )
        if self.kind == StepKind.REPLACE:
            return found.exclude(why_kept_out=in_already)
        return found


def reusing(
    *,
    segment: Segment,
    steps: Iterable[Mapping[str, Any]],
    replace: bool,
    at: datetime,
) -> Reusing:
    """What taking these saved steps would do: to be counted or listed.

    A step is a mapping with step, kind, criteria and options. Raises CriteriaError,
    CriteriaMissing, OptionRefused.
    """
    return Reusing(
        segment=segment,
        kind=StepKind.REPLACE if replace else StepKind.ADD,
        set_changes=tuple(
            set_change_by_criteria(step, segment=segment, at=at) for step in steps
        ),
    )
