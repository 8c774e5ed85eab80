"""Delete the files of jobs that finished long ago."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import ngettext

from jobs.models import Job
from jobs.services import expire_files


class Command(BaseCommand):
    help = (
        "Delete the files of jobs that finished more than JOB_FILES_DAYS days ago. "
        "A running worker does it every hour."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="say how many, delete nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        if options["dry_run"]:
            count = Job.objects.with_expired_files(at).count()
            said = ngettext(
                "The files of %s job would be deleted.",
                "The files of %s jobs would be deleted.",
                count,
            )
        else:
            count = expire_files(at=at)
            said = ngettext(
                "The files of %s job were deleted.",
                "The files of %s jobs were deleted.",
                count,
            )
        self.stdout.write(said % count)
