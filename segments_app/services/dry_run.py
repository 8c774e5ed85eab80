"""Whom saved criteria would find today from nothing: no segment is touched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.models import Contact

from ..criteria import CriteriaError
from ..models import SavedCriteria
from .change import by_reason, with_why_kept_out
from .change_contacts import found_by
from .edit_saved import saved_steps_of
from .errors import SegmentError
from .replay import SetChange, chosen_by, set_change_by_criteria
from .set_totals import totals_after
from .steps import Effect
from .time_limit import time_limit
from .write_saved import SavedStep

NAMES_SHOWN = 5
SAMPLE = 10
SECONDS = 30.0


@dataclass(frozen=True)
class DryStep:
    """What a step would do, the first names it moves, or why it cannot be taken."""

    part: SavedStep
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


def dry_run(*, saved: SavedCriteria, at: datetime, seconds: float = SECONDS) -> DryRun:
    """Take the steps on paper: at most two queries per step, and two more.

    Raises TakesTooLong when a question to the database takes so many seconds.
    """
    asked = saved_steps_of(saved)
    taken, refused = _as_far_as_possible(asked, at=at)
    slow = _("The dry run takes too long and was given up. Try it with fewer steps.")
    with time_limit(seconds, message=slow):
        [totals] = totals_after(taken)
        steps = [
            _dry_step(step, taken[: number + 1], [0, *totals][number : number + 2])
            for number, step in enumerate(asked[: len(taken)])
        ]
        if refused:
            steps.append(DryStep(asked[len(taken)], refused=refused))
            return DryRun(steps, total=0, sample=[])
        total = totals[-1] if totals else 0
        return DryRun(steps, total=total, sample=_first(chosen_by(taken), SAMPLE))


def _as_far_as_possible(
    asked: Sequence[SavedStep], *, at: datetime
) -> tuple[list[SetChange], str]:
    """What the steps do to the set up to one that cannot be taken, and why not."""
    taken: list[SetChange] = []
    for number, step in enumerate(asked, start=1):
        try:
            element = {**step, "step": number}
            taken.append(set_change_by_criteria(element, segment=None, at=at))
        except (CriteriaError, SegmentError) as error:
            return taken, str(error)
    return taken, ""


def _dry_step(
    step: SavedStep, taken: Sequence[SetChange], totals: Sequence[int]
) -> DryStep:
    """What the last of these did to the set; `totals` are before and after it."""
    before, after = chosen_by(taken[:-1]), chosen_by(taken)
    adds = taken[-1].adds
    kept_out: dict[str, int] = {}
    if adds is not None:
        coming = with_why_kept_out(
            Contact.objects.filter(adds),
            ignore_exclusion=bool(step["options"].get("ignore_exclusion")),
            already_in=before,
        )
        kept_out = by_reason(coming)
        kept_out.pop("", None)
    effect = Effect(
        entered=max(totals[1] - totals[0], 0),
        left=max(totals[0] - totals[1], 0),
        kept_out=kept_out,
        total=totals[1],
    )
    moving = after & ~before if adds is not None else before & ~after
    return DryStep(step, effect, _first(moving, NAMES_SHOWN))


def found_today(
    *, part: SavedStep, at: datetime, seconds: float
) -> tuple[int, list[Contact]]:
    """How many a step finds of all contacts, and the first names.

    Raises CriteriaError, SegmentError, and TakesTooLong after so many seconds.
    """
    found = found_by(part["criteria"], part["options"], at=at)
    slow = _("This takes too long to count while you type. Try a dry run.")
    with time_limit(seconds, message=slow):
        return found.count(), list(found.order_by("pk")[:SAMPLE])


def _first(condition: Q, most: int) -> list[Contact]:
    contacts = Contact.objects.filter(condition).select_related("company")
    return list(contacts.in_segment_order()[:most])
