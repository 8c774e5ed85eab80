"""Many rows, a batch at a time: memory does not grow with how many there are."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from django.db.models import QuerySet

T = TypeVar("T")

ROWS_AT_ONCE = 1_000


def in_batches(rows: Iterable[T]) -> Iterator[list[T]]:
    """Yield the rows in their order, a batch at a time."""
    rest = iter(rows)
    while batch := list(islice(rest, ROWS_AT_ONCE)):
        yield batch


def key_batches(rows: QuerySet, key: str = "pk") -> Iterator[list[int]]:
    """Yield the keys of the rows in their order, a batch at a time.

    They are read once, so nobody comes twice whatever happens meanwhile.
    """
    keys = rows.values_list(key, flat=True)
    return in_batches(keys.iterator(chunk_size=ROWS_AT_ONCE))
