"""How PostgreSQL finds what is asked for where its statistics lag behind."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, models

# Where fewer rows come at once, any plan will do until PostgreSQL counts by itself.
MANY = 1_000


def analyze(model: type[models.Model]) -> None:
    """Let PostgreSQL count a table now that has grown since it did.

    Where somebody else is counting it, that will do.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE (SKIP_LOCKED) {_quoted(model)}")


def analyze_if_outgrown(model: type[models.Model], added: int) -> None:
    """`analyze` a table that just got more rows than it was known to have.

    Plans that were made while it was nearly empty go through all of its rows for each
    row: those of the statements to come, and those that this connection keeps for
    checking foreign keys. A hundred thousand letters were not logged after twelve
    minutes where a thousand had been before; else it takes half a minute.
    """
    if connection.vendor != "postgresql" or added < MANY:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT reltuples < %s FROM pg_class WHERE oid = %s::regclass",
            [added, _quoted(model)],
        )
        (outgrown,) = cursor.fetchone()
    if outgrown:
        analyze(model)


def _quoted(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


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
