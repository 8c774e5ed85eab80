"""Send the e-mails that wait in the outbox."""

import signal
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from django.utils.translation import gettext as _
from tqdm import tqdm

from interactions.delivery.errors import ServerUnreachable
from interactions.delivery.outbox import Outcome, send_due

PAUSE = 5  # seconds between two looks at the outbox
LONGEST_PAUSE = 300  # while the mail server or the database is away
AWAY = (CommandError, OperationalError)


class Command(BaseCommand):
    help = (
        "Send the e-mails that wait in the outbox, over and over or once. Logging "
        "segments with delivery fills it. Any number of these may run."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="send what is due now, then stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._refuse_unprepared()
        with stopped_by_signals() as stop:
            if options["once"]:
                self._tell(self._drain(stop))
                return
            pause = PAUSE
            while not stop.is_set():
                pause = self._look(stop, pause)
                stop.wait(pause)
        self.stdout.write(_("Stopped."))

    def _refuse_unprepared(self) -> None:
        if settings.EMAIL_BACKEND.endswith("console.EmailBackend"):
            raise CommandError(_("No mail server is set. Set EMAIL_URL."))
        if not settings.SITE_URL:
            raise CommandError(
                _(
                    "SITE_URL is not set, so letters would have no link to "
                    "unsubscribe. Set it to where people reach this site."
                )
            )
        if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
            said = _("No mail server is set: e-mails are kept as files in %s.")
            self.stderr.write(said % settings.EMAIL_FILE_PATH)

    def _look(self, stop: threading.Event, pause: float) -> float:
        """Drain the outbox; return how long to wait, longer each time it is vain."""
        try:
            outcome = self._drain(stop)
        except AWAY as error:
            self.stderr.write(str(error))
            return min(pause * 2, LONGEST_PAUSE)
        finally:
            close_old_connections()
        if outcome != Outcome():
            self._tell(outcome)
        return PAUSE

    def _drain(self, stop: threading.Event) -> Outcome:
        outcome = Outcome()
        due = send_due(at=timezone.now(), stopped=stop.is_set)
        try:
            for sent in tqdm(due, disable=None, unit=""):
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


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Let SIGINT and SIGTERM stop between two letters; restore the handlers after."""
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stop  # only the main thread is told of signals
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {
        number: signal.signal(number, lambda *_said: stop.set()) for number in numbers
    }
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
