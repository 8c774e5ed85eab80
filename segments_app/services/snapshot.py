"""What a segment was, as the logged segment keeps it: its header and its steps."""

from typing import Any

from ..models import SavedCriteria, Segment
from ..models.segment import HEADER_VALUES
from .saved_uses import snapshot_key

# Kept by the code of the row they refer to.
RELATED = ("template", "campaign", "salesperson")
HEADER = (*(name for name in HEADER_VALUES if name not in RELATED), "notes")


def segment_snapshot(segment: Segment) -> dict[str, Any]:
    """Return `{"header": {..}, "steps": [..]}`, plain values only.

    `saved_criteria` names those that steps came from, by a key that stays theirs.
    """
    header = {name: _plain(getattr(segment, name)) for name in HEADER}
    header["template"] = segment.template.code if segment.template else None
    header["campaign"] = segment.campaign.number if segment.campaign else None
    header["salesperson"] = segment.salesperson.code if segment.salesperson else None
    steps = segment.steps.filter(position__lte=segment.position)
    steps = steps.select_related("user", "saved_criteria").order_by("position")
    return {
        "header": header,
        "saved_criteria": {
            snapshot_key(step.saved_criteria.pk): step.saved_criteria.code
            for step in steps
            if step.saved_criteria
        },
        "steps": [
            {
                "position": step.position,
                "kind": step.kind,
                "criteria": step.criteria,
                "options": step.options,
                "recipe": step.recipe,
                "name": step.name,
                "entered": step.entered,
                "left": step.left,
                "kept_out": step.kept_out,
                "total": step.total,
                "user": step.user.get_username() if step.user else None,
                "at": step.created_at.isoformat(),
                "saved": _saved(step.saved_criteria),
            }
            for step in steps
        ],
    }


def _saved(saved: SavedCriteria | None) -> dict[str, Any] | None:
    """Which saved criteria a step came from, and whether others may know."""
    if saved is None:
        return None
    return {"id": saved.pk, "code": saved.code, "shared": saved.shared}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
