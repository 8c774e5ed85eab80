"""What a connection to PostgreSQL is told when it opens."""

from typing import Any


def never_compile(connection: Any, **_sender: Any) -> None:
    """Run queries as they are planned instead of compiling them first.

    Ours name hundreds of expressions, of every effective value: to compile the one of
    preflight takes many times as long as to run it over 100,000 lines.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET jit = off")
