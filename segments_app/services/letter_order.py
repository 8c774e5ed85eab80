"""Stepping through the letters of a segment, one after the other."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from ..models import Segment, SegmentLine
from ..models.querysets import SegmentLineQuerySet
from .preflight import lines_with_letter
from .riskiest import ORDER, letter_risks

BY_POSITION = ("position", "pk")
RISKIEST = "risk"


@dataclass(frozen=True)
class Place:
    """Where a letter stands among the others; neighbours as key and name."""

    number: int
    count: int
    previous: dict[str, Any] | None
    next: dict[str, Any] | None


@dataclass(frozen=True)
class LetterOrder:
    """The letters of a segment in an order that can be stepped through."""

    lines: SegmentLineQuerySet
    columns: tuple[str, ...]

    def place(self, line: SegmentLine) -> Place | None:
        """Where this line stands; None where it is not among them."""
        stood = self.lines.filter(pk=line.pk).values(*self._names()).first()
        if stood is None:
            return None
        before, after = self._beyond(stood, back=True), self._beyond(stood, back=False)
        counts = self.lines.order_by()
        return Place(
            number=counts.filter(before).count() + 1,
            count=counts.count(),
            previous=self._first(before, back=True),
            next=self._first(after, back=False),
        )

    def following(self, line: SegmentLine, count: int) -> list[int]:
        """The keys of so many letters after this one."""
        stood = self.lines.filter(pk=line.pk).values(*self._names()).first()
        if stood is None:
            return []
        after = self.lines.filter(self._beyond(stood, back=False))
        return list(after.order_by(*self.columns).values_list("pk", flat=True)[:count])

    def find(self, text: str) -> int | None:
        """The key of the letter that `text` asks for.

        The number of a contact, the place of a letter, or words as in any search.
        """
        text = text.replace("\0", "").strip()
        lines = self.lines.order_by(*self.columns)
        keys = lines.values_list("pk", flat=True)
        if not text:
            return keys.first()
        exact = keys.filter(contact__number__iexact=text).first()
        if exact is None and text.isdecimal():
            place = int(text[:9])
            return next(iter(keys[place - 1 : place]), None) if place else None
        return exact or keys.filter(pk__in=lines.search(text).values("pk")).first()

    def _names(self) -> list[str]:
        return [column.lstrip("-") for column in self.columns]

    def _beyond(self, stood: dict[str, Any], *, back: bool) -> Q:
        """The condition on lines that stand before, or after, this one."""
        found, equal = Q(), Q()
        for column in self.columns:
            name = column.lstrip("-")
            sign = "lt" if column.startswith("-") != back else "gt"
            found |= equal & Q(**{f"{name}__{sign}": stood[name]})
            equal &= Q(**{name: stood[name]})
        return found

    def _first(self, condition: Q, *, back: bool) -> dict[str, Any] | None:
        lines = self.lines.filter(condition).order_by(*self.columns)
        if back:
            lines = lines.reverse()
        return lines.values("pk", "contact__name").first()


def letter_order(segment: Segment, order: str) -> LetterOrder:
    """The letters in the order of the lines, or the riskiest first."""
    if order == RISKIEST:
        return LetterOrder(letter_risks(segment).lines, ORDER)
    return LetterOrder(lines_with_letter(segment), BY_POSITION)
