"""Contact files for tests."""

import io
from typing import Any

import openpyxl


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
