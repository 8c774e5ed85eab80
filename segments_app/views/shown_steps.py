"""The steps of a segment as a reader understands them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.utils.translation import gettext as _

from interactions.models import LoggedSegment
from jobs.users import user_name

from ..choices import (
    KeptOut,
    StepKind,
)
from ..criteria import Names
from ..models import SavedCriteria, Segment, SegmentStep
from ..services.change_contacts import TAKE
from ..services.recipe import (
    Element,
    Recipe,
    element_at,
    element_of,
    recipe_from,
    with_step,
)
from .in_effect import full_names
from .step_names import names_of
from .step_words import (
    kept_out_labels,
    kind_label,
    option_labels,
    sentence,
    what_is_asked,
)

MOST_OPEN = 8
Reader = User | AnonymousUser


@dataclass(frozen=True)
class ShownStep:
    """A step, and where it stands from the cursor of an open segment.

    `key` is that of the row of an open segment. `says` is what a step that takes
    earlier ones again does to them, `reads_now` what a step reads since a later one
    edited it. A step at or before the cursor counts unless a later one took its place;
    what counts can be left out, and edited if it was by criteria. `as_one` are the
    first and the last of the steps that were taken as one, for each of them.
    """

    position: int
    kind: str
    sentence: str
    options: list[str]
    entered: int
    left: int
    total: int
    kept_out: list[tuple[str, int]]
    user: str
    at: datetime
    key: int = 0
    by_copy: int = 0
    saved: str = ""
    name: str = ""
    says: list[str] = field(default_factory=list)
    reads_now: str = ""
    as_one: tuple[int, int] | None = None
    is_current: bool = False
    is_undone: bool = False
    is_replaced: bool = False
    may_be_edited: bool = False
    may_be_left_out: bool = False


@dataclass(frozen=True)
class StepGroup:
    """Steps in a row; those far from the cursor are folded away."""

    steps: list[ShownStep]
    is_folded: bool = False

    @property
    def first(self) -> int:
        return self.steps[0].position

    @property
    def last(self) -> int:
        return self.steps[-1].position


def _shown_step(
    step: SegmentStep,
    *,
    cursor: int,
    before: Recipe,
    counting: Recipe,
    last_of: Mapping[int, int],
    user: Reader | None,
    names: Names,
) -> ShownStep:
    """Return the step in words; private saved criteria are named to their owner.

    `before` is the recipe when it was taken, `counting` that at the cursor, `last_of`
    has the last of the steps taken as one by the first.
    """
    saved = step.saved_criteria
    element = element_at(counting, step.position)
    is_edited = element is not None and element != element_of(step)
    replaces = step.recipe is not None or step.kind == StepKind.REPLACE
    return ShownStep(
        position=step.position,
        key=step.pk,
        kind=kind_label(step.kind, step.options),
        sentence=what_is_asked(step.criteria, step.options, names),
        options=option_labels(step.options, names),
        entered=step.entered,
        left=step.left,
        total=step.total,
        kept_out=kept_out_labels(step.kept_out),
        by_copy=step.kept_out.get(KeptOut.BY_COPY, 0),
        user=user_name(step.user),
        at=step.created_at,
        saved=saved.code if saved and saved.is_visible_to(user) else "",
        name=step.name,
        says=_says(step.kind, before=before, recipe=step.recipe, names=names),
        reads_now=_element(element, names) if element and is_edited else "",
        as_one=_as_one(step, last_of),
        is_current=step.position == cursor,
        is_undone=step.position > cursor,
        is_replaced=step.position <= cursor and element is None and not replaces,
        may_be_edited=element is not None and element["kind"] in TAKE,
        may_be_left_out=element is not None,
    )


def shown_steps(segment: Segment, *, user: Reader | None = None) -> list[ShownStep]:
    """Return all steps of a segment, the undone ones too."""
    related = segment.steps.select_related("user", "saved_criteria")
    steps = list(related.order_by("position"))
    return shown_in_order(steps, cursor=segment.position, user=user)


def shown_in_order(
    steps: Sequence[SegmentStep],
    *,
    cursor: int,
    user: Reader | None = None,
    names: Names | None = None,
) -> list[ShownStep]:
    """Return all steps of a segment, given in their order, in words.

    For `names` see `sentence`.
    """
    names = names or names_of(
        asked
        for step in steps
        for asked in ((step.criteria, step.options), *_asked(step.recipe or []))
    )
    counting = recipe_from(step for step in steps if step.position <= cursor)
    last_of = {step.taken_with: step.position for step in steps if step.taken_with}
    shown, recipe = [], []
    for step in steps:
        shown.append(
            _shown_step(
                step,
                cursor=cursor,
                before=recipe,
                counting=counting,
                last_of=last_of,
                user=user,
                names=names,
            )
        )
        recipe = with_step(recipe, step)
    return shown


def _as_one(step: SegmentStep, last_of: Mapping[int, int]) -> tuple[int, int] | None:
    """The first and the last of the steps it was taken with, if others are there."""
    first = step.taken_with
    last = last_of.get(first) if first else None
    return (first, last) if first and last and last > first else None


def grouped(steps: list[ShownStep], *, cursor: int) -> list[StepGroup]:
    """Fold the steps far from the cursor away, where there are many."""
    if len(steps) <= MOST_OPEN + 1:
        return [StepGroup(steps)] if steps else []
    first = min(max(cursor - MOST_OPEN + 2, 1), len(steps) - MOST_OPEN + 1)
    last = first + MOST_OPEN - 1
    groups = [
        StepGroup([step for step in steps if step.position < first], is_folded=True),
        StepGroup([step for step in steps if first <= step.position <= last]),
        StepGroup([step for step in steps if step.position > last], is_folded=True),
    ]
    return [group for group in groups if group.steps]


def recipe_in_words(recipe: Recipe) -> list[tuple[int, str, str, list[str]]]:
    """Return the recipe as position, kind, sentence and options of each element."""
    names = names_of(_asked(recipe))
    return [
        (
            element["step"],
            kind_label(element["kind"], element["options"]),
            what_is_asked(element["criteria"], element["options"], names),
            option_labels(element["options"], names),
        )
        for element in recipe
    ]


def _asked(recipe: Recipe) -> list[tuple[Any, Mapping[str, Any]]]:
    return [(element["criteria"], element["options"]) for element in recipe]


def _says(
    kind: str, *, before: Recipe, recipe: Recipe | None, names: Names
) -> list[str]:
    """Say what a step does to the steps before it; most do nothing to them."""
    if kind == StepKind.REFRESH:
        return [_("The same steps, on the data of that day")]
    if recipe is None:
        return [_("All contacts leave")] if kind == StepKind.REPLACE else []
    said = []
    for element in before:
        position = element["step"]
        now = element_at(recipe, position)
        if now is None:
            said.append(_("Step %d is left out") % position)
        elif now != element:
            edited = _("Step %(step)d is edited: %(asked)s")
            said.append(edited % {"step": position, "asked": _element(now, names)})
    return said


def _element(element: Element, names: Names) -> str:
    parts = [
        sentence(element["criteria"], names),
        *option_labels(element["options"], names),
    ]
    asked = " · ".join(part for part in parts if part)
    return f"{kind_label(element['kind'], element['options'])}: {asked}"


def shown_logged_steps(
    logged: LoggedSegment, *, user: Reader | None = None
) -> list[ShownStep]:
    """Return the steps that a logged segment keeps.

    Saved criteria that are gone are named by what they were called then, if they
    were shared.
    """
    kept = logged.criteria.get("steps", [])
    named = [step["saved"] for step in kept if step.get("saved")]
    saved = {each["id"]: each["code"] for each in named if each["shared"]}
    now = SavedCriteria.objects.in_bulk([each["id"] for each in named])
    for key, criteria in now.items():
        saved[key] = criteria.code if criteria.is_visible_to(user) else ""
    names = names_of((step["criteria"], step["options"]) for step in kept)
    users = full_names({step["user"] for step in kept if step["user"]})
    return [
        ShownStep(
            position=step["position"],
            kind=kind_label(step["kind"], step["options"]),
            sentence=what_is_asked(step["criteria"], step["options"], names),
            options=option_labels(step["options"], names),
            entered=step["entered"],
            left=step["left"],
            total=step["total"],
            kept_out=kept_out_labels(step["kept_out"]),
            by_copy=step["kept_out"].get(KeptOut.BY_COPY, 0),
            user=users.get(step["user"], step["user"] or ""),
            at=datetime.fromisoformat(step["at"]),
            name=step.get("name", ""),
            saved=saved.get(step["saved"]["id"], "") if step.get("saved") else "",
        )
        for step in kept
    ]
