"""Tables over as many pages as they need, each with the heading."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import BinaryIO

from reportlab.lib.units import mm

from .canvas import Paper
from .fonts import BOLD, PLAIN, printable, shortened, width
from .piece import OnPiece

PAGE = (297.0, 210.0)
MARGIN = 12.0
SIZE = 8.5
ROW = 5.0
GAP = 3.0


@dataclass(frozen=True)
class Column:
    """A column: its heading, its share of the width, and numbers to the right."""

    label: str
    share: float = 1.0
    number: bool = False


def write_table(
    rows: Iterable[Sequence[str]],
    out: BinaryIO,
    *,
    columns: Sequence[Column],
    title: str,
    subtitle: str = "",
    page_of: str,
    closing: Iterable[Sequence[str]] = (),
    progress: OnPiece | None = None,
) -> int:
    """Write rows of texts, lying A4, and return how many pages they take.

    What is too wide for its column is cut with an ellipsis. `page_of` is how a page
    is called, with one %s. `closing` rows are bold.
    """
    paper = Paper(out, width=PAGE[0], height=PAGE[1], title=title)
    places = _places(columns)
    top = _head(paper, columns, places, title, subtitle, page_of)
    for font, these in ((PLAIN, rows), (BOLD, closing)):
        for number, row in enumerate(these, start=1):
            if top + ROW > PAGE[1] - MARGIN:
                paper.end_page()
                top = _head(paper, columns, places, title, subtitle, page_of)
            _row(paper, row, columns, places, top, font)
            top += ROW
            if progress and font == PLAIN:
                progress(number)
    paper.end_page()
    paper.close()
    return paper.pages


def _places(columns: Sequence[Column]) -> list[tuple[float, float]]:
    """Left and width of each column."""
    whole = sum(column.share for column in columns)
    room = PAGE[0] - 2 * MARGIN - GAP * (len(columns) - 1)
    places, left = [], MARGIN
    for column in columns:
        wide = room * column.share / whole
        places.append((left, wide))
        left += wide + GAP
    return places


def _head(
    paper: Paper,
    columns: Sequence[Column],
    places: Sequence[tuple[float, float]],
    title: str,
    subtitle: str,
    page_of: str,
) -> float:
    """Draw what every page begins with and return where the rows begin."""
    paper.lines([title], left=MARGIN, top=MARGIN, size=13.0, font=BOLD)
    paper.lines([subtitle], left=MARGIN, top=MARGIN + 6.5, size=9.0)
    page = page_of % (paper.pages + 1)
    left = PAGE[0] - MARGIN - width(page, 9.0) / mm
    paper.lines([page], left=left, top=MARGIN, size=9.0)
    top = MARGIN + 14
    _row(paper, [column.label for column in columns], columns, places, top, BOLD)
    paper.rule(left=MARGIN, top=top + ROW, length=PAGE[0] - 2 * MARGIN)
    return top + ROW + 1


def _row(
    paper: Paper,
    row: Sequence[str],
    columns: Sequence[Column],
    places: Sequence[tuple[float, float]],
    top: float,
    font: str,
) -> None:
    for text, column, (left, wide) in zip(row, columns, places, strict=True):
        shown = shortened(printable(text), SIZE, wide * mm, font)
        start = left + wide - width(shown, SIZE, font) / mm if column.number else left
        paper.lines([shown], left=start, top=top, size=SIZE, font=font)
