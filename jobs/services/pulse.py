"""The sign of life of a job while one of its chunks takes long."""

import logging
import threading
from types import TracebackType
from typing import Self

from django.db import OperationalError, connection
from django.utils import timezone

from ..models import Job

logger = logging.getLogger(__name__)

BEAT = 15  # seconds; a quarter of the time after which a job counts as dead


class Pulse:
    """Moves the heartbeat of `job` from a thread of its own until left.

    The thread dies with the process, so a killed job falls silent.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _beat(self) -> None:
        try:
            while not self._over.wait(BEAT):
                try:
                    Job.objects.update_attempt(self._job, heartbeat=timezone.now())
                except OperationalError as error:
                    # On SQLite the chunk itself may hold the lock: nobody else can
                    # take the job up meanwhile, and the next beat comes.
                    logger.info("No heartbeat of job %s: %s", self._job.pk, error)
        finally:
            connection.close()
