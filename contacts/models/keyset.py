"""Pages of rows by the row they follow, so that no page costs more than another.

Neither counts what comes before a page nor skips over it: a page is the rows after,
or before, a row that is named, in an order in which no two rows are alike.
"""

from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import BooleanField, F, QuerySet, Value
from django.db.models.expressions import Combinable, Expression


class RowCompare(Expression):
    """Whether a row stands before or after another, as an index compares them.

    `(a, b) > (x, y)` is read from an index on a and b, however many rows are alike
    in a.
    """

    output_field = BooleanField()
    conditional = True

    def __init__(self, row: list[Any], operator: str, other: list[Any]) -> None:
        super().__init__(output_field=BooleanField())
        self.row, self.operator, self.other = row, operator, other

    def get_source_expressions(self) -> list[Any]:
        return [*self.row, *self.other]

    def set_source_expressions(self, expressions: list[Any]) -> None:
        self.row = expressions[: len(self.row)]
        self.other = expressions[len(self.row) :]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        sides, parameters = [], []
        for expressions in (self.row, self.other):
            compiled = [compiler.compile(each) for each in expressions]
            sides.append(f"({', '.join(sql for sql, _values in compiled)})")
            parameters += [value for _sql, values in compiled for value in values]
        return f" {self.operator} ".join(sides), parameters


class Order(Protocol):
    """An order in which no two rows are alike."""

    def apply(self, rows: Any, *, backwards: bool = False) -> Any:
        """Sort rows, from the end if `backwards`."""

    def beyond(self, rows: Any, place: Any, *, backwards: bool) -> Any:
        """Only rows after this place, before it if `backwards`."""

    def starting(self, rows: Any, key: Any) -> Any:
        """Only rows from this key on."""

    def place(self, rows: Any, pk: int) -> Any:
        """Return where a row stands in this order, None where there is none such."""


@dataclass(frozen=True)
class KeyOrder:
    """The order by `keys` and then as rows were added; descending it is reversed."""

    keys: tuple[Combinable, ...] = field(kw_only=True)
    descending: bool = field(default=False, kw_only=True)

    def apply(self, rows: Any, *, backwards: bool = False) -> Any:
        turned = self.descending != backwards
        columns = (*self.keys, F("pk"))
        return rows.order_by(*(c.desc() if turned else c.asc() for c in columns))

    def beyond(self, rows: Any, place: Any, *, backwards: bool) -> Any:
        operator = "<" if self.descending != backwards else ">"
        values = [Value(value) for value in place]
        return rows.filter(RowCompare([*self.keys, F("pk")], operator, values))

    def starting(self, rows: Any, key: Any) -> Any:
        operator = "<=" if self.descending else ">="
        return rows.filter(RowCompare([self.keys[0]], operator, [Value(key)]))

    def place(self, rows: Any, pk: int) -> Any:
        return rows.filter(pk=pk).order_by().values_list(*self.keys, "pk").first()


@dataclass(frozen=True)
class Place:
    """Which page is asked for: after or before a row, from a key on, or the end."""

    after: int | None = None
    before: int | None = None
    start: Any = None
    end: bool = False


@dataclass(frozen=True)
class KeysetPage:
    """The keys of the rows of a page in order, and whether there is more around."""

    keys: list[int] = field(default_factory=list)
    has_previous: bool = False
    has_next: bool = False


def keyset_page(
    rows: QuerySet, *, everywhere: QuerySet, order: Order, place: Place, size: int
) -> KeysetPage:
    """Return one page of `rows`; a place that is no more is the beginning.

    `everywhere` are rows among which the named one is looked up, since it may have
    left or may not fit a filter any more.
    """
    backwards = place.end or place.before is not None
    wanted, moved = rows, False
    named = place.after if place.before is None else place.before
    if named is not None:
        row = order.place(everywhere, named)
        if row is None:
            backwards = False
        else:
            wanted, moved = order.beyond(rows, row, backwards=backwards), True
    elif place.start is not None:
        wanted, moved = order.starting(rows, place.start), True
    ordered = order.apply(wanted, backwards=backwards)
    keys = list(ordered.values_list("pk", flat=True)[: size + 1])
    more, keys = len(keys) > size, keys[:size]
    beginning = moved and (not keys or (backwards and not more))
    if beginning:
        first = Place()
        return keyset_page(
            rows, everywhere=everywhere, order=order, place=first, size=size
        )
    if backwards:
        return KeysetPage(keys[::-1], has_previous=more, has_next=moved)
    return KeysetPage(keys, has_previous=moved, has_next=more)


def place_asked(query: Any, start: Any = None) -> Place:
    """Return the place that a query string asks for; what is no key is left out."""
    return Place(
        after=whole_number(query.get("after", "")),
        before=whole_number(query.get("before", "")),
        start=start,
        end="end" in query,
    )


def whole_number(text: str) -> int | None:
    """Return a whole number that a key or position can be."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None
