"""One at a time: work that cron may start twice."""

import fcntl
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection


@contextmanager
def only_one(name: str) -> Iterator[bool]:
    """Yield whether nobody else does `name` now; False where somebody does.

    The lock is the database's: on PostgreSQL its own, whichever machine asks, and on
    SQLite that of a file beside the database. A process that is killed lets go of it.
    A database in memory is that of one process, and so is its lock.
    """
    if connection.vendor == "postgresql":
        with _held_by_server(name) as got:
            yield got
    else:
        with _held_by_file(name) as got:
            yield got


@contextmanager
def _held_by_server(name: str) -> Iterator[bool]:
    digest = hashlib.sha256(name.encode()).digest()
    key = int.from_bytes(digest[:8], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (got,) = cursor.fetchone()
    try:
        yield got
    finally:
        if got:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


@contextmanager
def _held_by_file(name: str) -> Iterator[bool]:
    database = str(connection.settings_dict["NAME"])
    beside = Path(database)
    if not beside.parent.is_dir() or database.startswith("file:"):
        beside = Path(tempfile.gettempdir()) / f"in-memory-{os.getpid()}"
    with beside.with_name(f"{beside.name}.{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
