"""Send the e-mails that wait in the outbox."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from interactions.delivery.email import ServerUnreachable
from interactions.delivery.outbox import Outcome, send_due

PAUSE = 5  # seconds between two looks at the outbox


class Command(BaseCommand):
    help = (
        "Send the e-mails that wait in the outbox, over and over or once. Logging "
        "segments with delivery fills it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="send what is due now, then stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_without_server()
        if options["once"]:
            self._tell(self._drain())
            return
        while True:
            try:
                outcome = self._drain()
            except CommandError as error:
                self.stderr.write(str(error))
            else:
                if outcome != Outcome():
                    self._tell(outcome)
            time.sleep(PAUSE)

    def _refuse_without_server(self) -> None:
        if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
            raise CommandError(_("No mail server is set. Set EMAIL_URL."))
        if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
            said = _("No mail server is set: e-mails are kept as files in %s.")
            self.stderr.write(said % settings.EMAIL_FILE_PATH)

    def _drain(self) -> Outcome:
        outcome = Outcome()
        try:
            for sent in tqdm(send_due(at=timezone.now()), disable=None, unit=""):
                outcome = sent
        except ServerUnreachable as error:
            if outcome != Outcome():
                self._tell(outcome)
            raise CommandError(str(error)) from error
        return outcome

    def _tell(self, outcome: Outcome) -> None:
        parts = [_("%s sent") % outcome.sent, _("%s failed") % outcome.failed]
        if outcome.waiting:
            parts.append(_("%s to be tried again") % outcome.waiting)
        if outcome.unknown:
            parts.append(_("%s unknown") % outcome.unknown)
        self.stdout.write(f"{', '.join(parts)}.")
