"""A sheet that lies before others and says what follows."""

import io
from collections.abc import Sequence

from reportlab.lib.units import mm

from .canvas import Paper
from .fonts import BOLD, PLAIN, printable, shortened, width

PAGE = (210.0, 297.0)
MOST = 180.0


def sheet_of_text(title: str, lines: Sequence[str]) -> bytes:
    """Return a page with a large title and lines below it, all centred."""
    out = io.BytesIO()
    paper = Paper(out, width=PAGE[0], height=PAGE[1], title=title)
    top = 90.0
    for text, size, font in (
        (title, 42.0, BOLD),
        *((line, 18.0, PLAIN) for line in lines),
    ):
        shown = shortened(printable(text), size, MOST * mm, font)
        left = (PAGE[0] - width(shown, size, font) / mm) / 2
        paper.lines([shown], left=left, top=top, size=size, font=font)
        top += size * 0.6
    paper.end_page()
    paper.close()
    return out.getvalue()
