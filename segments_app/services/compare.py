"""Two segments beside each other: who is only on one of them, and who on both."""

from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet

from contacts.models import Contact

from .sources import Logged, OnBoth, OnlyOn, OpenSegment, PartOfTwo

PARTS = ("only_first", "both", "only_second")


@dataclass(frozen=True)
class Sizes:
    """How many contacts each part has."""

    only_first: int
    both: int
    only_second: int


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two segments, open or logged, as they are now."""

    first: OpenSegment | Logged
    second: OpenSegment | Logged

    def part(self, name: str) -> PartOfTwo:
        """The contacts of one of PARTS; they can be put on or taken off a segment."""
        pair = {"first": self.first, "second": self.second}
        if name == "both":
            return OnBoth(**pair)
        if name == "only_first":
            return OnlyOn(**pair)
        return OnlyOn(first=self.second, second=self.first)

    def sizes(self) -> Sizes:
        """Count the parts, in three queries whatever their size."""
        there = self.second.has(OuterRef("contact_id"))
        on_first, on_second = self.first.count(), self.second.count()
        both = self.first.people().filter(there).count()
        return Sizes(on_first - both, both, on_second - both)

    def rows(self, name: str, *, search: str = "") -> QuerySet[Any]:
        """The lines or interactions of a part with their contacts, in their order.

        As the segment has them, so that a page of a hundred thousand sorts nothing.
        """
        part = self.part(name)
        rows = part.rows().select_related("contact__company")
        if search:
            rows = rows.filter(contact__in=Contact.objects.search(search))
        return rows.order_by(part.first.order, "pk")
