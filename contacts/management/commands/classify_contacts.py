"""Classify contacts by questionnaires, unattended."""

from argparse import ArgumentParser
from contextlib import nullcontext
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from tqdm import tqdm

from contacts.management.days import typed_day
from contacts.models import ProfileQuestionnaire
from contacts.services.profiles.classify import Classified, classify_contacts

FIRST_YEAR = 1900


class Command(BaseCommand):
    help = (
        "Answer the automatic questions of questionnaires for all contacts, then "
        "compute all ratings. Questions that are set up wrongly are left out and told "
        "on standard error; then the exit code is 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--questionnaire",
            metavar="CODE",
            help="only this one; ratings are computed in any case",
        )
        parser.add_argument(
            "--date",
            type=typed_day,
            metavar="YYYY-MM-DD",
            help="the day that periods are seen from, by default today",
        )
        parser.add_argument("--dry-run", action="store_true", help="change nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        questionnaire = _questionnaire(options["questionnaire"])
        on = options["date"] or timezone.localdate()
        if on.year < FIRST_YEAR:
            raise CommandError(_("--date %s: nothing was so long ago.") % on)
        dry_run = options["dry_run"]
        with transaction.atomic() if dry_run else nullcontext():
            done = _classify(questionnaire, on)
            if dry_run:
                transaction.set_rollback(True)
        for finding in done.left_out:
            said = _("%(question)s is left out: %(reason)s")
            self.stderr.write(
                said % {"question": finding.question, "reason": finding.said}
            )
        would = f" {_('(dry run, nothing was changed)')}" if dry_run else ""
        result = f"{_one_line(done)}{would}."
        if done.left_out:
            raise CommandError(result)
        self.stdout.write(result)


def _classify(questionnaire: ProfileQuestionnaire | None, on: date) -> Classified:
    state = Classified(total=0)
    with tqdm(disable=None, unit="question") as bar:
        for state in classify_contacts(on=on, questionnaire=questionnaire):
            bar.total = state.total
            bar.update(state.done - bar.n)
    return state


def _questionnaire(code: str | None) -> ProfileQuestionnaire | None:
    if not code:
        return None
    found = ProfileQuestionnaire.objects.filter(code=code.strip().upper()).first()
    if found is None:
        raise CommandError(_("There is no questionnaire %s.") % code)
    return found


def _one_line(done: Classified) -> str:
    parts = [
        ngettext("%s question", "%s questions", done.done) % done.done,
        ngettext("%s answer given", "%s answers given", done.answers) % done.answers,
        ngettext("%s minor left out", "%s minors left out", done.minors) % done.minors,
    ]
    if done.left_out:
        wrong = len(done.left_out)
        parts.append(
            ngettext("%s question left out", "%s questions left out", wrong) % wrong
        )
    return ", ".join(parts)
