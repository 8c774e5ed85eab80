"""Bytes of a file -> lines of cells, whatever program wrote them."""

import codecs
import csv
import io
import itertools
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from .errors import ImportProblem

MAX_BYTES = 200 * 1024 * 1024
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_COLUMNS = 500

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Put behind the last line: swallowed by a cell whose quotation mark is never closed.
_END = "\x1e"
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})\d')

# A line of the file where a row starts, and the cells of the row.
Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Table:
    """The heading line and the rows below it; `lines` can be asked more than once."""

    header: tuple[str, ...]
    _source: "_Text | _Sheet" = field(repr=False)

    def lines(self) -> Iterator[Line]:
        """Yield the rows that have anything in them, with their line numbers."""
        filled = _filled(self._source)
        next(filled)
        return filled


def read_table(data: bytes) -> Table:
    """Read a CSV file or a spreadsheet; raises ImportProblem if it is neither."""
    if len(data) > MAX_BYTES:
        raise ImportProblem(
            _("The file is larger than %(size)s MB.") % {"size": MAX_BYTES >> 20}
        )
    if not data.strip(b"\x00\t\r\n ,;|\xef\xbb\xbf\xff\xfe"):
        raise ImportProblem(_("The file is empty."))
    is_workbook = data.startswith((_ZIP, _OLE))
    source = _Sheet(data) if is_workbook else _text(data)
    first = next(_filled(source), None)
    if first is None:
        raise ImportProblem(_("The file is empty."))
    header = tuple(first[1])
    if len(header) > MAX_COLUMNS:
        raise ImportProblem(
            _("The file has more than %(columns)s columns.") % {"columns": MAX_COLUMNS}
        )
    return Table(header, source)


def _filled(source: "_Text | _Sheet") -> Iterator[Line]:
    for line, cells in source.rows():
        trimmed = [cell.strip() for cell in cells]
        if any(trimmed):
            yield line, trimmed


# --- text ----------------------------------------


@dataclass(frozen=True)
class _Text:
    text: str
    delimiter: str

    def rows(self) -> Iterator[Line]:
        lines = itertools.chain(io.StringIO(self.text, newline=""), [_END])
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
                yield line, cells
                line = reader.line_num + 1
        except csv.Error as error:
            raise ImportProblem(
                _("The file is not a table from line %(line)s on: %(error)s.")
                % {"line": line, "error": error}
            ) from error


def _text(data: bytes) -> _Text:
    text = _decode(data)
    if _NOT_TEXT.search(text):
        raise ImportProblem(_("The file is neither a CSV file nor a spreadsheet."))
    return _Text(text, _delimiter(text))


def _decode(data: bytes) -> str:
    """Decode by byte order mark, else UTF-16 by its zeros, UTF-8, Windows-1252."""
    for encoding in _encodings(data):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ImportProblem(
        _("The file is not text in UTF-8, UTF-16 or Windows-1252, nor a spreadsheet.")
    )


def _encodings(data: bytes) -> Sequence[str]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return (encoding,)
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 4 > len(sample):
        return ("utf-16-be",) if even > odd else ("utf-16-le",)
    return ("utf-8", "cp1252")


def _delimiter(text: str) -> str:
    """The delimiter that cuts the heading line into most cells; a comma if none."""
    head = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    outside_quotes = re.sub(r'"[^"]*"', "", head)
    return max(",;\t|", key=lambda mark: (outside_quotes.count(mark), mark == ","))


# --- spreadsheets ----------------------------------------


class _Sheet:
    """The first sheet of a workbook that has anything in it."""

    def __init__(self, data: bytes) -> None:
        if data.startswith(_ZIP):
            _check_archive(data)
        try:
            workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
            sheets = map(workbook.get_sheet_by_name, workbook.sheet_names)
            sheet = next((sheet for sheet in sheets if sheet.total_height), None)
        except CalamineError as error:
            raise ImportProblem(
                _("The file is not a spreadsheet that can be read: %(error)s.")
                % {"error": error}
            ) from error
        if sheet is None:
            raise ImportProblem(_("The file is empty."))
        self._sheet = sheet

    def rows(self) -> Iterator[Line]:
        # Leading empty rows are left out by the library; their number is kept.
        first = (self._sheet.start or (0, 0))[0] + 1
        for line, cells in enumerate(self._sheet.to_python(), start=first):
            yield line, [_cell(value) for value in cells]


def _check_archive(data: bytes) -> None:
    """Refuse what would unpack to more than the machine can hold.

    A sheet is held as a full rectangle, so one stray cell far to the right costs as
    much as a million filled ones.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
                raise ImportProblem(
                    _("The spreadsheet is larger than %(size)s MB when unpacked.")
                    % {"size": MAX_UNPACKED_BYTES >> 20}
                )
            for member in members:
                if re.match(r"xl/worksheets/[^/]+\.xml$", member.filename):
                    _check_width(archive.read(member))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise ImportProblem(
            _("The file is not a spreadsheet that can be read: %(error)s.")
            % {"error": error}
        ) from error


def _check_width(sheet: bytes) -> None:
    for column in set(_CELL.findall(sheet)):
        place = 0
        for letter in column:
            place = place * 26 + letter - 64
        if place > MAX_COLUMNS:
            raise ImportProblem(
                _(
                    "The spreadsheet has something in column %(column)s; at most "
                    "%(columns)s columns can be read."
                )
                % {"column": column.decode(), "columns": MAX_COLUMNS}
            )


def _cell(value: Any) -> str:
    """A cell as somebody reads it: no `.0` on whole numbers, dates as ISO."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
