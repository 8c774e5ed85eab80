"""Cover sheets: who sends it to whom, some lines, and what is asked of them."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from reportlab.lib.units import mm

from .canvas import Paper
from .fonts import BOLD, fitting_size, printable, shortened
from .labels import cleaned
from .piece import Left, OnPiece, Piece, Printed

LEFT = 22.0
WIDTH = 166.0
LINE = 7.0
BOTTOM = 275.0
BATCH = 200


@dataclass(frozen=True)
class Cover:
    """What all cover sheets say: our own lines, the date, notes, remarks to tick.

    `remarks` are texts, each with whether it is ticked; `comments_of` returns the
    lines of comment on each of some pieces, by their keys.
    """

    title: str
    own: Sequence[str]
    date: str
    notes: Sequence[str] = ()
    remarks: Sequence[tuple[str, bool]] = ()
    heading_of_comments: str = ""
    comments_of: Callable[[list[Piece]], Mapping[int, Sequence[str]]] | None = None


def write_covers(
    pieces: Iterable[Piece],
    out: BinaryIO,
    *,
    cover: Cover,
    title: str,
    printed: Printed | None = None,
    progress: OnPiece | None = None,
) -> Printed:
    """Write an A4 page per piece, with the address where a window shows it."""
    printed = printed or Printed()
    paper = Paper(out, width=210.0, height=297.0, title=title)
    for number, (piece, comments) in enumerate(_commented(pieces, cover), start=1):
        if progress:
            progress(number)
        lines = cleaned(piece, printed)
        if lines is None:
            continue
        size = fitting_size(
            lines, width_of=85 * mm, height=38 * mm, most=11.0, least=7.0
        )
        if size is None:
            printed.leave(piece.key, Left.TOO_LONG)
            continue
        paper.lines(lines, left=LEFT, top=50.0, size=size)
        _rest(paper, cover, comments)
        paper.end_page()
        printed.pieces += 1
    if not paper.pages:
        paper.end_page()
    paper.close()
    printed.pages = paper.pages
    return printed


def _commented(
    pieces: Iterable[Piece], cover: Cover
) -> Iterator[tuple[Piece, Sequence[str]]]:
    """Each piece with its comments, asked for some hundred pieces at a time."""
    source = iter(pieces)
    while batch := list(islice(source, BATCH)):
        found = cover.comments_of(batch) if cover.comments_of else {}
        for piece in batch:
            yield piece, found.get(piece.key, ())


def _rest(paper: Paper, cover: Cover, comments: Sequence[str]) -> None:
    own = [_line(line, 9.0, 70.0) for line in cover.own]
    paper.lines(own, left=120.0, top=15.0, size=9.0)
    paper.lines([cover.date], left=120.0, top=95.0, size=10.0)
    paper.lines([cover.title], left=LEFT, top=95.0, size=16.0, font=BOLD)
    top = 112.0
    for note in cover.notes:
        paper.lines([_line(note, 11.0, WIDTH)], left=LEFT, top=top, size=11.0)
        top += LINE
    top += LINE if cover.notes else 0
    for text, ticked in cover.remarks:
        paper.box(left=LEFT, top=top, side=4.0, crossed=ticked)
        shown = _line(text, 11.0, WIDTH - 8)
        paper.lines([shown], left=LEFT + 8, top=top - 0.4, size=11.0)
        top += LINE
    if not comments:
        return
    top += LINE
    paper.lines([cover.heading_of_comments], left=LEFT, top=top, size=11.0, font=BOLD)
    for comment in comments:
        top += LINE
        if top > BOTTOM:
            return
        paper.lines([_line(comment, 10.0, WIDTH)], left=LEFT, top=top, size=10.0)


def _line(text: str, size: float, most: float) -> str:
    return shortened(printable(text), size, most * mm)
