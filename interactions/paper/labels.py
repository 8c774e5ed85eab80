"""Labels: sheet after sheet, in type that fits."""

from collections.abc import Iterable
from typing import BinaryIO

from reportlab.lib.units import mm

from .canvas import Paper
from .fonts import fitting_size, missing_letters, printable
from .piece import Left, OnPiece, Piece, Printed
from .sheets import LabelSheet

PAD_ACROSS = 4.0
PAD_DOWN = 2.0
MOST = 11.0
LEAST = 6.0


def label_size(sheet: LabelSheet, lines: tuple[str, ...]) -> float | None:
    """Return the size of type that these lines have on a label, None: none fits."""
    return fitting_size(
        lines,
        width_of=(sheet.width - 2 * PAD_ACROSS) * mm,
        height=(sheet.height - 2 * PAD_DOWN) * mm,
        most=MOST,
        least=LEAST,
    )


def cleaned(piece: Piece, printed: Printed) -> tuple[str, ...] | None:
    """Return the lines as they are printed, None where the font lacks a letter."""
    lines = tuple(map(printable, piece.lines))
    if missing_letters("".join(lines)):
        printed.leave(piece.key, Left.LETTERS)
        return None
    return lines


def write_labels(
    pieces: Iterable[Piece],
    out: BinaryIO,
    *,
    sheet: LabelSheet,
    first: int = 1,
    title: str,
    printed: Printed | None = None,
    progress: OnPiece | None = None,
) -> Printed:
    """Write a label per piece from position `first` of the first sheet on.

    What does not fit in type of 6 points is left out, and what the font has no letters
    for: both are noted in `printed`, which is returned.
    """
    printed = printed or Printed()
    paper = Paper(out, width=sheet.page_width, height=sheet.page_height, title=title)
    position = first - 1
    for number, piece in enumerate(pieces, start=1):
        if progress:
            progress(number)
        lines = cleaned(piece, printed)
        if lines is None:
            continue
        size = label_size(sheet, lines)
        if size is None:
            printed.leave(piece.key, Left.TOO_LONG)
            continue
        if position == sheet.labels:
            paper.end_page()
            position = 0
        left, top = sheet.place(position)
        paper.lines(lines, left=left + PAD_ACROSS, top=top + PAD_DOWN, size=size)
        printed.pieces += 1
        position += 1
    paper.end_page()
    paper.close()
    printed.pages = paper.pages
    return printed
