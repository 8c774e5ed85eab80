"""A page of lines by the line it follows, so that no page costs more than another.

Neither counts what comes before a page nor skips over it: a page is the lines after,
or before, a line that is named, in an order that ends with position and key.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q

from .line_columns import BY_COPY_OF, LineColumn
from .querysets import SegmentLineQuerySet


@dataclass(frozen=True)
class LineOrder:
    """The order by a column; lines that are alike in it stay in their own order."""

    column: LineColumn
    descending: bool = False

    def apply(
        self, lines: SegmentLineQuerySet, *, backwards: bool = False
    ) -> SegmentLineQuerySet:
        """Sort lines, from the end if `backwards`."""
        key, ties = F("sort_key"), (F("position"), F("pk"))
        turned = [name.desc() if backwards else name.asc() for name in ties]
        first = key.desc() if self.descending != backwards else key.asc()
        return self._keyed(lines).order_by(first, *turned)

    def beyond(
        self, lines: SegmentLineQuerySet, line: dict[str, Any], *, backwards: bool
    ) -> SegmentLineQuerySet:
        """Only lines after this one, before it if `backwards`; see `place`."""
        tie = "lt" if backwards else "gt"
        way = "lt" if self.descending != backwards else "gt"
        key, position = line["key"], line["position"]
        later = Q(**{f"position__{tie}": position}) | Q(
            position=position, **{f"pk__{tie}": line["pk"]}
        )
        # The first condition says nothing new: it is what an index is read from.
        return self._keyed(lines).filter(
            Q(**{f"sort_key__{way}e": key}),
            Q(**{f"sort_key__{way}": key}) | Q(sort_key=key) & later,
        )

    def starting(self, lines: SegmentLineQuerySet, key: Any) -> SegmentLineQuerySet:
        """Only lines from this key on."""
        way = "lte" if self.descending else "gte"
        return self._keyed(lines).filter(**{f"sort_key__{way}": key})

    def place(self, lines: SegmentLineQuerySet, pk: int) -> dict[str, Any] | None:
        """Return where a line stands in this order, None where there is none such."""
        found = self._keyed(lines).filter(pk=pk).annotate(key=F("sort_key"))
        return found.order_by().values("key", "position", "pk").first()

    def _keyed(self, lines: SegmentLineQuerySet) -> SegmentLineQuerySet:
        if self.column.code == BY_COPY_OF:
            lines = lines.with_by_copy()
        return lines.with_effective_values(only=self.column.needs).alias(
            sort_key=self.column.sort
        )


@dataclass(frozen=True)
class Place:
    """Which page is asked for: after or before a line, from a key on, or the end."""

    after: int | None = None
    before: int | None = None
    start: Any = None
    end: bool = False


@dataclass(frozen=True)
class LinePage:
    """The keys of the lines of a page in order, and whether there is more around."""

    keys: list[int] = field(default_factory=list)
    has_previous: bool = False
    has_next: bool = False


def line_page(
    lines: SegmentLineQuerySet,
    *,
    everywhere: SegmentLineQuerySet,
    order: LineOrder,
    place: Place,
    size: int,
) -> LinePage:
    """Return one page of `lines`; a place that is no more is the beginning.

    `everywhere` are lines among which the named one is looked up, since it may have
    left or may not fit a filter any more.
    """
    backwards = place.end or place.before is not None
    wanted, moved = lines, False
    named = place.after if place.before is None else place.before
    if named is not None:
        line = order.place(everywhere, named)
        if line is None:
            backwards = False
        else:
            wanted, moved = order.beyond(lines, line, backwards=backwards), True
    elif place.start is not None:
        wanted, moved = order.starting(lines, place.start), True
    ordered = order.apply(wanted, backwards=backwards)
    keys = list(ordered.values_list("pk", flat=True)[: size + 1])
    more, keys = len(keys) > size, keys[:size]
    beginning = moved and (not keys or (backwards and not more))
    if beginning:
        first = Place()
        return line_page(
            lines, everywhere=everywhere, order=order, place=first, size=size
        )
    if backwards:
        return LinePage(keys[::-1], has_previous=more, has_next=moved)
    return LinePage(keys, has_previous=moved, has_next=more)
