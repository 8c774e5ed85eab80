"""What a connection to PostgreSQL is told when it opens."""

from typing import Any

WORK_MEM = 32 * 1024  # kB


def set_up_session(connection: Any, **_sender: Any) -> None:
    """Run queries as they are planned, and let them hash what they group.

    Ours name hundreds of expressions, of every effective value: to compile the one of
    preflight takes many times as long as to run it. And in the 4 MB of a server as
    it is installed, 100,000 lines are sorted instead of hashed. A server that gives
    more keeps giving it.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('jit', 'off', false), set_config('work_mem',"
                " greatest(pg_size_bytes(current_setting('work_mem')) / 1024, %s)"
                " || 'kB', false)",
                [WORK_MEM],
            )
