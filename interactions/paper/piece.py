"""What is printed on, and who was left out while printing."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class Left(models.TextChoices):
    """Why an address is not on paper."""

    NO_STREET = "no_street", _("No street")
    NO_TOWN = "no_town", _("No city and no postcode")
    TOO_LONG = "too_long", _("Does not fit, even in small type")
    LETTERS = "letters", _("Has letters that the font does not have")


@dataclass(frozen=True)
class Piece:
    """An address to print: whose it is, by key, and its lines."""

    key: int
    lines: tuple[str, ...]


@dataclass
class Printed:
    """What was printed, and who was not: at most `LISTED` of them with the reason.

    `keys_left` are all who were left out.
    """

    LISTED = 1_000

    pieces: int = 0
    pages: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    left: list[tuple[int, str]] = field(default_factory=list)
    keys_left: set[int] = field(default_factory=set)

    def leave(self, key: int, why: str) -> None:
        """Note that this one is left out."""
        self.counts[why] = self.counts.get(why, 0) + 1
        self.keys_left.add(key)
        if len(self.left) < self.LISTED:
            self.left.append((key, why))


# Called with the number of pieces so far; what it raises stops the printing.
OnPiece = Callable[[int], None]
