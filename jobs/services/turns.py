"""Letting others write between two chunks of a job on SQLite.

SQLite has no queue of writers: who waits for the lock looks again every tenth of a
second, and would find it taken by the next chunk each time until giving up. A pause
a little longer than that, after each half second of work, gives everybody a turn.
"""

import time

from django.db import connection

TURN = 0.5
PAUSE = 0.11


class Turns:
    def __init__(self, *, needed: bool) -> None:
        self._needed = needed and connection.vendor == "sqlite"
        self._since = time.monotonic()

    def give(self) -> None:
        """Pause if this process has had the lock for long enough."""
        if self._needed and time.monotonic() - self._since > TURN:
            time.sleep(PAUSE)
            self._since = time.monotonic()
