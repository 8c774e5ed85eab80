"""A bound on how long the database may think about a question that can wait."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from .errors import SegmentError

QUERY_CANCELED = "57014"


class TakesTooLong(SegmentError):
    """The answer was not there in time, and the question was given up."""


@contextmanager
def time_limit(seconds: float, *, message: str) -> Iterator[None]:
    """Give up statements of PostgreSQL that take longer. Raises TakesTooLong.

    Each statement in it has that long; nothing may be written in it. SQLite, where
    the whole database is small, answers however long it takes.
    """
    if connection.vendor != "postgresql":
        yield
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('statement_timeout')")
            usual = cursor.fetchone()[0]
            _set(cursor, f"{round(seconds * 1000)}ms")
            yield
            _set(cursor, usual)
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != QUERY_CANCELED:
            raise
        raise TakesTooLong(message) from error


def _set(cursor: CursorWrapper, limit: str) -> None:
    cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
