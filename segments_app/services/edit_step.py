"""Editing a step that was taken, or leaving it out: what came after is taken again.

The earlier steps stay as they were. The segment gets one more step, `replace`, whose
recipe is the changed one on today's data; going back from it is going back to before.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..choices import StepKind
from ..models import Segment, SegmentStep
from .change_contacts import TAKE
from .errors import SegmentError
from .go_back import NoSuchStep
from .recipe import Element, Recipe, element_at, recipe_of, with_changed, without
from .replay import (
    Replacing,
    StepImpossible,
    TooManySteps,
    set_change_of,
    set_changes_of,
)
from .set_totals import totals_after
from .steps import claim
from .take_again import take_again


class StepCountsNoMore(SegmentError):
    """A later step put something else in the place of this one."""


class NotByCriteria(SegmentError):
    """The step names its contacts itself: there are no criteria to edit."""


class NothingEdited(SegmentError):
    """The step would be what it is."""


@dataclass(frozen=True)
class LaterTotal:
    """How many are on the segment after a step, on today's data.

    `before` is with the steps as they are, None where these cannot be taken again;
    `after` with the change, None for a step that is left out.
    """

    step: int
    kind: StepKind
    before: int | None
    after: int | None


def edit_step(
    *,
    segment: Segment,
    position: int,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    kind: str | None = None,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Take the step at `position` with other criteria, and all after it again.

    Appends one step, `replace`, and returns it. Raises CriteriaError about the new
    criteria, StepImpossible about another step, and what `editing` does; then nothing
    has changed.
    """
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        change = editing(
            segment=segment,
            position=position,
            criteria=criteria,
            options=options,
            kind=kind,
            at=at,
        )
        return take_again(change, user=user, at=at)


def leave_out_step(
    *,
    segment: Segment,
    position: int,
    user: Any,
    at: datetime,
    expected_version: str | None = None,
) -> SegmentStep:
    """Take all steps again but the one at `position`; returns the step appended."""
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version)
        change = leaving_out(segment=segment, position=position, at=at)
        return take_again(change, user=user, at=at)


def editing(
    *,
    segment: Segment,
    position: int,
    criteria: Any,
    options: Mapping[str, Any] | None = None,
    kind: str | None = None,
    at: datetime,
) -> Replacing:
    """What `edit_step` would do: to be counted, listed or taken.

    Raises NoSuchStep, StepCountsNoMore, NotByCriteria, NothingEdited, CriteriaError,
    CriteriaMissing, OptionRefused, StepImpossible, TooManySteps.
    """
    recipe = recipe_of(segment)
    element = editable_element(segment, recipe, position)
    chosen = {name: True for name, value in (options or {}).items() if value is True}
    changed: Element = {
        "kind": str(kind or element["kind"]),
        "criteria": criteria,
        "options": dict(options or {}),
        "step": position,
    }
    # Whoever edits is told of the new criteria first, and where in them.
    set_change_of(changed, segment=segment, at=at)
    changed["options"] = chosen
    if changed == element:
        raise NothingEdited(_("This is the step as it is: there is nothing to do."))
    return replacing(
        segment=segment,
        kind=StepKind.REPLACE,
        recipe=with_changed(recipe, changed),
        at=at,
    )


def leaving_out(*, segment: Segment, position: int, at: datetime) -> Replacing:
    """What `leave_out_step` would do. Raises NoSuchStep and others."""
    recipe = recipe_of(segment)
    counting_element(segment, recipe, position)
    return replacing(
        segment=segment,
        kind=StepKind.REPLACE,
        recipe=without(recipe, position),
        at=at,
    )


def replacing(
    *, segment: Segment, kind: StepKind, recipe: Recipe, at: datetime
) -> Replacing:
    """The segment becomes what the recipe says on that day."""
    set_changes = set_changes_of(recipe, segment=segment, at=at)
    return Replacing(segment=segment, kind=kind, recipe=recipe, set_changes=set_changes)


def counting_element(segment: Segment, recipe: Recipe, position: int) -> Element:
    """The element of a step that still counts. Raises NoSuchStep, StepCountsNoMore."""
    element = element_at(recipe, position)
    if element is not None:
        return element
    if not segment.steps.filter(position=position).exists():
        raise NoSuchStep(_("Step %(step)d does not exist.") % {"step": position})
    if position > segment.position:
        said = _("Step %(step)d is undone. Redo it first, then edit it.")
        raise StepCountsNoMore(said % {"step": position})
    said = _(
        "Step %(step)d does not count any more: a later step took its place. Go back "
        "to before that step to edit it."
    )
    raise StepCountsNoMore(said % {"step": position})


def editable_element(segment: Segment, recipe: Recipe, position: int) -> Element:
    """As `counting_element`, for a step by criteria. Raises NotByCriteria too."""
    element = counting_element(segment, recipe, position)
    if element["kind"] not in TAKE:
        said = _(
            "Step %(step)d names its contacts itself. Leave it out, or add and remove "
            "contacts by hand."
        )
        raise NotByCriteria(said % {"step": position})
    return element


def totals_of_later(
    change: Replacing, *, position: int, at: datetime
) -> list[LaterTotal]:
    """What a change of the step at `position` does to it and to every later one."""
    recipe, changed = recipe_of(change.segment), change.recipe or []
    try:
        set_changes = set_changes_of(
            recipe, segment=change.segment, at=at, any_code=True
        )
    except (StepImpossible, TooManySteps):
        set_changes = []
    old, new = totals_after(set_changes, change.set_changes)
    before = dict(zip((part.step for part in set_changes), old, strict=True))
    after = dict(zip((part.step for part in change.set_changes), new, strict=True))
    kinds = {each["step"]: each["kind"] for each in (*recipe, *changed)}
    steps = [element["step"] for element in recipe]
    return [
        LaterTotal(
            step=step,
            kind=StepKind(kinds[step]),
            before=before.get(step),
            after=after.get(step),
        )
        for step in steps[steps.index(position) :]
    ]
