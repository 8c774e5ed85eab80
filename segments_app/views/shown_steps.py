"""The steps of a segment as a reader understands them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from interactions.models import LoggedSegment

from ..choices import KeptOut, StepKind, StepOption
from ..criteria import CriteriaError, describe, validate
from ..models import Segment, SegmentStep
from .in_effect import full_names


@dataclass(frozen=True)
class ShownStep:
    """A step, and where it stands from the cursor of an open segment."""

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
    saved: str = ""
    is_current: bool = False
    is_undone: bool = False


def shown_step(step: SegmentStep, *, cursor: int) -> ShownStep:
    """Return the step in words."""
    return ShownStep(
        position=step.position,
        kind=step.get_kind_display(),
        sentence=sentence(step.criteria),
        options=option_labels(step.options),
        entered=step.entered,
        left=step.left,
        total=step.total,
        kept_out=kept_out_labels(step.kept_out),
        user=step.user.get_full_name() or step.user.get_username() if step.user else "",
        at=step.created_at,
        saved=step.saved_criteria.code if step.saved_criteria else "",
        is_current=step.position == cursor,
        is_undone=step.position > cursor,
    )


def shown_steps(segment: Segment) -> list[ShownStep]:
    """Return all steps of a segment, the undone ones too."""
    steps = segment.steps.select_related("user", "saved_criteria")
    return [
        shown_step(step, cursor=segment.position) for step in steps.order_by("position")
    ]


def shown_logged_steps(logged: LoggedSegment) -> list[ShownStep]:
    """Return the steps that a logged segment keeps."""
    kept = logged.criteria.get("steps", [])
    users = full_names({step["user"] for step in kept if step["user"]})
    return [
        ShownStep(
            position=step["position"],
            kind=kind_label(step["kind"]),
            sentence=sentence(step["criteria"]),
            options=option_labels(step["options"]),
            entered=step["entered"],
            left=step["left"],
            total=step["total"],
            kept_out=kept_out_labels(step["kept_out"]),
            user=users.get(step["user"], step["user"] or ""),
            at=datetime.fromisoformat(step["at"]),
        )
        for step in kept
    ]


def sentence(criteria: Any) -> str:
    """Return criteria in words; those the catalogue knows no longer say so."""
    if criteria is None:
        return ""
    try:
        return describe(validate(criteria))
    except CriteriaError as error:
        return _("Criteria that cannot be read any more: %s") % error


def option_labels(options: Mapping[str, Any]) -> list[str]:
    """Return the options that are on, in words."""
    return [str(StepOption(name).label) for name, on in options.items() if on]


def kept_out_labels(kept_out: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return how many were kept out, by reason in words."""
    return [(str(KeptOut(reason).label), count) for reason, count in kept_out.items()]


def kind_label(kind: str) -> str:
    """Return the kind of a step in words."""
    return str(StepKind(kind).label)
