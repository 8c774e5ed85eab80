"""Delete the registers of logged segments that were cancelled, unattended."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interactions.management.deleting import add_day_arguments, between, with_progress
from interactions.models import LoggedSegment
from interactions.services.delete_cancelled import deletable_segments, delete_segments


class Command(BaseCommand):
    help = (
        "Delete cancelled logged segments: all of them, or those named, or those "
        "logged in these days. Their interactions stay in the log, cancelled; "
        "delete_cancelled_interactions deletes those."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("number", nargs="*", help="numbers of logged segments")
        add_day_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        logged = LoggedSegment.objects.filter(**between("created_at__date", options))
        numbers = {number.strip().upper() for number in options["number"]}
        if numbers:
            logged = logged.filter(segment_number__in=numbers)
            self._check(numbers)
        chosen = deletable_segments(logged)
        total = chosen.count()
        if options["dry_run"]:
            said = ngettext(
                "%d cancelled logged segment would be deleted.",
                "%d cancelled logged segments would be deleted.",
                total,
            )
        else:
            total = with_progress(delete_segments(chosen), total=total, unit="segment")
            said = ngettext(
                "%d cancelled logged segment deleted.",
                "%d cancelled logged segments deleted.",
                total,
            )
        self.stdout.write(said % total)

    def _check(self, numbers: set[str]) -> None:
        """Refuse numbers that nothing was logged by, or that still count."""
        found = LoggedSegment.objects.filter(segment_number__in=numbers)
        state = dict(found.values_list("segment_number", "cancelled"))
        for number in sorted(numbers):
            if number not in state:
                raise CommandError(_("There is no logged segment %s.") % number)
            if not state[number]:
                raise CommandError(
                    _("Logged segment %s is not cancelled, so it stays.") % number
                )
