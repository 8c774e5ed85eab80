"""Releasing a segment: a manager has seen it, and it is logged on a day by itself.

What was seen is kept with the release: the steps, when the segment was last changed,
the documents, the warnings that were confirmed and how it is to be logged. A segment
that is otherwise by then is not logged before somebody looks at it again.
"""

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from interactions.models import LoggedSegment

from ..models import Segment
from .documents_asking import documents_within_reach
from .errors import SegmentChanged, SegmentError
from .log_refusals import refuse_faulty
from .log_segment import log_within
from .preflight import lines_to_log
from .steps import claim

RELEASE = "segments_app.release_segment"
DELIVER = "segments_app.deliver_segment"
RELEASED = ("log_on", "released_at", "released_by", "released_as")


class NotReleased(SegmentError):
    """Nobody who may has released the segment as it is now."""


class DayIsPast(SegmentError):
    """Nothing can be logged by itself on a day that is over."""

    def __init__(self) -> None:
        super().__init__(_("This day is past. Choose today or a later one."))


def release(
    *,
    segment: Segment,
    log_on: date,
    deliver: bool = False,
    follow_up: bool = False,
    skip_problem_lines: bool = False,
    confirmed: Collection[str],
    user: Any,
    at: datetime,
    expected_version: str,
    seen_at: datetime,
) -> Segment:
    """Let the segment be logged from `log_on` as it is now, with these choices.

    Raises DayIsPast, and what logging it now would: SegmentChanged, ProblemsFound,
    WarningsFound.
    """
    if log_on < timezone.localdate(at, timezone.get_default_timezone()):
        raise DayIsPast
    with transaction.atomic():
        claim(segment=segment, expected_version=expected_version, seen_at=seen_at)
        refuse_faulty(
            segment, deliver=deliver, skip_lines=skip_problem_lines, confirmed=confirmed
        )
        segment.log_on, segment.released_at, segment.released_by = log_on, at, user
        segment.released_as = {
            "version": expected_version,
            "seen_at": seen_at.isoformat(),
            "documents": _documents(segment),
            "confirmed": sorted(confirmed),
            "choices": {
                "deliver": deliver,
                "follow_up": follow_up,
                "skip_problem_lines": skip_problem_lines,
            },
        }
        segment.save(update_fields=RELEASED)
    return segment


@transaction.atomic
def withdraw_release(*, segment: Segment) -> Segment:
    """Let the segment be logged by hand alone. Raises SegmentChanged if it is gone."""
    claim(segment=segment)
    segment.log_on = segment.released_at = segment.released_by = None
    segment.released_as = {}
    segment.save(update_fields=RELEASED)
    return segment


def is_released(segment: Segment) -> bool:
    """Whether the segment still is what was released, by somebody who may."""
    seen = segment.released_as
    return bool(
        segment.released_at
        and _may_release(segment)
        and seen["version"] == segment.steps_version
        and parse_datetime(seen["seen_at"]) == segment.updated_at
        and seen["documents"] == _documents(segment)
    )


def due(day: date) -> QuerySet[Segment]:
    """The segments that were released for this day or an earlier one."""
    segments = Segment.objects.filter(log_on__lte=day, released_at__isnull=False)
    return segments.select_related("owner", "released_by").order_by("log_on", "pk")


@transaction.atomic(durable=True)
def log_released(*, segment: Segment, at: datetime) -> LoggedSegment:
    """Log a segment as it was released, in the name of who released it.

    Raises NotReleased, also where the release was taken back or given anew since
    `segment` was read, and what logging raises; then nothing has changed.
    """
    _hold_release(segment)
    if not segment.released_at or not _may_release(segment):
        raise NotReleased(
            _("Who released the segment may not release segments any more.")
        )
    seen = segment.released_as
    try:
        logged = log_within(
            segment=segment,
            user=segment.released_by,
            at=at,
            expected_version=seen["version"],
            seen_at=parse_datetime(seen["seen_at"]),
            confirmed=seen["confirmed"],
            **seen["choices"],
        )
    except SegmentChanged as error:
        raise _changed() from error
    used = logged.interactions.filter(document__isnull=False)
    if used.exclude(document__in=seen["documents"]).exists():
        raise _changed()
    return logged


def _hold_release(segment: Segment) -> None:
    """Let nobody take back the release meanwhile. Raises NotReleased."""
    found = _release_of(segment)
    # Of one that is gone, logging says what became of it.
    with suppress(Segment.DoesNotExist):
        locked = Segment.objects.select_for_update()
        segment.refresh_from_db(fields=RELEASED, from_queryset=locked)
    if _release_of(segment) != found:
        raise NotReleased(_("Somebody else has just changed the release."))


def _release_of(segment: Segment) -> list[Any]:
    return [segment.serializable_value(name) for name in RELEASED]


def _changed() -> NotReleased:
    return NotReleased(
        _(
            "The segment or its document was changed since it was released. Look at "
            "it, then release it again."
        )
    )


def _may_release(segment: Segment) -> bool:
    user = segment.released_by
    if user is None or not user.has_perm(RELEASE):
        return False
    return not segment.released_as["choices"]["deliver"] or user.has_perm(DELIVER)


def _documents(segment: Segment) -> list[int]:
    found = documents_within_reach(segment, lines_to_log(segment))
    return sorted(found.order_by().values_list("pk", flat=True))
