"""Send the e-mails that wait in the outbox."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from interactions.delivery.outbox import Outcome, send_due

PAUSE = 5  # seconds between two looks at the outbox


class Command(BaseCommand):
    help = "Send the e-mails that wait in the outbox, over and over or once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="send what is due now, then stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        while True:
            outcome = Outcome()
            for sent in tqdm(send_due(at=timezone.now()), disable=None, unit=""):
                outcome = sent
            if options["once"] or outcome.sent or outcome.failed:
                self.stdout.write(f"{outcome.sent} sent, {outcome.failed} failed.")
            if options["once"]:
                return
            time.sleep(PAUSE)
