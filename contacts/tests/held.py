"""One who holds locks and one who waits for them, on a real server."""

import threading
import time
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction


def who_waited(
    *,
    first: Callable[[], Any],
    second: Callable[[], Any],
    then: Callable[[], Any] = lambda: None,
) -> Any:
    """Do `first`, let `second` wait for its locks, do `then` and commit.

    Return what `second` returned, or the error that it ended with.
    """
    ends: list[Any] = []

    def run() -> None:
        try:
            ends.append(second())
        except Exception as error:  # noqa: BLE001
            ends.append(error)
        finally:
            connection.close()

    waiting = threading.Thread(target=run)
    with transaction.atomic():
        first()
        waiting.start()
        until_somebody_waits(waiting)
        then()
    waiting.join(timeout=30)
    return ends[0]


def until_somebody_waits(thread: threading.Thread) -> None:
    """Return when another session waits for a lock of this database, or is over."""
    until = time.monotonic() + 20
    while thread.is_alive() and time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks JOIN pg_stat_activity USING "
                "(pid) WHERE NOT granted AND datname = current_database())"
            )
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    assert not thread.is_alive(), "nobody waits for a lock"
