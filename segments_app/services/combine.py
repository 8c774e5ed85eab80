"""Union, intersection and difference of a segment with another source: one step.

The step keeps everybody of the source, so that taking it again later gives the same
whatever became of the source: the segment S and the members M make S | M (of those
who may enter), S & M or S - M.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.insert_select import insert_from
from contacts.models.querysets import ContactQuerySet

from ..choices import KeptOut, Operation, StepKind
from ..models import Segment, SegmentLine, SegmentStep, SegmentStepMember
from ..models.querysets import SegmentLineQuerySet
from .change import Change, by_reason, take
from .create_segment import create_segment
from .errors import SegmentError
from .sources import Source, hold
from .steps import Effect, check_options, in_segment

UNION_OPTIONS = ("ignore_exclusion",)


class SourceIsEmpty(SegmentError):
    """Nobody is in the source."""


class SourceIsSegment(SegmentError):
    """A segment cannot be combined with itself."""


@dataclass(frozen=True, kw_only=True)
class Combining(Change):
    """What combining the segment with the source does."""

    operation: Operation
    source: Source

    def coming(self) -> ContactQuerySet:
        if self.operation != Operation.UNION:
            return Contact.objects.none()
        return self.source.contacts()

    def leaving(self) -> SegmentLineQuerySet:
        live = self.segment.lines.filter(in_segment(self.segment))
        there = self.source.has(OuterRef("contact_id"))
        match self.operation:
            case Operation.INTERSECTION:
                return live.filter(~there)
            case Operation.DIFFERENCE:
                return live.filter(there)
        return self.segment.lines.none()

    def count_kept_out(self) -> Mapping[str, int]:
        # By joins of what is few, where criteria are asked contact by contact: for
        # a hundred thousand on both sides that takes a fifth of the time.
        ignores = self._ignores_exclusion
        refused = self.coming().ineligible(ignore_exclusion=ignores)
        reasons = refused.with_ineligible_reason(ignore_exclusion=ignores)
        counts = by_reason(reasons.annotate(why_kept_out=F("ineligible_reason")))
        already_in = self._both() - refused.filter(self._already_in()).count()
        return counts | ({KeptOut.ALREADY_IN.value: already_in} if already_in else {})

    def _both(self) -> int:
        """How many of the source are on the segment."""
        if self.operation != Operation.UNION:
            return 0
        lines = self.segment.lines.filter(in_segment(self.segment))
        return lines.filter(self.source.has(OuterRef("contact_id"))).count()

    def effect(self) -> Effect:
        entered = self.entering().count()
        left = self.leaving().count()
        return self._effect(entered=entered, left=left, kept=self.count_kept_out())

    def remember(self, step: SegmentStep) -> None:
        insert_from(
            SegmentStepMember,
            self.source.people().order_by(),
            step=step,
            contact=F(self.source.column),
        )


def combining(
    *,
    segment: Segment,
    operation: str,
    source: Source,
    options: Mapping[str, Any] | None = None,
) -> Combining:
    """What the step would do: to be counted, listed or taken.

    A union may be told `ignore_exclusion`. Raises OptionRefused, SourceIsSegment,
    SourceIsEmpty.
    """
    wanted = Operation(operation)
    known = UNION_OPTIONS if wanted == Operation.UNION else ()
    chosen = check_options(options, known)
    if source.segments == (segment,):
        raise SourceIsSegment(
            _("This is the segment itself. Choose another segment to combine it with.")
        )
    if not source.rows().exists():
        raise SourceIsEmpty(_("Nobody is there to combine the segment with."))
    said = {
        "operation": wanted.value,
        "source_kind": source.kind.value,
        "source": source.name,
    }
    return Combining(
        segment=segment,
        kind=StepKind.COMBINE,
        options=said | chosen,
        operation=wanted,
        source=source,
    )


def combine(
    *,
    segment: Segment,
    operation: str,
    source: Source,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Combine the segment with the source, and return the step.

    Raises SourceGone, SourceIsEmpty, SourceIsSegment, OptionRefused, SegmentChanged.
    """
    with transaction.atomic():
        hold(source, together_with=segment)
        change = combining(
            segment=segment, operation=operation, source=source, options=options
        )
        return take(change, user=user, at=at, expected_version=expected_version)


def start_from(
    *,
    source: Source,
    description: str,
    options: Mapping[str, Any] | None = None,
    user: Any,
    at: datetime,
    **header: Any,
) -> Segment:
    """Make a segment of the source's contacts, and return it.

    Raises what `combine` and `create_segment` raise; then no segment is made.
    """
    with transaction.atomic():
        segment = create_segment(description=description, user=user, at=at, **header)
        combine(
            segment=segment,
            operation=Operation.UNION,
            source=source,
            options=options,
            user=user,
            at=at,
        )
    return segment


@dataclass(frozen=True, kw_only=True)
class Starting:
    """Whom a new segment of the source would have: as a Change, without a segment."""

    source: Source
    ignore_exclusion: bool = False

    @property
    def options(self) -> dict[str, bool]:
        return {"ignore_exclusion": self.ignore_exclusion}

    def entering(self) -> ContactQuerySet:
        contacts = self.source.contacts()
        return contacts.eligible(ignore_exclusion=self.ignore_exclusion)

    def leaving(self) -> SegmentLineQuerySet:
        return SegmentLine.objects.none()

    def kept_out(self) -> ContactQuerySet:
        return self._with_reason().exclude(why_kept_out="")

    def effect(self) -> Effect:
        counts = by_reason(self._with_reason())
        entered = counts.pop("", 0)
        return Effect(entered=entered, kept_out=counts, total=entered)

    def _with_reason(self) -> ContactQuerySet:
        contacts = self.source.contacts().with_ineligible_reason(
            ignore_exclusion=self.ignore_exclusion
        )
        return contacts.annotate(why_kept_out=F("ineligible_reason"))
