"""Tables as files that a spreadsheet opens: CSV that is streamed, or a workbook.

Both take the rows as they come, so memory does not grow with the file. A text that a
spreadsheet would take for a formula stays a text, and `as_typed` gives it back as it
was: what is taken out can be taken in again unchanged.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, BinaryIO, TextIO

import xlsxwriter
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from .batches import ROWS_AT_ONCE

BOM = "\ufeff"
LAST_ROW_OF_EXCEL = 1_048_576
_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")

Rows = Iterable[Sequence[Any]]


def harmless(text: str) -> str:
    """Put an apostrophe before a text that begins like a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def as_typed(text: str) -> str:
    """Take away the apostrophe that `harmless` puts."""
    return text[1:] if text[:1] == "'" and _FORMULA.match(text) else text


def say_cell(value: Any) -> str:
    """A value as a cell says it where it is a text."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


def csv_lines(header: Sequence[Any], rows: Rows) -> Iterator[str]:
    """Yield a table as CSV: the headings, then many lines at a time."""
    buffer = io.StringIO()
    writer = CsvWriter(header, buffer)
    yield _taken(buffer)
    for number, row in enumerate(rows, start=1):
        writer.add(row)
        if number % ROWS_AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


class CsvWriter:
    """Writes a table into `out` as CSV.

    It begins with a byte order mark, and the separator and the decimal mark are those
    of the reader's language, so that Excel opens it as it is.
    """

    def __init__(self, header: Sequence[Any], out: TextIO) -> None:
        self._comma = str(get_format("DECIMAL_SEPARATOR"))
        delimiter = ";" if self._comma == "," else ","
        self._writer = csv.writer(out, delimiter=delimiter)
        out.write(BOM)
        self._writer.writerow([harmless(str(heading)) for heading in header])

    def add(self, row: Sequence[Any]) -> None:
        self._writer.writerow([_in_csv(value, self._comma) for value in row])


class WorkbookWriter:
    """Writes a table into `out` as a spreadsheet, to be closed at the end."""

    def __init__(self, header: Sequence[Any], out: BinaryIO) -> None:
        # Rows go to a file as they come; texts are neither formulas nor links.
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self._book = xlsxwriter.Workbook(out, options)
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._text = self._book.add_format({"quote_prefix": True})
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._line = 0
        bold = self._book.add_format({"bold": True})
        for place, heading in enumerate(header):
            self._sheet.write_string(0, place, str(heading), bold)

    def add(self, row: Sequence[Any]) -> None:
        self._line += 1
        for place, value in enumerate(row):
            where = self._line, place
            if isinstance(value, Decimal):
                self._sheet.write_number(*where, float(value), self._money)
            elif isinstance(value, date):
                self._sheet.write_datetime(*where, value, self._day)
            elif isinstance(value, int) and not isinstance(value, bool):
                self._sheet.write_number(*where, value)
            elif value not in (None, ""):
                said = say_cell(value)
                marked = self._text if _FORMULA.match(said) else None
                self._sheet.write_string(*where, said, marked)

    def close(self) -> None:
        self._book.close()


def write_workbook(header: Sequence[Any], rows: Rows, out: BinaryIO) -> None:
    """Write a whole table into `out` as a spreadsheet."""
    writer = WorkbookWriter(header, out)
    for row in rows:
        writer.add(row)
    writer.close()


def _in_csv(value: Any, comma: str) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", comma)
    if isinstance(value, date):
        return value.isoformat()
    return harmless(say_cell(value))


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
