"""Why a segment is not logged: somebody was faster, problems, unconfirmed warnings."""

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.models.found_once import FoundOnce
from interactions.models import LoggedSegment

from ..models import Segment
from ..models.querysets import SegmentLineQuerySet
from .errors import SegmentError
from .preflight import Problem, lines_to_log, lines_with_problem, preflight


class SegmentAlreadyLogged(SegmentError):
    """Somebody was faster; `logged_segment` is what they made."""

    def __init__(self, logged_segment: LoggedSegment) -> None:
        self.logged_segment = logged_segment
        super().__init__(
            _("Segment %s is logged already.") % logged_segment.segment_number
        )


class ProblemsFound(SegmentError):
    """The segment has problems that refuse; `problems` lists every one."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(_("The segment cannot be logged: %s") % _in_short(problems))


class WarningsFound(SegmentError):
    """The segment has warnings that nobody confirmed; `problems` lists them."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(_("Nobody confirmed these warnings: %s") % _in_short(problems))


def _in_short(problems: list[Problem]) -> str:
    return "; ".join(
        f"{problem.message} ({problem.lines})"
        if problem.lines
        else str(problem.message)
        for problem in problems
    )


def is_refused(
    segment: Segment, refusing: list[Problem], *, deliver: bool, skip_lines: bool
) -> bool:
    """Whether these problems stop the logging, also when their lines are left out."""
    if not skip_lines or any(not problem.lines for problem in refusing):
        return bool(refusing)
    return bool(refusing) and not _split(segment, deliver=deliver)[1].exists()


def refuse_faulty(
    segment: Segment,
    *,
    deliver: bool,
    skip_lines: bool,
    confirmed: Collection[str] | None,
) -> list[Problem]:
    """Return the problems whose lines are left out. Raises what stops the logging.

    `confirmed` are the kinds of warnings that somebody has seen, None where nobody is
    asked.
    """
    problems = preflight(segment=segment, deliver=deliver)
    refusing = [problem for problem in problems if problem.refuses]
    if is_refused(segment, refusing, deliver=deliver, skip_lines=skip_lines):
        raise ProblemsFound(refusing)
    unseen = [
        problem
        for problem in problems
        if not problem.refuses and problem.kind not in (confirmed or ())
    ]
    if unseen and confirmed is not None:
        raise WarningsFound(unseen)
    return refusing


def count_left_out(segment: Segment, *, deliver: bool) -> int:
    """How many lines stay where those with a problem are left out.

    Who is by copy of one of them stays too.
    """
    return _split(segment, deliver=deliver)[0].count()


def _split(
    segment: Segment, *, deliver: bool
) -> tuple[SegmentLineQuerySet, SegmentLineQuerySet]:
    """The lines that stay with the problems, and those that are logged."""
    faulty = FoundOnce(lines_with_problem(segment, deliver=deliver).values("pk"))
    lines = lines_to_log(segment)
    stays = Q(pk__in=faulty) | Q(represented_by__in=faulty)
    logged = lines.exclude(pk__in=faulty).exclude(represented_by__in=faulty)
    return lines.filter(stays), logged
