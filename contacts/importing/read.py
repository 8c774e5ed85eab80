"""A file -> lines of cells, whatever program wrote it.

Text is read line by line and a workbook of Excel row by row, however large the file is.
Other spreadsheets have to be unpacked as a whole, so they may only be so large.
"""

import codecs
import csv
import functools
import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import IO, Any, BinaryIO

from django.utils.translation import gettext as _
from openpyxl.utils import column_index_from_string
from python_calamine import CalamineError, CalamineWorkbook

from ..spreadsheets import as_typed
from .errors import ImportProblem
from .kept import KeptRows
from .workbook import (
    LONGEST_CELL,
    CellTooLong,
    Unreadable,
    Workbook,
    check_xml,
    is_workbook,
)

MAX_BYTES = 200 * 1024 * 1024
MAX_SHEET_BYTES = 50 * 1024 * 1024
MAX_UNPACKED_BYTES = 500 * 1024 * 1024
MAX_COLUMNS = 500
CHUNK = 1024 * 1024
PIECE = 64 * 1024

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOKS = (_ZIP, _OLE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Put behind the last line: swallowed by a cell whose quotation mark is never closed.
_END = "\x1e"
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})\d{1,7}"')
_LONGEST_CELL_TAG = 200

# What a damaged archive, sheet or workbook raises.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError),
    *(CalamineError, Unreadable),
)

# A line of the file where a row starts, and the cells of the row.
Line = tuple[int, list[str]]
# Opens the file anew, from its beginning.
Opener = Callable[[], BinaryIO]


@dataclass(frozen=True)
class Table:
    """The heading line and the rows below it; `lines` can be asked more than once."""

    header: tuple[str, ...]
    _source: "_Text | _Sheet" = field(repr=False)

    @property
    def is_workbook(self) -> bool:
        return isinstance(self._source, _Sheet)

    def lines(self) -> Iterator[Line]:
        """Yield the rows that have anything in them, with their line numbers."""
        filled = _filled(self._source)
        next(filled)
        return filled


def read_table(data: bytes | Opener) -> Table:
    """Read a CSV file or a spreadsheet; raises ImportProblem if it is neither.

    `data` are the bytes, or what opens the file: then a text is never held as a whole.
    """
    opened = functools.partial(io.BytesIO, data) if isinstance(data, bytes) else data
    with opened() as file:
        start = file.read(len(_OLE))
        size = file.seek(0, io.SEEK_END)
    is_sheet = start.startswith(WORKBOOKS)
    check_size(size, is_workbook=is_sheet)
    source = _Sheet(opened) if is_sheet else _text(opened)
    first = next(_filled(source), None)
    if first is None:
        raise ImportProblem(_("The file is empty."))
    header = tuple(first[1])
    if len(header) > MAX_COLUMNS:
        raise ImportProblem(
            _("The file has more than %(columns)s columns.") % {"columns": MAX_COLUMNS}
        )
    return Table(header, source)


def check_size(size: int, *, is_workbook: bool) -> None:
    """Raise ImportProblem for a file of so many bytes that nobody should read it."""
    if is_workbook and size > MAX_SHEET_BYTES:
        raise ImportProblem(
            _(
                "The spreadsheet is larger than %(size)s MB. Save it as CSV, which may "
                "have %(csv)s MB, or in parts."
            )
            % {"size": MAX_SHEET_BYTES >> 20, "csv": MAX_BYTES >> 20}
        )
    if size > MAX_BYTES:
        raise ImportProblem(
            _("The file is larger than %(size)s MB. Import it in parts.")
            % {"size": MAX_BYTES >> 20}
        )


def _filled(source: "_Text | _Sheet") -> Iterator[Line]:
    for line, cells in source.rows():
        trimmed = [cell.strip() for cell in cells]
        if any(trimmed):
            yield line, trimmed


# --- text ----------------------------------------


@dataclass(frozen=True)
class _Text:
    opened: Opener
    encoding: str
    delimiter: str

    def rows(self) -> Iterator[Line]:
        with io.TextIOWrapper(self.opened(), self.encoding, newline="") as text:
            yield from self._rows(itertools.chain(text, [_END]))

    def _rows(self, lines: Iterator[str]) -> Iterator[Line]:
        reader = csv.reader(lines, delimiter=self.delimiter)
        line = 1
        try:
            for cells in reader:
                if cells == [_END]:
                    return
                if cells and cells[-1].endswith(_END):
                    raise ImportProblem(
                        _("The quotation mark opened on line %(line)s is never closed.")
                        % {"line": line}
                    )
                yield line, [as_typed(cell) for cell in cells]
                line = reader.line_num + 1
        except csv.Error as error:
            raise ImportProblem(
                _(
                    "A cell on line %(line)s has more than %(most)s characters: most "
                    "likely a quotation mark is missing there. Mend that line."
                )
                % {"line": line, "most": f"{csv.field_size_limit():,}"}
            ) from error


def _text(opened: Opener) -> _Text:
    """Find out how the text is written, in one pass over the file."""
    with opened() as file:
        sample = file.read(4096)
    for encoding in _encodings(sample):
        try:
            odd = [_NOT_TEXT.search(piece) for piece in _decoded(opened, encoding)]
        except UnicodeDecodeError:
            continue
        if any(odd):
            raise ImportProblem(
                _(
                    "The file is neither a CSV file nor a spreadsheet. Save your "
                    "table as one of them and choose that file."
                )
            )
        return _Text(opened, encoding, _delimiter(_head(opened, encoding)))
    raise ImportProblem(
        _(
            "The file is not text in UTF-8, UTF-16 or Windows-1252, nor a spreadsheet. "
            "Save it as CSV in UTF-8, or as .xlsx."
        )
    )


def _decoded(opened: Opener, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)()
    with opened() as file:
        while chunk := file.read(CHUNK):
            yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _encodings(sample: bytes) -> Sequence[str]:
    """By byte order mark, else UTF-16 by its zeros, UTF-8, Windows-1252."""
    for mark, encoding in _BOMS:
        if sample.startswith(mark):
            return (encoding,)
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 > len(sample):
        return ("utf-16-be",) if even > odd else ("utf-16-le",)
    return ("utf-8", "cp1252")


def _head(opened: Opener, encoding: str) -> str:
    """The first line that has anything in it, as far as a heading line can go."""
    with io.TextIOWrapper(opened(), encoding, newline="") as text:
        return text.read(CHUNK)


def _delimiter(text: str) -> str:
    """The delimiter that cuts the heading line into most cells; a comma if none."""
    head = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    outside_quotes = re.sub(r'"[^"]*"', "", head)
    return max(",;\t|", key=lambda mark: (outside_quotes.count(mark), mark == ","))


# --- spreadsheets ----------------------------------------


class _Sheet:
    """The first sheet of a workbook that has anything in it.

    What Excel writes today is read row by row, and as that takes long, what one pass
    over all rows has read is kept for the next. Older and other workbooks are held as a
    whole.
    """

    def __init__(self, opened: Opener) -> None:
        self._opened = opened
        self._rows: Callable[[], Iterator[Line]]
        self._kept: KeptRows | None = None
        self._width = 0
        with _said_clearly(), opened() as file:
            if file.read(len(_ZIP)) == _ZIP:
                with zipfile.ZipFile(file) as archive:
                    widths = _check_archive(archive)
                    if is_workbook(archive):
                        self._read_by_row(file, archive, widths)
                        return
            file.seek(0)
            self._read_whole(file)

    def rows(self) -> Iterator[Line]:
        with _said_clearly():
            yield from self._rows()

    def _read_by_row(
        self, file: BinaryIO, archive: zipfile.ZipFile, widths: dict[str, int]
    ) -> None:
        self._book = Workbook(file)
        for sheet in self._book.sheets:
            rows = self._book.rows(archive, sheet)
            if any(any(cell is not None for cell in cells) for _line, cells in rows):
                self._rows = functools.partial(self._stream, sheet)
                self._width = widths.get(sheet, 0)
                return
        raise ImportProblem(_("The file is empty."))

    def _stream(self, sheet: str) -> Iterator[Line]:
        if self._kept is not None:
            yield from self._kept
            return
        kept = KeptRows()
        with self._opened() as file, zipfile.ZipFile(file) as archive:
            for line, cells in self._book.rows(archive, sheet):
                said = _in_words(cells)
                said += [""] * (self._width - len(said))
                kept.add(line, said)
                yield line, said
        self._kept = kept

    def _read_whole(self, file: BinaryIO) -> None:
        workbook = CalamineWorkbook.from_filelike(file)
        sheets = map(workbook.get_sheet_by_name, workbook.sheet_names)
        sheet = next((sheet for sheet in sheets if sheet.total_height), None)
        if sheet is None:
            raise ImportProblem(_("The file is empty."))
        self._rows = lambda: enumerate(map(_in_words, sheet.iter_rows()), start=1)


@contextmanager
def _said_clearly() -> Iterator[None]:
    """Say what stands in the way of a workbook in words of our own."""
    try:
        yield
    except CellTooLong as error:
        raise ImportProblem(
            _(
                "A cell on line %(line)s of the spreadsheet has more than %(most)s "
                "characters. Shorten it."
            )
            % {"line": error.line, "most": f"{LONGEST_CELL:,}"}
        ) from error
    except _UNREADABLE as error:
        raise ImportProblem(
            _(
                "The file cannot be read as a spreadsheet: it is damaged, has a "
                "password, or is something else. Open it in a spreadsheet program, "
                "save it as .xlsx or CSV without a password, and choose that file."
            )
        ) from error


def _check_archive(archive: zipfile.ZipFile) -> dict[str, int]:
    """Refuse what would unpack to more than the machine can hold.

    Every member is read once: one that is longer than it says is found out here.
    Returns by its name how many columns each sheet has.
    """
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
        raise ImportProblem(
            _(
                "The spreadsheet is larger than %(size)s MB when unpacked. Save it as "
                "CSV, or in parts."
            )
            % {"size": MAX_UNPACKED_BYTES >> 20}
        )
    widths = {}
    for member in members:
        with archive.open(member) as start:
            check_xml(start, member.filename)
        with archive.open(member) as unpacked:
            widths[member.filename] = _width(unpacked)
    return widths


def _width(unpacked: IO[bytes]) -> int:
    """Return how many columns a sheet has; refuse one that has too many."""
    width = 0
    rest = b""
    while chunk := unpacked.read(PIECE):
        for letters in set(_CELL.findall(rest + chunk)):
            place = column_index_from_string(letters.decode())
            if place > MAX_COLUMNS:
                raise ImportProblem(
                    _(
                        "The spreadsheet has something in column %(column)s; at most "
                        "%(columns)s columns can be read."
                    )
                    % {"column": letters.decode(), "columns": MAX_COLUMNS}
                )
            width = max(width, place)
        rest = chunk[-_LONGEST_CELL_TAG:]
    return width


def _in_words(cells: Iterable[Any]) -> list[str]:
    return ["" if value is None else _cell(value) for value in cells]


def _cell(value: Any) -> str:
    """A cell as somebody reads it: no `.0` on whole numbers, dates as ISO."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
