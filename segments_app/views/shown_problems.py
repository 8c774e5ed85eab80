"""What stands in the way of logging, as the pages show it."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from ..models import Segment
from ..services import Problem, preflight
from ..services.log_refusals import count_left_out
from ..services.preflight import lines_to_log
from .mending import mending_of


@dataclass(frozen=True)
class ShownProblem:
    """A problem with the way to its lines and to the place where it is mended."""

    problem: Problem
    lines_url: str
    fix_url: str


def problems_found(segment: Segment, *, deliver: bool) -> dict[str, Any]:
    """Every problem, what is to be confirmed, and how many would be left out."""
    problems = preflight(segment=segment, deliver=deliver)
    refusing = [each for each in problems if each.refuses]
    count = lines_to_log(segment).count()
    left_out = 0
    if refusing and all(each.lines for each in refusing):
        left_out = count_left_out(segment, deliver=deliver)
    return {
        "segment": segment,
        "deliver": deliver,
        "problems": [_shown(segment, each, deliver=deliver) for each in problems],
        "refusing": len(refusing),
        "warnings": " ".join(each.kind for each in problems if not each.refuses),
        "count": count,
        "left_out": left_out,
        "good": count - left_out,
    }


def _shown(segment: Segment, problem: Problem, *, deliver: bool) -> ShownProblem:
    lines_url = ""
    if problem.lines:
        lines_url = reverse("segments:problem", args=[segment.pk, problem.kind])
        lines_url += "?deliver=on" if deliver else ""
    place = mending_of(problem.kind).place
    fix_url = reverse(place, args=[segment.pk]) if place else lines_url
    return ShownProblem(problem=problem, lines_url=lines_url, fix_url=fix_url)
