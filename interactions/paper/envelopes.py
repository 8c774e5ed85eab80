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
PAD = 3.0
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

    @property
    def window(self) -> tuple[float, float, float, float]:
        """Left, top, width and height of its window."""
        top = self.height - self.window_bottom - WINDOW_HEIGHT
        return WINDOW_LEFT, top, WINDOW_WIDTH, WINDOW_HEIGHT


@dataclass(frozen=True)
class Text:
    """Lines that stand together: where, in mm, and in type of how many points."""

    lines: Sequence[str]
    left: float
    top: float
    size: float


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
        placed = place_on(envelope, own, lines, window=window)
        if placed is None:
            printed.leave(piece.key, Left.TOO_LONG)
            continue
        for text in placed:
            paper.lines(text.lines, left=text.left, top=text.top, size=text.size)
        paper.end_page()
        printed.pieces += 1
    if not paper.pages:
        paper.end_page()
    paper.close()
    printed.pages = paper.pages
    return printed


def place_on(
    envelope: Envelope, own: Sequence[str], lines: tuple[str, ...], *, window: bool
) -> list[Text] | None:
    """Return our own address and this one in their places; None: it does not fit."""
    if window:
        return _at_window(envelope, own, lines)
    left, top = envelope.width * 0.45, envelope.height * 0.48
    size = _size(lines, envelope.width - left - MARGIN, envelope.height - top - MARGIN)
    if size is None:
        return None
    return [Text(own, MARGIN, MARGIN, SENDER_SIZE), Text(lines, left, top, size)]


def _at_window(
    envelope: Envelope, own: Sequence[str], lines: tuple[str, ...]
) -> list[Text] | None:
    left, top, width, height = envelope.window
    left, top, width, height = left + PAD, top + PAD, width - 2 * PAD, height - 2 * PAD
    below = SMALL_SIZE * LEADING / mm + 2 if own else 0.0
    size = _size(lines, width, height - below)
    if size is None:
        return None
    small = shortened(" · ".join(own), SMALL_SIZE, width * mm)
    return [Text([small], left, top, SMALL_SIZE), Text(lines, left, top + below, size)]


def _size(lines: tuple[str, ...], width: float, height: float) -> float | None:
    return fitting_size(
        lines, width_of=width * mm, height=height * mm, most=MOST, least=LEAST
    )
