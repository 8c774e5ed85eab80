"""Search the register for contacts that may be the same."""

from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contacts.models import MarketingSetup
from contacts.services.duplicates.find_duplicates import MOST_SHARING
from contacts.services.duplicates.start_search import FIND_DUPLICATES
from jobs.registry import JobError
from jobs.services import run_here


class Command(BaseCommand):
    help = (
        "Search all contacts for duplicates, companies and persons, and keep the pairs "
        "for the page of possible duplicates. Pairs that somebody called different "
        "stay so."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--least",
            type=_likeness,
            help="how alike they must be, from 1 to 100; else as set up",
        )
        parser.add_argument("--dry-run", action="store_true", help="keep nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        least = options["least"] or MarketingSetup.load().least_likeness
        try:
            job = run_here(
                kind=FIND_DUPLICATES,
                owner=None,
                at=timezone.now(),
                parameters={"least": least, "dry_run": options["dry_run"]},
            )
        except JobError as error:
            raise CommandError(str(error)) from error
        found = job.result
        parts = [
            ngettext("%s possible duplicate", "%s possible duplicates", found["found"])
            % found["found"],
            ngettext("%s pair compared", "%s pairs compared", found["compared"])
            % found["compared"],
        ]
        if found["gone"]:
            parts.append(_("%s no longer alike") % found["gone"])
        if too_many := found["shared_by_too_many"]:
            said = ngettext(
                "%(count)s value left out that more than %(most)s contacts share",
                "%(count)s values left out that more than %(most)s contacts share",
                too_many,
            )
            parts.append(said % {"count": too_many, "most": MOST_SHARING})
        would = f" {_('(dry run, nothing was changed)')}" if options["dry_run"] else ""
        self.stdout.write(f"{', '.join(parts)}{would}.")


def _likeness(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= 100):
        raise ArgumentTypeError(_("“%s” is no number from 1 to 100.") % text)
    return int(text)
