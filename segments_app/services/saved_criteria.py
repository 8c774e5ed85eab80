"""Keeping the steps of a segment and taking them again (segments.md 4.2, 4.3)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ..choices import Operation, StepKind
from ..criteria import existing_codes, validate
from ..models import (
    SavedCriteria,
    Segment,
    SegmentStep,
    SegmentStepMember,
)
from ..models.querysets import SegmentLineQuerySet
from .change import Change, take
from .change_contacts import TAKE, options_of
from .combine import UNION_OPTIONS
from .errors import SegmentError
from .recipe import Element, Recipe, recipe_of
from .steps import claim, in_segment, take_as_one, total_at
from .write_saved import SavedStep, create_saved


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

    Contacts named by hand are kept by their numbers; what `steps_left_out` names is
    not kept. Raises CodeTaken, NothingToSave, SavedStepRefused.
    """
    recipe = recipe_of(segment)
    kept = [part for element in recipe for part in _kept(segment, element)]
    if not kept:
        raise NothingToSave(_("There is nothing to save: no step chose contacts yet."))
    with transaction.atomic():
        return create_saved(
            code=code,
            description=description,
            shared=shared,
            parts=kept,
            user=user,
            at=at,
        )


def steps_left_out(segment: Segment) -> Recipe:
    """The steps up to the cursor that `save_criteria` does not keep; one query."""
    return [element for element in recipe_of(segment) if _is_left_out(element)]


def reuse_criteria(
    *,
    segment: Segment,
    saved: SavedCriteria,
    mode: str = "add",
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> list[SegmentStep]:
    """Take the saved steps again on today's data, and return them.

    `mode` is `add` (on top of what is there) or `replace` (the lines of now leave
    first, as a step of its own). All or nothing: the steps are gone back and redone
    together.
    """
    if mode not in ("add", "replace"):
        raise SegmentError(_("Choose to add or to replace."))
    parts = list(saved.steps.order_by("position"))
    for part in parts:
        if part.criteria is not None:
            validate(part.criteria, known_codes=existing_codes)
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        taken = []
        if mode == "replace" and total_at(segment):
            clearing = Clearing(segment=segment, kind=StepKind.REPLACE)
            taken.append(take(clearing, saved_criteria=saved, user=user, at=at))
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
        if taken:
            take_as_one(segment, since=taken[0].position)
        return taken


@dataclass(frozen=True, kw_only=True)
class Clearing(Change):
    """Everybody leaves."""

    def leaving(self) -> SegmentLineQuerySet:
        return self.segment.lines.filter(in_segment(self.segment))


def _is_left_out(element: Element) -> bool:
    """Who shares a letter is no criterion, and its members were not added by it."""
    return element["kind"] == StepKind.ONE_PER_ADDRESS


def _kept(segment: Segment, element: Element) -> list[SavedStep]:
    """The saved form of an element: what it asked, as add, reduce or refine."""
    if element["kind"] in TAKE:
        return [{name: element[name] for name in ("kind", "criteria", "options")}]
    if element["kind"] == StepKind.COMBINE:
        return [_combined(segment, element)]
    if _is_left_out(element):
        return []
    parts = []
    named = _members(segment, element)
    for removed, kind in ((False, StepKind.ADD), (True, StepKind.REDUCE)):
        members = named.filter(removed=removed).order_by("pk")
        numbers = list(members.values_list("contact__number", flat=True))
        if numbers:
            criteria = {"field": "number", "op": "in", "value": numbers}
            told = element["options"]
            options = {name: told[name] for name in options_of(kind) if name in told}
            parts.append({"kind": kind, "criteria": criteria, "options": options})
    return parts


def _combined(segment: Segment, element: Element) -> SavedStep:
    """What combining with the contacts the step keeps is, by their numbers."""
    kinds = {
        Operation.UNION: StepKind.ADD,
        Operation.INTERSECTION: StepKind.REFINE,
        Operation.DIFFERENCE: StepKind.REDUCE,
    }
    options = element["options"]
    members = _members(segment, element).order_by("pk")
    numbers = list(members.values_list("contact__number", flat=True))
    criteria: dict[str, Any] = {"field": "number", "op": "in", "value": numbers}
    if not numbers:
        criteria = {"field": "number", "op": "is_empty"}
    return {
        "kind": kinds[Operation(options["operation"])],
        "criteria": criteria,
        "options": {name: on for name, on in options.items() if name in UNION_OPTIONS},
    }


def _members(segment: Segment, element: Element) -> models.QuerySet[SegmentStepMember]:
    return SegmentStepMember.objects.filter(
        step__segment=segment, step__position=element["step"]
    )
