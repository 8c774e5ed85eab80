"""The steps a segment stands for: its recipe, as plain values.

A segment at its cursor is a list of elements, each `{"kind", "criteria", "options",
"step"}`, to be taken in this order. `step` is the position of the step that brought
the element; a step that names contacts itself keeps them there. A step with a recipe
of its own (an edit, a refresh) puts that in the place of everything before it.
"""

from collections.abc import Iterable
from typing import Any

from ..choices import StepKind
from ..models import Segment, SegmentStep

Element = dict[str, Any]
Recipe = list[Element]

# So many steps are taken again at once, and so many saved criteria have: where adding
# and reducing take turns, each is asked inside the next, and SQLite goes 100 deep.
MOST_STEPS = 50


def recipe_of(segment: Segment) -> Recipe:
    """The recipe of the segment at its cursor; one query."""
    steps = segment.steps.filter(position__lte=segment.position)
    return recipe_from(steps.order_by("position"))


def recipe_from(steps: Iterable[SegmentStep]) -> Recipe:
    """The recipe that these steps come to, in their order."""
    recipe: Recipe = []
    for step in steps:
        recipe = with_step(recipe, step)
    return recipe


def with_step(recipe: Recipe, step: SegmentStep) -> Recipe:
    """The recipe once this step is taken too."""
    if step.recipe is not None:
        return list(step.recipe)
    if step.kind == StepKind.REPLACE:
        return []  # everybody left
    return [*recipe, element_of(step)]


def element_of(step: SegmentStep) -> Element:
    """What one step adds to a recipe."""
    return {
        "kind": step.kind,
        "criteria": step.criteria,
        "options": step.options,
        "step": step.position,
    }


def element_at(recipe: Recipe, position: int) -> Element | None:
    """The element that the step at this position brought; None if it counts no more."""
    for element in recipe:
        if element["step"] == position:
            return element
    return None


def with_changed(recipe: Recipe, changed: Element) -> Recipe:
    """The recipe with another element for the same step."""
    return [
        changed if element["step"] == changed["step"] else element for element in recipe
    ]


def without(recipe: Recipe, position: int) -> Recipe:
    """The recipe without the element of the step at this position."""
    return [element for element in recipe if element["step"] != position]
