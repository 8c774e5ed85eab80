"""A contact file that has been opened: checked, counted, ready to be read."""

import hashlib
from array import array
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .errors import ImportProblem
from .headings import Columns, map_columns
from .read import Line, Opener, Table, read_table
from .rows import ContactRow, RefusedRow, RowCleaner


class Numbers:
    """Which contact numbers a file uses: eight bytes for each, however many."""

    def __init__(self, numbers: Iterable[str] = ()) -> None:
        self._digests = array("Q", sorted(array("Q", map(_digest, numbers))))

    def __contains__(self, number: object) -> bool:
        digest = _digest(str(number))
        place = bisect_left(self._digests, digest)
        return self._digests[place : place + 1] == array("Q", [digest])


def _digest(number: str) -> int:
    hashed = hashlib.blake2b(number.encode(errors="replace"), digest_size=8)
    return int.from_bytes(hashed.digest())


@dataclass(frozen=True)
class ContactFile:
    """What is known before the first row is taken.

    `numbers` are the contact numbers the file itself uses, so that none of them is
    given to another row; `reserved` also has those of the companies it names.
    """

    columns: Columns
    header: tuple[str, ...]
    total: int
    numbers: Numbers
    reserved: Numbers
    _table: Table = field(repr=False)
    _cleaner: RowCleaner = field(repr=False)

    @property
    def unmapped(self) -> tuple[str, ...]:
        return self.columns.unmapped

    @property
    def is_workbook(self) -> bool:
        return self._table.is_workbook

    def rows(self) -> Iterator[ContactRow | RefusedRow]:
        """Yield every row, cleaned or refused, in the order of the file."""
        width = len(self.header)
        for line, cells in self._table.lines():
            yield self._cleaner.clean(line, cells, width)

    def lines(self, wanted: Collection[int]) -> Iterator[Line]:
        """Yield the rows on these lines as they stand in the file."""
        return (line for line in self._table.lines() if line[0] in wanted)


def open_contact_file(
    data: bytes | Opener,
    *,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
) -> ContactFile:
    """Open a CSV file or a spreadsheet; raises ImportProblem if it cannot be used.

    `data` are its bytes or what opens it; `mapping` says by heading which field a
    column fills, `constants` what a field gets where a row has nothing.
    """
    table = read_table(data)
    columns = map_columns(table.header, mapping or {})
    cleaner = RowCleaner(columns, constants or {})
    counted = _Counted(table, columns.places, ("number",))
    numbers = reserved = Numbers(counted)
    if "company_number" in columns.places:
        both = ("number", "company_number")
        reserved = Numbers(_Counted(table, columns.places, both))
    if not counted.total:
        raise ImportProblem(_("The file has headings but no rows."))
    return ContactFile(
        columns, table.header, counted.total, numbers, reserved, table, cleaner
    )


class _Counted:
    """The numbers in the file, and how many rows it has, in one pass."""

    def __init__(
        self, table: Table, places: Mapping[str, int], fields: Iterable[str]
    ) -> None:
        self._table = table
        self._places = [places[field] for field in fields if field in places]
        self.total = 0

    def __iter__(self) -> Iterator[str]:
        for _line, cells in self._table.lines():
            self.total += 1
            for place in self._places:
                if place < len(cells) and cells[place]:
                    yield cells[place].upper()
