"""Envelopes: an address per page, at its place or behind the window."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from reportlab.lib.units import mm

from .canvas import Paper
from .fonts import LEADING, fitting_size, printable, shortened
from .labels import cleaned
from .piece import Left, OnPiece, Piece, Printed

MARGIN = 10.0
WINDOW_LEFT = 20.0
WINDOW_WIDTH = 90.0
WINDOW_HEIGHT = 45.0
SENDER_SIZE = 8.0
SMALL_SIZE = 6.5
MOST = 12.0
LEAST = 7.0


@dataclass(frozen=True)
class Envelope:
    """An envelope: its size, and how far its window is from the lower edge, in mm."""

    name: str
    width: float
    height: float
    window_bottom: float


ENVELOPES = {
    envelope.name: envelope
    for envelope in (
        Envelope("DL", 220.0, 110.0, 15.0),
        Envelope("C5", 229.0, 162.0, 60.0),
        Envelope("C6", 162.0, 114.0, 15.0),
    )
}


def write_envelopes(
    pieces: Iterable[Piece],
    out: BinaryIO,
    *,
    envelope: Envelope,
    sender: Sequence[str],
    window: bool,
    title: str,
    printed: Printed | None = None,
    progress: OnPiece | None = None,
) -> Printed:
    """Write an envelope per piece, with our own address where there is one.

    It stands at the top left; with `window` in one small line above the address, both
    where the window is.
    """
    printed = printed or Printed()
    paper = Paper(out, width=envelope.width, height=envelope.height, title=title)
    own = [printable(line) for line in sender if line]
    for number, piece in enumerate(pieces, start=1):
        if progress:
            progress(number)
        lines = cleaned(piece, printed)
        if lines is None:
            continue
        drawn = (_at_window if window else _printed)(paper, envelope, own, lines)
        if not drawn:
            printed.leave(piece.key, Left.TOO_LONG)
            continue
        paper.end_page()
        printed.pieces += 1
    if not paper.pages:
        paper.end_page()
    paper.close()
    printed.pages = paper.pages
    return printed


def _printed(
    paper: Paper, envelope: Envelope, own: list[str], lines: tuple[str, ...]
) -> bool:
    left, top = envelope.width * 0.45, envelope.height * 0.48
    size = _size(lines, envelope.width - left - MARGIN, envelope.height - top - MARGIN)
    if size is None:
        return False
    paper.lines(own, left=MARGIN, top=MARGIN, size=SENDER_SIZE)
    paper.lines(lines, left=left, top=top, size=size)
    return True


def _at_window(
    paper: Paper, envelope: Envelope, own: list[str], lines: tuple[str, ...]
) -> bool:
    top = envelope.height - envelope.window_bottom - WINDOW_HEIGHT + 3
    left, width = WINDOW_LEFT + 3, WINDOW_WIDTH - 6
    below = SMALL_SIZE * LEADING / mm + 2 if own else 0.0
    size = _size(lines, width, WINDOW_HEIGHT - 6 - below)
    if size is None:
        return False
    if own:
        line = shortened(" · ".join(own), SMALL_SIZE, width * mm)
        paper.lines([line], left=left, top=top, size=SMALL_SIZE)
        paper.rule(left=left, top=top + below - 1, length=width)
    paper.lines(lines, left=left, top=top + below, size=size)
    return True


def _size(lines: tuple[str, ...], width: float, height: float) -> float | None:
    return fitting_size(
        lines, width_of=width * mm, height=height * mm, most=MOST, least=LEAST
    )
