"""Whom saved criteria would find today from nothing: no segment is touched."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.querysets import ineligible

from ..choices import StepKind
from ..criteria import CriteriaError
from ..models import SavedCriteria
from .change_contacts import found_by
from .edit_saved import parts_of
from .errors import SegmentError
from .steps import Effect
from .time_limit import time_limit
from .write_saved import Part

NAMES_SHOWN = 5
SAMPLE = 10
NOBODY = Q(pk__in=[])


@dataclass(frozen=True)
class DryStep:
    """What a step would do, the first names it moves, or why it cannot be taken."""

    part: Part
    effect: Effect = field(default_factory=Effect)
    moving: list[Contact] = field(default_factory=list)
    refused: str = ""


@dataclass(frozen=True)
class DryRun:
    """Every step, and a sample of those who would be on the segment at the end.

    After a step that is `refused` nothing is counted, as a reuse is all or nothing.
    """

    steps: list[DryStep]
    total: int
    sample: list[Contact]

    @property
    def is_refused(self) -> bool:
        return any(step.refused for step in self.steps)


def dry_run(*, saved: SavedCriteria, at: datetime) -> DryRun:
    """Take the steps on paper: at most three queries per step, one for the sample."""
    on, total = NOBODY, 0
    steps: list[DryStep] = []
    for part in parts_of(saved):
        try:
            found = found_by(part["criteria"], part["options"], at=at)
        except (CriteriaError, SegmentError) as error:
            steps.append(DryStep(part, refused=str(error)))
            return DryRun(steps, total=0, sample=[])
        hit = Q(Exists(found.filter(pk=OuterRef("pk"))))
        ignored = bool(part["options"].get("ignore_exclusion"))
        kept_out: Mapping[str, int] = {}
        match part["kind"]:
            case StepKind.ADD:
                then = on | (hit & ~ineligible(ignore_exclusion=ignored))
                kept_out = _kept_out(found, ignored)
            case StepKind.REDUCE:
                then = on & ~hit
            case _:
                then = on & hit
        count = Contact.objects.filter(then).count()
        moving = then & ~on if part["kind"] == StepKind.ADD else on & ~then
        effect = Effect(
            entered=max(count - total, 0),
            left=max(total - count, 0),
            kept_out=kept_out,
            total=count,
        )
        steps.append(DryStep(part, effect, _first(moving, NAMES_SHOWN)))
        on, total = then, count
    return DryRun(steps, total=total, sample=_first(on, SAMPLE))


def found_today(
    *, part: Part, at: datetime, seconds: float
) -> tuple[int, list[Contact]]:
    """How many a step finds of all contacts, and the first names.

    Raises CriteriaError, SegmentError, and TakesTooLong after so many seconds.
    """
    found = found_by(part["criteria"], part["options"], at=at)
    slow = _("This takes too long to count while you type. Try a dry run.")
    with time_limit(seconds, message=slow):
        return found.count(), list(found.order_by("pk")[:SAMPLE])


def _kept_out(found: Any, ignored: bool) -> Mapping[str, int]:
    """How many of those found may not enter, by reason."""
    refused = found.ineligible(ignore_exclusion=ignored)
    refused = refused.with_ineligible_reason(ignore_exclusion=ignored).order_by()
    reasons = refused.values_list("ineligible_reason")
    return dict(reasons.annotate(count=Count("pk")))


def _first(condition: Q, most: int) -> list[Contact]:
    contacts = Contact.objects.filter(condition).select_related("company")
    return list(contacts.in_segment_order()[:most])
