"""What the fields of a template need besides the record, worked out per letter.

A field that is only a value is a tag of its own; what has switches or conditions is
an entry here, and a variable in the compiled parts. Without entries a record goes
through as it is.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..errors import Problem
from ..fields import LETTER_NUMBER, RECORD_NUMBER
from .marks import variable
from .values import Condition, Record, Value

MAX_ENTRIES = 2_000


@dataclass(frozen=True)
class Skip:
    """A SKIPIF: who is left out, and the field as people read it."""

    condition: Condition
    shown: str


@dataclass
class FieldTable:
    """The entries of a template in the order of their numbers, and its SKIPIFs.

    `codes` are the fields of the record that entries use, `warnings` what letters
    may not show as it was meant.
    """

    entries: list[Value] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    warnings: list[Problem] = field(default_factory=list)
    _numbers: dict[Value, int] = field(default_factory=dict)

    def number_of(self, value: Value) -> int:
        """Return the number of the entry with this value, a new one if need be."""
        number = self._numbers.setdefault(value, len(self.entries))
        if number == len(self.entries):
            self.entries.append(value)
        return number

    @property
    def is_too_long(self) -> bool:
        return len(self.entries) + len(self.skips) > MAX_ENTRIES

    def why_skipped(self, record: Record) -> str:
        """Return why the contact of this record gets no letter, or nothing."""
        for skip in self.skips:
            if skip.condition.holds(record):
                return _("left out by { %(field)s }") % {"field": skip.shown}
        return ""

    def complete(self, record: Record, *, number: int, letter: int) -> Record:
        """Return the record with the values of the entries.

        `number` is the place of the record and `letter` that of the letter, unless
        the record knows its own, as it does when letters are made again.
        """
        if not self.entries:
            return record
        known = {RECORD_NUMBER: str(number), LETTER_NUMBER: str(letter), **record}
        values = {
            variable(place): value.text(known)
            for place, value in enumerate(self.entries)
        }
        return {**known, **values}

    def letters(self, records: Iterable[Record]) -> Iterable[Record]:
        """Return the records that give a letter, each with the values."""
        return self._letters(records) if self.entries or self.skips else records

    def _letters(self, records: Iterable[Record]) -> Iterator[Record]:
        letter = 0
        for number, record in enumerate(records, 1):
            if not self.why_skipped(record):
                letter += 1
                yield self.complete(record, number=number, letter=letter)
