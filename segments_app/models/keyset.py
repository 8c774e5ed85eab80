"""The orders of lines, for pages by the line they follow (`contacts.models.keyset`).

Every order ends with position and key.
"""

from dataclasses import dataclass
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
