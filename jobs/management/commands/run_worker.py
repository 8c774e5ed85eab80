"""The worker: runs what is queued and looks after what killed workers left."""

import signal
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult
from django_tasks_db.utils import is_locked_database_exception

from jobs.services import expire_files, take_up_stale
from jobs.services.run_job import stop_asked

PAUSE = 1.0  # seconds between two looks at an empty queue
EXPIRE_EVERY = timedelta(hours=1)


class JobWorker(Worker):
    """Drains the queue, and between two tasks takes up jobs that fell silent."""

    def __init__(self) -> None:
        super().__init__(
            queue_names=["*"],
            excluded_queue_names=[],
            interval=PAUSE,
            batch=True,
            backend_name=DEFAULT_TASK_BACKEND_ALIAS,
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
        )
        self.finished = 0
        self.expires_next = timezone.now()

    def run(self) -> None:
        at = timezone.now()
        if at >= self.expires_next:
            expire_files(at=at)
            self.expires_next = at + EXPIRE_EVERY
        take_up_stale(at=at)
        super().run()

    def shutdown(self, signum: int, frame: FrameType | None) -> None:
        stop_asked.set()
        super().shutdown(signum, frame)

    def run_task(self, db_task_result: DBTaskResult) -> None:
        super().run_task(db_task_result)
        self.finished += 1
        take_up_stale(at=timezone.now())


class Command(BaseCommand):
    help = (
        "Run queued jobs, over and over or once. Start as many workers as the "
        "machine has processors to spare; told to end, one hands its job back."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="run what is queued now, then stop"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        worker = JobWorker()
        with stopped_by_signals(worker):
            while worker.running:
                self._drain(worker)
                if options["once"]:
                    self.stdout.write(_("Jobs run: %s.") % worker.finished)
                    return
                time.sleep(PAUSE)

    def _drain(self, worker: JobWorker) -> None:
        try:
            worker.run()
        except OperationalError as error:
            # On SQLite another process may write for longer than we wait.
            if not is_locked_database_exception(error):
                raise
            said = _("The database is busy, trying again: %s")
            self.stderr.write(said % error)
        finally:
            close_old_connections()


@contextmanager
def stopped_by_signals(worker: Worker) -> Iterator[None]:
    """Let SIGINT and SIGTERM stop the worker; the old handlers come back after."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGQUIT)
    before = {number: signal.getsignal(number) for number in signals}
    worker.configure_signals()
    try:
        yield
    finally:
        stop_asked.clear()
        for number, handler in before.items():
            signal.signal(number, handler)
