"""What a step would do, with the first names: shown before it is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contacts.models import Contact

from ..choices import StepKind
from ..models import Segment
from .change_contacts import entering, found_by, leaving, preview_step
from .steps import Effect

SHOWN = 10


@dataclass(frozen=True)
class Preview:
    """The effect, who comes or goes first, and who is kept out, with the reason."""

    effect: Effect
    moving: list[Contact]
    kept_out: list[Contact]


def preview(
    *,
    segment: Segment,
    kind: str,
    criteria: Any,
    options: Mapping[str, Any],
    at: datetime,
) -> Preview:
    """Say what add, reduce or refine would do now, and change nothing.

    Those kept out carry `ineligible_reason`. Raises what the step would raise.
    """
    effect = preview_step(
        segment=segment, kind=kind, criteria=criteria, options=options, at=at
    )
    found = found_by(criteria, options, at=at)
    if kind != StepKind.ADD:
        lines = leaving(segment, kind, found).order_by("position")
        lines = lines.select_related("contact__company")[:SHOWN]
        return Preview(effect, [line.contact for line in lines], [])
    ignore = bool(options.get("ignore_exclusion"))
    refused = found.ineligible(ignore_exclusion=ignore)
    refused = refused.with_ineligible_reason(ignore_exclusion=ignore)
    moving = entering(segment, found, options).in_segment_order()
    return Preview(
        effect,
        moving=list(moving.select_related("company")[:SHOWN]),
        kept_out=list(refused.select_related("company").order_by("name")[:SHOWN]),
    )
