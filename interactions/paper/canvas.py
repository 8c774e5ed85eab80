"""Drawing on pages, in millimetres from the top left corner."""

from collections.abc import Sequence
from typing import BinaryIO

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from .fonts import LEADING, PLAIN, face


class Paper:
    """A PDF being drawn page by page; it is whole after `close`.

    The same drawing gives the same bytes: no time and no path is in it.
    """

    def __init__(
        self, out: BinaryIO, *, width: float, height: float, title: str
    ) -> None:
        self.width = width
        self.height = height
        self.pages = 0
        self._canvas = Canvas(
            out, pagesize=(width * mm, height * mm), pageCompression=1, invariant=1
        )
        self._canvas.setTitle(title)
        self._canvas.setCreator("")
        self._canvas.setProducer("Segments")

    def lines(
        self,
        lines: Sequence[str],
        *,
        left: float,
        top: float,
        size: float,
        font: str = PLAIN,
    ) -> None:
        """Write lines below each other; `size` is that of the type, in points."""
        face(font)
        text = self._canvas.beginText(
            left * mm, (self.height - top) * mm - size * LEADING * 0.8
        )
        text.setFont(font, size, leading=size * LEADING)
        for line in lines:
            text.textLine(line)
        self._canvas.drawText(text)

    def rule(self, *, left: float, top: float, length: float) -> None:
        """Draw a thin line."""
        self._canvas.setLineWidth(0.4)
        y = (self.height - top) * mm
        self._canvas.line(left * mm, y, (left + length) * mm, y)

    def box(self, *, left: float, top: float, side: float, crossed: bool) -> None:
        """Draw a square to tick."""
        x, y = left * mm, (self.height - top - side) * mm
        self._canvas.setLineWidth(0.8)
        self._canvas.rect(x, y, side * mm, side * mm)
        if crossed:
            self._canvas.line(x, y, x + side * mm, y + side * mm)
            self._canvas.line(x, y + side * mm, x + side * mm, y)

    def end_page(self) -> None:
        self._canvas.showPage()
        self.pages += 1

    def close(self) -> None:
        """Write the file."""
        self._canvas.save()
