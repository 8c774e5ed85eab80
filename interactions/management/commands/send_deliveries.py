"""Send the e-mails that wait in the outbox."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from interactions.delivery.email import ServerUnreachable
from interactions.delivery.outbox import Outcome, send_due

PAUSE = 5  # seconds between two looks at the outbox


class Command(BaseCommand):
    help = "Send the e-mails that wait in the outbox, over and over or once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="send what is due now, then stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
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
        said = f"{outcome.sent} sent, {outcome.failed} failed"
        if outcome.waiting:
            said += f", {outcome.waiting} to be tried again"
        if outcome.unknown:
            said += f", {outcome.unknown} unknown"
        self.stdout.write(f"{said}.")
