"""Own values of many lines at once: two statements, however many lines.

An own value is set, made blank on purpose (an empty text) or reset, so that the line
says what the segment says (NULL). Own values are no step: they are neither gone back
nor redone, so they are written on every line that a contact has on the segment, at
whichever step.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from ..models import Segment
from ..models.querysets import SegmentLineQuerySet
from .errors import SegmentChanged, SegmentError
from .steps import claim, in_segment

CHANGEABLE = (
    "template",
    "language",
    "description",
    "subject",
    "correspondence_type",
    "salesperson",
    "campaign",
    "date",
    "cost",
    "duration",
    "evaluation",
    "personal_text",
)


class NothingToChange(SegmentError):
    """No value was named, or one that is not changed on many lines."""


@dataclass(frozen=True)
class LinesChange:
    """What a change of many lines does, or would do.

    `lines` were chosen and `changed` of them will say something else; `replaced` has
    for each value how many lines lose one of their own.
    """

    lines: int
    changed: int
    replaced: Mapping[str, int] = field(default_factory=dict)


def preview_lines_change(
    *, segment: Segment, lines: SegmentLineQuerySet, values: Mapping[str, Any]
) -> LinesChange:
    """Return what `change_lines` would do, in one query."""
    _check(values)
    counts = _chosen(segment, lines).aggregate(
        lines=Count("pk"),
        changed=Count("pk", filter=_any_other(values)),
        **{
            f"replaced_{name}": Count(
                "pk", filter=Q(**{f"{name}__isnull": False}) & _other(name, value)
            )
            for name, value in values.items()
        },
    )
    return LinesChange(
        lines=counts["lines"],
        changed=counts["changed"],
        replaced={name: counts[f"replaced_{name}"] for name in values},
    )


def change_lines(
    *,
    segment: Segment,
    lines: SegmentLineQuerySet,
    values: Mapping[str, Any],
    user: Any,
    at: datetime,
    expected_version: str | None = None,
    seen_at: datetime | None = None,
    expected_changes: int | None = None,
) -> int:
    """Write these own values on `lines`, None resets; return how many lines changed.

    Nothing is written over unseen: `seen_at` is when the segment was last changed as
    the user saw it, `expected_changes` how many lines were said to change. Raises
    SegmentChanged where one of them is not so any more and NothingToChange.
    """
    _check(values)
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version, seen_at=seen_at)
        chosen, other = _chosen(segment, lines), _any_other(values)
        # First the lines of other steps: which are chosen may depend on own values.
        elsewhere = segment.lines.exclude(in_segment(segment)).filter(other)
        elsewhere.filter(contact__in=chosen.values("contact")).update(**values)
        changed = chosen.filter(other).update(**values)
        if expected_changes not in (None, changed):
            raise SegmentChanged
        Segment.objects.filter(pk=segment.pk).update(updated_at=at)
    return int(changed)


def _check(values: Mapping[str, Any]) -> None:
    if not values:
        raise NothingToChange(_("Choose at least one value to change."))
    unknown = sorted(set(values) - set(CHANGEABLE))
    if unknown:
        said = _("This cannot be changed on many lines: %s")
        raise NothingToChange(said % ", ".join(unknown))


def _chosen(segment: Segment, lines: SegmentLineQuerySet) -> SegmentLineQuerySet:
    chosen = lines.order_by().values("pk")
    return segment.lines.filter(in_segment(segment), pk__in=chosen)


def _other(name: str, value: Any) -> Q:
    """The line has another own value than this one, or none."""
    if value is None:
        return Q(**{f"{name}__isnull": False})
    return ~Q(**{name: value})


def _any_other(values: Mapping[str, Any]) -> Q:
    return reduce(or_, (_other(name, value) for name, value in values.items()))
