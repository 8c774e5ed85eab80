"""How much work one part of a letter may be: rows gone through, characters written."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from .errors import RenderError
from .lists import MAX_TURNS

# Characters of markup in one part; a page has some ten thousand.
MAX_LENGTH = 20_000_000
Row = Mapping[str, str]


class Turns:
    """What is left of the rows that the loops of a part may go through."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._left = MAX_TURNS
        self._values = values

    def take(self) -> None:
        """Count a row. Raises RenderError when there have been too many."""
        self._left -= 1
        if self._left < 0:
            raise too_long(self._values)


class Rows:
    """A list that counts how often its rows are gone through."""

    __slots__ = ("_rows", "_turns")

    def __init__(self, rows: Sequence[Row], turns: Turns) -> None:
        self._rows = rows
        self._turns = turns

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self._turns.take()
            yield row


def within_bounds(pieces: Iterable[str], values: Mapping[str, Any]) -> Iterator[str]:
    """Pass the texts of a part on. Raises RenderError when they are too many."""
    left = MAX_LENGTH
    for piece in pieces:
        left -= len(piece)
        if left < 0:
            raise too_long(values)
        yield piece


def too_long(values: Mapping[str, Any]) -> RenderError:
    """The letter of this record would hardly end."""
    name, number = values.get("contact_name", ""), values.get("contact_no", "")
    message = _("The letter to %(name)s (%(number)s) becomes too long by its loops.")
    return RenderError(message % {"name": name, "number": number})
