"""Record the letters by e-mail that came back."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from interactions.services.bounces import NoMaildir, Recorded, record_bounces


class Command(BaseCommand):
    help = (
        "Read delivery-status messages from a Maildir: the letters that came back "
        "failed, and who cannot be reached for good gets no more e-mail. Messages "
        "that tell of a letter of ours are moved to .processed, all others are left."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("maildir", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        recorded = Recorded()
        messages = record_bounces(maildir=options["maildir"], at=timezone.now())
        try:
            for so_far in tqdm(messages, disable=None, unit=""):
                recorded = so_far
        except NoMaildir as error:
            raise CommandError(str(error)) from error
        said = _(
            "%(failed)s came back, %(blocked)s of them for good; %(known)s known "
            "already, %(delayed)s told of no failure, %(left)s left."
        )
        self.stdout.write(said % vars(recorded))
