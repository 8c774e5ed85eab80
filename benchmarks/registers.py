"""Two registers of the same kind, a small one and a large one, for one run.

DATABASE_URL names the large one, on PostgreSQL or SQLite; the small one is called the
same with `_small` behind it. What is missing is made and filled with the volume of the
demo company.
"""

import statistics
import time
from collections.abc import Callable

from django.core.management import call_command
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact

SMALL, LARGE = 10_000, 1_000_000
# What a database wants to be told when it has been filled.
FILLED = {"postgresql": ["VACUUM ANALYZE"], "sqlite": ["ANALYZE"]}
Figures = dict[str, list[tuple[float, int]]]


class Registers:
    """Both registers: each is the default connection while it is asked."""

    def __init__(self, large: int) -> None:
        first = connections["default"]
        name = str(first.settings_dict["NAME"])
        self.sizes = (SMALL, large)
        self._connections = []
        for size, called in zip(self.sizes, (f"{name}_small", name), strict=True):
            _make(called)
            other = first.copy()
            other.settings_dict = first.settings_dict | {"NAME": called}
            self._connections.append(other)
            connections["default"] = other
            call_command("migrate", verbosity=0)
            if Contact.objects.count() < size:
                call_command("seed_demo", contacts=size)
                with connection.cursor() as cursor:
                    for statement in FILLED[connection.vendor]:
                        cursor.execute(statement)

    def each(self, work: Callable[[int], object]) -> list[object]:
        """Return what `work` answers for each size."""
        answers = []
        for size, each in zip(self.sizes, self._connections, strict=True):
            connections["default"] = each
            answers.append(work(size))
        return answers

    def measured(
        self, work: Callable[[int], object], *, rounds: int
    ) -> list[tuple[float, int]]:
        """Return for each size the median seconds, by turns, and the queries of one."""

        def queries(size: int) -> int:
            with CaptureQueriesContext(connection) as captured:
                work(size)
            return len(captured)

        def seconds(size: int) -> float:
            started = time.perf_counter()
            work(size)
            return time.perf_counter() - started

        counted = self.each(queries)
        turns = [self.each(seconds) for _round in range(rounds)]
        medians = [statistics.median(each) for each in zip(*turns, strict=True)]
        return list(zip(medians, counted, strict=True))


def show(what: str, figures: Figures, *, limit: float) -> None:
    """Print the figures of both sizes as a table and say what is beyond the limit."""
    print(f"| {what} | {SMALL:,} | large | ratio | queries |")
    print("|---|---|---|---|---|")
    beyond = []
    for label, ((small, few), (large, many)) in figures.items():
        ratio = large / small
        if ratio > limit or many > few:
            beyond.append(label)
        queries = f"{few}" if few == many else f"{few}, {many}"
        print(
            f"| {label} | {small * 1000:.2f} ms | {large * 1000:.2f} ms | {ratio:.2f} "
            f"| {queries} |"
        )
    total = [
        statistics.mean(pair[size][0] for pair in figures.values()) for size in (0, 1)
    ]
    print(
        f"| mean | {total[0] * 1000:.2f} ms | {total[1] * 1000:.2f} ms "
        f"| {total[1] / total[0]:.2f} | |"
    )
    print(f"\nLimit {limit} x. Beyond it: {', '.join(beyond) or 'nothing'}.")


def _make(called: str) -> None:
    """Make a database of PostgreSQL; a file of SQLite is made when it is opened."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [called])
        if cursor.fetchone() is None:
            cursor.execute(f'CREATE DATABASE "{called}"')
