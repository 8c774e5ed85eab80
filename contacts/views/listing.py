"""A page of rows in one order, found by the row it follows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from ..models.keyset import KeysetPage, Order, keyset_page, place_asked


@dataclass(frozen=True)
class Listing:
    """The rows of a page, and whether there are more around."""

    page: KeysetPage
    rows: Sequence[Any]

    @property
    def first(self) -> Any:
        return self.rows[0] if self.rows else None

    @property
    def last(self) -> Any:
        return self.rows[-1] if self.rows else None


def listing(
    query: QueryDict, rows: QuerySet, *, order: Order, shown: QuerySet, size: int
) -> Listing:
    """Return the page of `rows` that a query string asks for, in a few queries.

    `shown` are all rows of the table, with what is shown of each.
    """
    page = keyset_page(
        rows.order_by(),
        everywhere=shown.model._default_manager.order_by(),
        order=order,
        place=place_asked(query),
        size=size,
    )
    by_key = shown.in_bulk(page.keys)
    return Listing(page, [by_key[key] for key in page.keys if key in by_key])
