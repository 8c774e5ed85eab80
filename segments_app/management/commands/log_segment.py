"""Log segments, unattended."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from interactions.models import LoggedSegment
from segments_app.models import Segment
from segments_app.services import (
    ProblemsFound,
    SegmentAlreadyLogged,
    SegmentError,
    log_segment,
    preflight,
)
from segments_app.services.log_segment import is_refused


class Command(BaseCommand):
    help = "Log segments: the worksheets become history."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", nargs="+")
        parser.add_argument(
            "--deliver", action="store_true", help="queue the letters for delivery"
        )
        parser.add_argument(
            "--follow-up", action="store_true", help="make a follow-up segment"
        )
        parser.add_argument(
            "--skip-problem-lines",
            action="store_true",
            help="log the good lines and keep the rest in a new segment",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="only list the problems"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = [number.strip().upper() for number in options["number"]]
        segments = [self._open_segment(number) for number in dict.fromkeys(numbers)]
        failed = [segment for segment in segments if not self._log(segment, options)]
        if failed:
            names = ", ".join(segment.number for segment in failed)
            would = "Would not be logged" if options["dry_run"] else "Not logged"
            raise CommandError(f"{would}: {names}.")

    def _open_segment(self, number: str) -> Segment:
        segment = Segment.objects.filter(number=number).first()
        if segment:
            return segment
        logged = LoggedSegment.objects.filter(segment_number=number).first()
        if logged:
            raise CommandError(str(SegmentAlreadyLogged(logged)))
        raise CommandError(f"There is no open segment {number}.")

    def _log(self, segment: Segment, options: dict[str, Any]) -> bool:
        number, deliver = segment.number, options["deliver"]
        if options["dry_run"]:
            problems = preflight(segment=segment, deliver=deliver)
            self._tell(number, problems)
            return not is_refused(
                segment,
                [problem for problem in problems if problem.refuses],
                deliver=deliver,
                skip_lines=options["skip_problem_lines"],
            )
        try:
            logged = log_segment(
                segment=segment,
                deliver=deliver,
                follow_up=options["follow_up"],
                skip_problem_lines=options["skip_problem_lines"],
                user=None,
                at=timezone.now(),
            )
        except ProblemsFound as error:
            self._tell(number, error.problems)
            return False
        except SegmentError as error:
            self.stderr.write(f"{number}: {error}")
            return False
        made = f"Segment {number}: {logged.interactions.count()} interactions logged"
        follow_ups = ", ".join(follow.number for follow in logged.follow_ups.all())
        left_overs = ", ".join(rest.number for rest in logged.left_overs.all())
        if follow_ups:
            made += f", follow-up {follow_ups}"
        if left_overs:
            made += f", the rest is kept in {left_overs}"
        self.stdout.write(f"{made}.")
        return True

    def _tell(self, number: str, problems: list[Any]) -> None:
        if not problems:
            self.stdout.write(f"{number}: no problems.")
        for problem in problems:
            lines = f" {problem.lines} lines." if problem.lines else ""
            self.stdout.write(
                f"{number}: {problem.severity}: {problem.message}{lines} {problem.fix}"
            )
