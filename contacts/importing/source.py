"""A contact file that has been opened: checked, counted, ready to be read."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .errors import ImportProblem
from .headings import Columns, map_columns
from .read import Line, Table, read_table
from .rows import ContactRow, RefusedRow, RowCleaner


@dataclass(frozen=True)
class ContactFile:
    """What is known before the first row is taken.

    `numbers` are the contact numbers the file itself uses, so that none of them is
    given to another row.
    """

    columns: Columns
    header: tuple[str, ...]
    total: int
    numbers: frozenset[str]
    _table: Table = field(repr=False)
    _cleaner: RowCleaner = field(repr=False)

    @property
    def unmapped(self) -> tuple[str, ...]:
        return self.columns.unmapped

    def rows(self) -> Iterator[ContactRow | RefusedRow]:
        """Yield every row, cleaned or refused, in the order of the file."""
        width = len(self.header)
        for line, cells in self._table.lines():
            yield self._cleaner.clean(line, cells, width)

    def lines(self, wanted: Collection[int]) -> Iterator[Line]:
        """Yield the rows on these lines as they stand in the file."""
        return (line for line in self._table.lines() if line[0] in wanted)


def open_contact_file(
    data: bytes,
    *,
    mapping: Mapping[str, str] | None = None,
    constants: Mapping[str, str] | None = None,
) -> ContactFile:
    """Open a CSV file or a spreadsheet; raises ImportProblem if it cannot be used.

    `mapping` says by heading which field a column fills, `constants` what a field
    gets where a row has nothing.
    """
    table = read_table(data)
    columns = map_columns(table.header, mapping or {})
    cleaner = RowCleaner(columns, constants or {})
    place = columns.places.get("number")
    total = 0
    numbers = set()
    for _line, cells in table.lines():
        total += 1
        if place is not None and place < len(cells):
            numbers.add(cells[place].upper())
    if not total:
        raise ImportProblem(_("The file has headings but no rows."))
    return ContactFile(
        columns, table.header, total, frozenset(numbers - {""}), table, cleaner
    )
