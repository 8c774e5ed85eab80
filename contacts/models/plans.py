"""How PostgreSQL finds what is asked for where its statistics lag behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def plans_by_index() -> Iterator[None]:
    """Let statements in this transaction look rows up by an index.

    While a table grows by the thousand, PostgreSQL knows nothing of what is in it and
    reads it as a whole, again and again; statistics come a minute later. For lookups
    of few rows that have an index. SQLite takes the index by itself.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield
        cursor.execute("SET LOCAL enable_seqscan TO DEFAULT")
