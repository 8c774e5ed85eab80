"""What a segment was, as the logged segment keeps it: its header and its steps."""

from typing import Any

from ..models import Segment

HEADER = (
    "description",
    "date",
    "language",
    "subject",
    "correspondence_type",
    "ignore_contact_correspondence_type",
    "email_form",
    "unit_cost",
    "unit_duration",
    "information_flow",
    "initiated_by",
    "campaign_target",
    "campaign_response",
    "notes",
)


def segment_snapshot(segment: Segment) -> dict[str, Any]:
    """Return `{"worksheet": key, "header": {..}, "steps": [..]}`, plain values only."""
    header = {name: _plain(getattr(segment, name)) for name in HEADER}
    header["template"] = segment.template.code if segment.template else None
    header["campaign"] = segment.campaign.number if segment.campaign else None
    header["salesperson"] = segment.salesperson.code if segment.salesperson else None
    steps = segment.steps.filter(position__lte=segment.position)
    return {
        "worksheet": segment.pk,
        "header": header,
        "steps": [
            {
                "position": step.position,
                "kind": step.kind,
                "criteria": step.criteria,
                "options": step.options,
                "entered": step.entered,
                "left": step.left,
                "kept_out": step.kept_out,
                "total": step.total,
                "user": step.user.get_username() if step.user else None,
                "at": step.created_at.isoformat(),
            }
            for step in steps.select_related("user").order_by("position")
        ],
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str) else str(value)
