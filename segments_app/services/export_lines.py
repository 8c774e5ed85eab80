"""Lines of a segment as a file: CSV that is streamed, or a spreadsheet.

Both read the lines a thousand at a time, so memory does not grow with the segment.
"""

from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from contacts.batches import key_batches
from contacts.spreadsheets import LAST_ROW_OF_EXCEL, csv_lines, write_workbook

from ..models.line_columns import LineColumn
from ..models.querysets import SegmentLineQuerySet
from .errors import SegmentError
from .shown_lines import shown_lines


class TooManyRows(SegmentError):
    """More lines than a spreadsheet can hold."""


def export_csv(
    *, lines: SegmentLineQuerySet, columns: Sequence[LineColumn]
) -> Iterator[str]:
    """Yield the lines in their order as CSV, with the headings first."""
    return csv_lines(_headings(columns), _rows(lines, columns))


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
    write_workbook(_headings(columns), _rows(lines, columns), out)


def _headings(columns: Sequence[LineColumn]) -> list[str]:
    return [str(column.label) for column in columns]


def _rows(
    lines: SegmentLineQuerySet, columns: Sequence[LineColumn]
) -> Iterator[list[Any]]:
    """Yield the values of the lines, read a batch at a time.

    The keys are read once, so a file has nobody twice whatever happens meanwhile.
    """
    for batch in key_batches(lines):
        for shown in shown_lines(batch, columns):
            yield [cell.value for cell in shown.cells]
