"""Who enters and leaves: counted, listed and taken by the same expressions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    OuterRef,
    Q,
    Value,
    When,
)

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet, ineligible

from ..choices import KeptOut, StepKind
from ..models import SavedCriteria, Segment, SegmentStep
from ..models.querysets import SegmentLineQuerySet
from .steps import (
    Effect,
    claim,
    drop_tail,
    in_segment,
    insert_lines,
    record_step,
    total_at,
)


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a step does to a segment, or would do: who enters, leaves, is kept out.

    Every kind of step says who is `coming` and who is `leaving`; the rest follows.
    Nothing is asked of the database until it is counted, listed or taken, and then
    at the cursor the segment has, so what was shown is what is done unless the data
    changed. A `recipe` is the steps that a step taking them again stands for.
    """

    segment: Segment
    kind: StepKind
    criteria: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)
    recipe: list[dict[str, Any]] | None = None

    def coming(self) -> ContactQuerySet:
        """Everybody the step asks for, whether they may enter or not."""
        return Contact.objects.none()

    def leaving(self) -> SegmentLineQuerySet:
        """The live lines the step takes off."""
        return self.segment.lines.none()

    def check(self, effect: Effect) -> None:
        """Refuse a step that had this effect; most are taken without any."""

    def remember(self, step: SegmentStep) -> None:
        """Write down what the step keeps besides its row; for most, nothing."""

    def entering(self) -> ContactQuerySet:
        """Those coming who may enter and are not in."""
        eligible = self.coming().eligible(ignore_exclusion=self._ignores_exclusion)
        if not self.segment.position:
            # Nobody is in yet. To look would cost a look at every line that this very
            # statement writes, where PostgreSQL holds the table for empty.
            return eligible
        return eligible.filter(~self._already_in())

    def kept_out(self) -> ContactQuerySet:
        """Those coming who do not enter, each with a KeptOut as `why_kept_out`."""
        return self._with_reason().exclude(why_kept_out="")

    def count_kept_out(self) -> Mapping[str, int]:
        """How many of those coming do not enter, by KeptOut."""
        return by_reason(self._refused())

    def effect(self) -> Effect:
        """Count everything: one query for who comes, one for who leaves."""
        counts = by_reason(self._with_reason())
        entered = counts.pop("", 0)
        return self._effect(entered=entered, left=self.leaving().count(), kept=counts)

    def apply(self) -> Effect:
        """Write the lines at the step after the cursor; the segment is claimed."""
        step = self.segment.position + 1
        kept = self.count_kept_out()
        entered = insert_lines(
            segment=self.segment, contacts=self.entering(), step=step
        )
        left = self.leaving().update(removed_step=step)
        return self._effect(entered=entered, left=left, kept=kept)

    def _with_reason(self) -> ContactQuerySet:
        return with_why_kept_out(
            self.coming(),
            ignore_exclusion=self._ignores_exclusion,
            already_in=Q(self._already_in()) if self.segment.position else None,
        )

    def _refused(self) -> ContactQuerySet:
        """As `kept_out`, without a look at the others: they are written anyway."""
        condition = ineligible(ignore_exclusion=self._ignores_exclusion)
        if self.segment.position:
            condition |= Q(self._already_in())
        return self._with_reason().filter(condition)

    def _already_in(self) -> Exists:
        lines = self.segment.lines.filter(in_segment(self.segment))
        return Exists(lines.filter(contact=OuterRef("pk")))

    @property
    def _ignores_exclusion(self) -> bool:
        return bool(self.options.get("ignore_exclusion"))

    def _effect(self, *, entered: int, left: int, kept: Mapping[str, int]) -> Effect:
        total = total_at(self.segment) + entered - left
        return Effect(entered=entered, left=left, kept_out=kept, total=total)


def take(
    change: Change,
    *,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
    saved_criteria: SavedCriteria | None = None,
) -> SegmentStep:
    """Take the step: claim the segment, drop what was undone, write it down.

    Raises SegmentChanged, and what the change itself refuses.
    """
    segment = change.segment
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        drop_tail(segment)
        effect = change.apply()
        change.check(effect)
        step = record_step(
            segment=segment,
            kind=change.kind,
            criteria=change.criteria,
            options=change.options,
            recipe=change.recipe,
            effect=effect,
            saved_criteria=saved_criteria,
            user=user,
            at=at,
        )
        change.remember(step)
    return step


def with_why_kept_out(
    contacts: ContactQuerySet, *, ignore_exclusion: bool, already_in: Q | None
) -> ContactQuerySet:
    """Annotate `why_kept_out`: a KeptOut, or an empty text for who enters.

    None for `already_in`: nobody is.
    """
    reasons = [When(~Q(ineligible_reason=""), then=F("ineligible_reason"))]
    if already_in is not None:
        reasons.append(When(already_in, then=Value(KeptOut.ALREADY_IN.value)))
    asked = contacts.with_ineligible_reason(ignore_exclusion=ignore_exclusion)
    return asked.annotate(
        why_kept_out=Case(
            *reasons, default=Value(""), output_field=CharField(max_length=20)
        )
    )


def by_reason(contacts: ContactQuerySet) -> dict[str, int]:
    """Count contacts by what keeps them out; nothing does under the empty text."""
    groups = contacts.order_by().values_list("why_kept_out")
    return dict(groups.annotate(count=Count("pk")))
