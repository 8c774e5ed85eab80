"""The refused rows of a file as a file of the same kind, to be mended and imported."""

import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ...importing import ContactFile
from ...spreadsheets import CsvWriter, write_workbook

REASON = _("Reason")


def write_refused(
    *, file: ContactFile, reasons: Mapping[int, str], count: int, out: BinaryIO
) -> None:
    """Write the rows of `file` that have a reason, by their line, into `out`.

    Why stands behind what the row has, under a heading that no import looks at; what
    an earlier refusal wrote there goes. `count` is how many were refused in all.
    """
    width = len(file.header)
    if file.header[-1] == str(REASON):
        width -= 1
    header = [*file.header[:width], str(REASON)]
    rows = _rows(file, width, reasons, count - len(reasons))
    if file.is_workbook:
        write_workbook(header, rows, out)
        return
    text = io.TextIOWrapper(out, "utf-8", newline="")
    writer = CsvWriter(header, text)
    for row in rows:
        writer.add(row)
    text.detach()


def _rows(
    file: ContactFile, width: int, reasons: Mapping[int, str], more: int
) -> Iterator[list[str]]:
    for line, cells in file.lines(reasons):
        said = gettext("Line %(line)s: %(reason)s") % {
            "line": line,
            "reason": reasons[line],
        }
        if more and line == max(reasons):
            said = f"{said} ({gettext('and %s more') % more})"
        padded = cells[:width] + [""] * (width - len(cells))
        yield [*padded, said, *cells[len(file.header) :]]
