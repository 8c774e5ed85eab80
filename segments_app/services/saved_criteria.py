"""Keeping the steps of a segment and taking them again (segments.md 4.2, 4.3)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..choices import StepKind
from ..criteria import existing_codes, validate
from ..models import SavedCriteria, SavedCriteriaStep, Segment, SegmentStep
from .change_contacts import TAKE
from .errors import SegmentError
from .steps import Effect, claim, drop_tail, in_segment, record_step, total_at


class CodeTaken(SegmentError):
    """Saved criteria with this code exist."""


class NothingToSave(SegmentError):
    """The segment has no step whose criteria could be kept."""


def save_criteria(
    *,
    segment: Segment,
    code: str,
    description: str = "",
    shared: bool = True,
    user: Any,
    at: datetime,
) -> SavedCriteria:
    """Keep the steps up to the cursor under `code`, options included.

    Contacts named by hand are kept by their numbers. Raises CodeTaken,
    NothingToSave.
    """
    steps = segment.steps.filter(position__lte=segment.position)
    kept = [part for step in steps.order_by("position") for part in _kept(step)]
    if not kept:
        raise NothingToSave(_("There is nothing to save: no step chose contacts yet."))
    with transaction.atomic():
        saved, created = SavedCriteria.objects.get_or_create(
            code=code,
            defaults={
                "description": description,
                "shared": shared,
                "owner": user,
                "created_at": at,
            },
        )
        if not created:
            raise CodeTaken(
                _("Saved criteria %s exist. Choose another code.") % saved.code
            )
        SavedCriteriaStep.objects.bulk_create(
            SavedCriteriaStep(saved=saved, position=position, **part)
            for position, part in enumerate(kept, start=1)
        )
    return saved


def reuse_criteria(
    *,
    segment: Segment,
    saved: SavedCriteria,
    mode: str = "add",
    user: Any,
    at: datetime,
    expected_position: int | None = None,
) -> list[SegmentStep]:
    """Take the saved steps again on today's data, and return them.

    `mode` is `add` (on top of what is there) or `replace` (the lines of now leave
    first, as a step of its own that can be gone back). All or nothing.
    """
    if mode not in ("add", "replace"):
        raise SegmentError(_("Choose to add or to replace."))
    parts = list(saved.steps.order_by("position"))
    for part in parts:
        if part.criteria is not None:
            validate(part.criteria, known_codes=existing_codes)
    with transaction.atomic():
        claim(segment=segment, expected_position=expected_position)
        taken = []
        if mode == "replace" and total_at(segment):
            taken.append(_clear(segment, saved, user=user, at=at))
        for part in parts:
            step = TAKE[StepKind(part.kind)](
                segment=segment,
                criteria=part.criteria,
                options=part.options,
                saved_criteria=saved,
                user=user,
                at=at,
            )
            taken.append(step)
        return taken


def _clear(
    segment: Segment, saved: SavedCriteria, *, user: Any, at: datetime
) -> SegmentStep:
    drop_tail(segment)
    left = segment.lines.filter(in_segment(segment)).update(
        removed_step=segment.position + 1
    )
    return record_step(
        segment=segment,
        kind=StepKind.REPLACE,
        effect=Effect(left=left, total=0),
        saved_criteria=saved,
        user=user,
        at=at,
    )


def _kept(step: SegmentStep) -> list[dict[str, Any]]:
    """The saved form of a step: what it asked, as add, reduce or refine."""
    if step.kind in TAKE:
        return [{"kind": step.kind, "criteria": step.criteria, "options": step.options}]
    parts = []
    for removed, kind in ((False, StepKind.ADD), (True, StepKind.REDUCE)):
        members = step.members.filter(removed=removed)
        numbers = list(members.order_by("pk").values_list("contact__number", flat=True))
        if numbers:
            criteria = {"field": "number", "op": "in", "value": numbers}
            parts.append({"kind": kind, "criteria": criteria, "options": {}})
    if step.kind == StepKind.REPLACE:
        everybody = {"field": "number", "op": "is_not_empty"}
        parts.append({"kind": StepKind.REDUCE, "criteria": everybody, "options": {}})
    return parts
