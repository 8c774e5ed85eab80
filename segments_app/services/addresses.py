"""The addresses of a segment or of a run, for labels, envelopes and cover sheets.

The same block as in the letters: on an open segment as it is now, in a run as it was
frozen. Whose address is incomplete is left out and listed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import F, Q

from contacts.batches import ROWS_AT_ONCE
from contacts.models import Contact, MarketingSetup
from contacts.models.postal import without_street, without_town
from interactions.choices import RunOrder
from interactions.merge import postal_lines
from interactions.models import LetterSnapshot, LoggedSegment, Run
from interactions.models.querysets import MUST_NOT_LETTER
from interactions.paper import Left, Piece
from interactions.services.letters import own_company

from ..models import Segment
from ..models.effective import of_used_address
from .freeze import order_keys
from .letters import MUST_NOT
from .preflight import lines_with_letter

COLUMNS = ("address", "address_2", "city", "postcode")


@dataclass(frozen=True)
class Incomplete:
    """A contact whose address lacks something, and what."""

    contact: Contact
    why: str


class Addresses(Protocol):
    """Where addresses come from."""

    number: str
    own: dict[str, str]
    logged_segment: LoggedSegment | None

    def pieces(self, order: str) -> Iterator[Piece]:
        """Yield the complete addresses, each by the key of its contact."""

    def count(self) -> int:
        """How many addresses are complete."""

    def contact_keys(self) -> Any:
        """The keys of the contacts with a complete address, as a query."""

    def blocked(self) -> int:
        """How many must not be written to."""

    def lacking(self) -> dict[str, int]:
        """How many addresses are incomplete, by what they lack."""

    def incomplete(self, most: int) -> list[Incomplete]:
        """The first contacts whose address is incomplete."""


def _lacks(prefix: str) -> dict[str, Q]:
    """What the address under this path may lack; who lacks both is told once."""
    no_street = without_street(prefix)
    return {Left.NO_STREET: no_street, Left.NO_TOWN: ~no_street & without_town(prefix)}


class _Queried:
    """What both kinds have in common: rows of a query, and what they lack."""

    number: str
    own: dict[str, str]
    lacks: dict[str, Q]
    logged_segment: LoggedSegment | None = None

    def rows(self) -> Any:
        """Everybody who may be written to."""
        raise NotImplementedError

    def values(self, order: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """Yield the contact and the inputs of each complete address."""
        raise NotImplementedError

    def contacts(self, rows: Any, most: int) -> list[Contact]:
        """The contacts of the first rows."""
        raise NotImplementedError

    def pieces(self, order: str) -> Iterator[Piece]:
        for contact, inputs in self.values(order):
            yield Piece(contact, postal_lines({**inputs, "own_company": self.own}))

    def complete(self) -> Any:
        """Those with a street and a town."""
        return (
            self.rows()
            .exclude(self.lacks[Left.NO_STREET])
            .exclude(self.lacks[Left.NO_TOWN])
        )

    def count(self) -> int:
        return self.complete().count()

    def lacking(self) -> dict[str, int]:
        return {
            str(why): count
            for why, lack in self.lacks.items()
            if (count := self.rows().filter(lack).count())
        }

    def incomplete(self, most: int) -> list[Incomplete]:
        return [
            Incomplete(contact, str(Left(why).label))
            for why, lack in self.lacks.items()
            for contact in self.contacts(self.rows().filter(lack), most)
        ]


class SegmentAddresses(_Queried):
    """The addresses of an open segment as they are now."""

    lacks = _lacks("used_")

    def __init__(self, segment: Segment) -> None:
        self.segment = segment
        self.number = segment.number
        self._setup = MarketingSetup.load()
        self.own = own_company(self._setup)

    def rows(self) -> Any:
        lines = lines_with_letter(self.segment).exclude(MUST_NOT)
        return lines.annotate(
            **{f"used_{name}": of_used_address(name) for name in COLUMNS}
        )

    def values(self, order: str) -> Iterator[tuple[int, dict[str, Any]]]:
        keys = order_keys(RunOrder(order), self._setup)
        lines = self.complete().with_letter_inputs().order_by(*keys)
        return lines.values_list("contact_id", "letter_inputs").iterator(
            chunk_size=ROWS_AT_ONCE
        )

    def contacts(self, rows: Any, most: int) -> list[Contact]:
        lines = rows.select_related("contact__company").order_by("position")
        return [line.contact for line in lines[:most]]

    def contact_keys(self) -> Any:
        return self.complete().order_by().values("contact")

    def blocked(self) -> int:
        return lines_with_letter(self.segment).filter(MUST_NOT).count()


class RunAddresses(_Queried):
    """The addresses of the letters of a run as they were frozen, in their order."""

    lacks = _lacks("inputs__address__")

    def __init__(self, run: Run) -> None:
        self.run = run
        self.number = run.segment_number
        self.logged_segment = run.logged_segment
        self.own = run.own_company

    def _letters(self) -> Any:
        return LetterSnapshot.objects.filter(item__run=self.run).that_go()

    def rows(self) -> Any:
        return self._letters().may_be_printed()

    def values(self, order: str) -> Iterator[tuple[int, dict[str, Any]]]:
        letters = self.complete().in_print_order()
        return letters.values_list(F("item__contact"), "inputs").iterator(
            chunk_size=ROWS_AT_ONCE
        )

    def contacts(self, rows: Any, most: int) -> list[Contact]:
        letters = rows.select_related("item__contact__company").in_print_order()
        return [letter.item.contact for letter in letters[:most]]

    def contact_keys(self) -> Any:
        return self.complete().order_by().values("item__contact")

    def blocked(self) -> int:
        return self._letters().filter(MUST_NOT_LETTER).count()
