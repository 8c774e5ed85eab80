"""Log segments, unattended."""

from argparse import ArgumentParser
from typing import Any

from django.core.mail import EmailMessage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.management.days import typed_day
from interactions.models import LoggedSegment
from jobs.services.only_one import only_one
from segments_app.models import Segment
from segments_app.services import (
    Problem,
    ProblemsFound,
    SegmentAlreadyLogged,
    SegmentError,
    log_segment,
    preflight,
)
from segments_app.services.log_due import in_words, log_due, reports
from segments_app.services.log_refusals import is_refused
from segments_app.services.release import due, is_released

LOCK = "log-due"


class Command(BaseCommand):
    help = (
        "Log segments: the worksheets become history. Each is logged for itself, whole "
        "or not at all; the exit code is 1 where one was not. With --due those that "
        "were released for the day or before, as they were released; only one runs at "
        "a time, and the owners get a report by e-mail."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", nargs="*", help="numbers of the open segments")
        parser.add_argument(
            "--due",
            nargs="?",
            const=timezone.localdate,
            type=typed_day,
            metavar="DATE",
            help="the segments released for this day, or today, and before",
        )
        parser.add_argument(
            "--deliver",
            action="store_true",
            help="queue the letters for delivery; send_deliveries sends them",
        )
        parser.add_argument(
            "--follow-up",
            action="store_true",
            help="make a follow-up segment of the same contacts",
        )
        parser.add_argument(
            "--skip-problem-lines",
            action="store_true",
            help="log the good lines and keep the rest in a new segment",
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="list the problems and change nothing",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["due"]:
            self._log_due(options)
            return
        if not options["number"]:
            raise CommandError(_("Name the segments, or say --due."), returncode=2)
        numbers = [number.strip().upper() for number in options["number"]]
        segments = [self._open_segment(number) for number in dict.fromkeys(numbers)]
        failed = [segment for segment in segments if not self._log(segment, options)]
        if failed:
            names = ", ".join(segment.number for segment in failed)
            raise CommandError(
                (
                    _("Would not be logged: %s.")
                    if options["dry_run"]
                    else _("Not logged: %s.")
                )
                % names
            )

    def _log_due(self, options: dict[str, Any]) -> None:
        """Log what is due, tell here and by e-mail what became of it."""
        chosen = ("number", "deliver", "follow_up", "skip_problem_lines")
        if any(options[name] for name in chosen):
            raise CommandError(
                _("With --due segments are logged as they were released: no choices."),
                returncode=2,
            )
        day = options["due"]() if callable(options["due"]) else options["due"]
        if options["dry_run"]:
            for segment in due(day):
                held = is_released(segment)
                said = _("%s would be logged.") if held else _("%s was changed since.")
                self.stdout.write(said % segment.number)
            return
        with only_one(LOCK) as alone:
            if not alone:
                self.stdout.write(_("Another log_segment --due is running."))
                return
            outcomes = []
            for outcome in log_due(day=day, at=timezone.now()):
                outcomes.append(outcome)
                out = self.stdout if outcome.logged else self.stderr
                out.write(in_words(outcome))
        unsent = [report.to[0] for report in reports(outcomes) if not _sent(report)]
        if unsent:
            self.stderr.write(_("The report was not sent to %s.") % ", ".join(unsent))
        failed = [each.number for each in outcomes if each.logged is None]
        if failed:
            raise CommandError(_("Not logged: %s.") % ", ".join(failed))
        if unsent:
            raise CommandError(_("A report was not sent."))
        if not outcomes:
            self.stdout.write(_("Nothing is due."))

    def _open_segment(self, number: str) -> Segment:
        segment = Segment.objects.filter(number=number).first()
        if segment:
            return segment
        logged = LoggedSegment.objects.filter(segment_number=number).first()
        if logged:
            raise CommandError(str(SegmentAlreadyLogged(logged)))
        raise CommandError(_("There is no open segment %s.") % number)

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
        self.stdout.write(_one_line(logged))
        return True

    def _tell(self, number: str, problems: list[Problem]) -> None:
        if not problems:
            self.stdout.write(_("%s: no problems.") % number)
        for problem in problems:
            grave = _("problem") if problem.refuses else _("warning")
            said = [f"{number}: {grave}: {problem.message}"]
            if problem.lines:
                lines = ngettext("%s line.", "%s lines.", problem.lines)
                said.append(lines % problem.lines)
            self.stdout.write(" ".join([*said, str(problem.fix)]))


def _sent(report: EmailMessage) -> bool:
    """Whether the report went out; the segments are logged all the same."""
    try:
        return bool(report.send())
    except OSError:  # SMTP errors are of this kind too
        return False


def _one_line(logged: LoggedSegment) -> str:
    count = logged.interactions.count()
    said = ngettext(
        "Segment %(number)s: %(count)s interaction logged",
        "Segment %(number)s: %(count)s interactions logged",
        count,
    )
    said %= {"number": logged.segment_number, "count": count}
    follow_ups = ", ".join(follow.number for follow in logged.follow_ups.all())
    left_overs = ", ".join(rest.number for rest in logged.left_overs.all())
    if follow_ups:
        said += ", " + _("follow-up %s") % follow_ups
    if left_overs:
        said += ", " + _("the rest is kept in %s") % left_overs
    return f"{said}."
