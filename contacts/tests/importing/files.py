"""Contact files for tests."""

import io
from typing import Any

import openpyxl
import xlsxwriter


def csv(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """Return a text file with these lines."""
    return (end.join(lines) + end).encode(encoding)


def xlsx(*rows: list[Any], first_line: int = 1) -> bytes:
    """Return a spreadsheet with these rows."""
    book = openpyxl.Workbook()
    for line, row in enumerate(rows, start=first_line):
        for column, value in enumerate(row, start=1):
            book.active.cell(line, column, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_of_excel(*rows: list[str]) -> bytes:
    """Return a spreadsheet with its texts apart from its cells, as Excel has them."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            sheet.write_row(line, 0, row)
    return out.getvalue()
