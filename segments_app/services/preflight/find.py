"""Asking every check of every line: one query counts every kind of problem."""

from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from operator import or_

from django.utils.translation import gettext_lazy as _

from contacts.models import MarketingSetup

from ...models import Segment
from ...models.querysets import HAS_LETTER, SegmentLineQuerySet
from ..documents_asking import documents_asking
from .alike import count_by_kind
from .kinds import PROBLEM, Check, Problem, names_in
from .lines import checked_lines, lines_to_log
from .of_contact import checks_of_contact
from .of_greeting import checks_of_greeting
from .of_letter import checks_of_letter
from .repeated import checks_of_repetition


def preflight(*, segment: Segment, deliver: bool) -> list[Problem]:
    """Return every problem of the segment, the grave ones first.

    `deliver`: whether the letters are to be sent and printed too. A fixed number
    of queries, whatever the number of lines.
    """
    checks = list(checks_for(segment, deliver=deliver))
    counts = count_by_kind(segment, [each for each in checks if each.count is None])
    counts |= {check.kind: check.count() for check in checks if check.count is not None}
    problems = list(_of_segment(segment, counts.pop("lines")))
    problems += [
        Problem(
            kind=check.kind,
            severity=check.severity,
            lines=counts[check.kind],
            message=check.message,
            fix=check.fix,
        )
        for check in checks
        if counts[check.kind]
    ]
    return sorted(problems, key=lambda problem: not problem.refuses)


def lines_with_problem(
    segment: Segment, *, deliver: bool, kind: str | None = None
) -> SegmentLineQuerySet:
    """The lines that have this kind of problem, or any that refuses."""
    checks = [
        check
        for check in checks_for(segment, deliver=deliver)
        if check.kind == kind or (kind is None and check.severity == PROBLEM)
    ]
    conditions = [check.condition for check in checks]
    lines = checked_lines(segment, names_in(conditions))
    return lines.filter(reduce(or_, conditions)) if conditions else lines.none()


def _of_segment(segment: Segment, lines: int) -> Iterator[Problem]:
    if not lines:
        yield Problem(
            kind="empty",
            severity=PROBLEM,
            lines=0,
            message=_("The segment is empty."),
            fix=_("Add contacts."),
        )
    if not segment.description.strip():
        yield Problem(
            kind="no_segment_description",
            severity=PROBLEM,
            lines=0,
            message=_("The segment has no description."),
            fix=_("Fill in the description of the segment."),
        )


def checks_for(segment: Segment, *, deliver: bool) -> Iterator[Check]:
    """The checks of one run; some depend on what the documents use.

    Who is by copy of another needs no address, no document and no template.
    """
    asking = documents_asking(segment, lines_to_log(segment))
    setup = MarketingSetup.load()
    yield from checks_of_contact()
    for check in (
        *checks_of_letter(asking, deliver=deliver),
        *checks_of_greeting(asking, setup),
        *checks_of_repetition(segment, setup),
    ):
        yield replace(check, condition=HAS_LETTER & check.condition)
