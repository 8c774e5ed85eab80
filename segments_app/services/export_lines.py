"""Lines of a segment as a file: CSV that is streamed, or a spreadsheet.

Both read the lines a thousand at a time, so memory does not grow with the segment. A
text that a spreadsheet would take for a formula stays a text.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

import xlsxwriter
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from ..models.line_columns import LineColumn
from ..models.querysets import SegmentLineQuerySet
from .errors import SegmentError
from .shown_lines import shown_lines, value_in_words

AT_ONCE = 1_000
BOM = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
LAST_ROW_OF_EXCEL = 1_048_576


class TooManyRows(SegmentError):
    """More lines than a spreadsheet can hold."""


def export_csv(
    *, lines: SegmentLineQuerySet, columns: Sequence[LineColumn]
) -> Iterator[str]:
    """Yield the lines in their order as CSV, with the headings first.

    It begins with a byte order mark, and the separator and the decimal mark are those
    of the reader's language, so that Excel opens it as it is. A text that begins like
    a formula gets an apostrophe before it.
    """
    comma = str(get_format("DECIMAL_SEPARATOR"))
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if comma == "," else ",")
    writer.writerow([_harmless(str(column.label)) for column in columns])
    yield BOM + _taken(buffer)
    for rows in _rows(lines, columns):
        writer.writerows([_in_csv(value, comma) for value in row] for row in rows)
        yield _taken(buffer)


def export_xlsx(
    *,
    lines: SegmentLineQuerySet,
    columns: Sequence[LineColumn],
    count: int,
    out: BinaryIO,
) -> None:
    """Write the lines in their order into `out` as a spreadsheet.

    `count` is how many there are at most. Raises TooManyRows.
    """
    if count >= LAST_ROW_OF_EXCEL:
        raise TooManyRows(
            _("A spreadsheet cannot hold that many lines. Take them out as CSV.")
        )
    # Rows go to a file as they come; texts are neither formulas nor links.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(out, options)
    bold = book.add_format({"bold": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    money = book.add_format({"num_format": "#,##0.00"})
    text = book.add_format({"quote_prefix": True})
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, str(column.label), bold)
    number = 0
    for rows in _rows(lines, columns):
        for row in rows:
            number += 1
            for place, value in enumerate(row):
                if isinstance(value, Decimal):
                    sheet.write_number(number, place, float(value), money)
                elif isinstance(value, date):
                    sheet.write_datetime(number, place, value, day)
                elif isinstance(value, int) and not isinstance(value, bool):
                    sheet.write_number(number, place, value)
                elif value not in (None, ""):
                    said = value_in_words(value)
                    marked = text if said.startswith(FORMULA_STARTS) else None
                    sheet.write_string(number, place, said, marked)
    book.close()


def _rows(
    lines: SegmentLineQuerySet, columns: Sequence[LineColumn]
) -> Iterator[list[list[Any]]]:
    """Yield the values of the lines, a batch at a time.

    The keys are read once, so a file has nobody twice whatever happens meanwhile.
    """
    keys = lines.values_list("pk", flat=True).iterator(chunk_size=AT_ONCE)
    for batch in _batches(keys):
        yield [
            [cell.value for cell in shown.cells]
            for shown in shown_lines(batch, columns)
        ]


def _batches(keys: Iterable[int]) -> Iterator[list[int]]:
    rest = iter(keys)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _in_csv(value: Any, comma: str) -> str:
    if isinstance(value, bool):
        return value_in_words(value)
    if isinstance(value, Decimal):
        return f"{value:.2f}".replace(".", comma)
    if isinstance(value, date):
        return value.isoformat()
    return _harmless("" if value is None else str(value))


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
