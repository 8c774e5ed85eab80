"""The first page of labels, envelopes or cover sheets, to be drawn as SVG."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from interactions.paper import ENVELOPES, USUAL_SHEETS, Piece, Printed
from interactions.paper.envelopes import place_on
from interactions.paper.fonts import LEADING, width
from interactions.paper.labels import PAD_ACROSS, PAD_DOWN, cleaned, label_size

from ..services.print_paper import USUAL_SHEET, Asked, PaperKind, sender_lines, sheets

MM = 25.4 / 72


@dataclass(frozen=True)
class Line:
    """A line of type: where its base is, how large it is and how long, in mm.

    The browser has another font, and stretches it to the length that is printed.
    """

    text: str
    x: str
    y: str
    size: str
    length: str


@dataclass
class Page:
    """A page in mm: its labels as boxes, and what is written on it."""

    width: float
    height: float
    boxes: list[dict[str, str]] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)

    @property
    def view_box(self) -> str:
        return f"0 0 {self.width:g} {self.height:g}"

    def write(
        self, lines: Iterable[str], *, left: float, top: float, size: float
    ) -> None:
        """Add lines below each other; `size` in points."""
        step = size * LEADING * MM
        for number, text in enumerate(lines):
            y = top + step * (number + 0.8)
            places = (left, y, size * MM, width(text, size) * MM)
            self.lines.append(Line(text, *(f"{place:.2f}" for place in places)))

    def box(self, left: float, top: float, width: float, height: float) -> None:
        """Add the outline of a label or a window."""
        names = ("x", "y", "width", "height")
        sizes = (left, top, width, height)
        self.boxes.append(
            {name: f"{size:.2f}" for name, size in zip(names, sizes, strict=True)}
        )


def first_page(
    pieces: Iterable[Piece], asked: Asked, own: Mapping[str, str], printed: Printed
) -> Page | None:
    """Return the first page, None where it cannot be shown."""
    if asked.kind == PaperKind.LABELS:
        return _labels(pieces, asked, printed)
    if asked.kind == PaperKind.ENVELOPES:
        return _envelope(pieces, asked, own, printed)
    return None


def _labels(pieces: Iterable[Piece], asked: Asked, printed: Printed) -> Page:
    sheet = sheets().get(asked.sheet) or USUAL_SHEETS[USUAL_SHEET]
    page = Page(sheet.page_width, sheet.page_height)
    for position in range(sheet.labels):
        page.box(*sheet.place(position), sheet.width, sheet.height)
    position = min(asked.first, sheet.labels) - 1
    for piece in pieces:
        if position == sheet.labels:
            break
        lines = cleaned(piece, printed)
        size = label_size(sheet, lines) if lines else None
        if not lines or size is None:
            continue
        left, top = sheet.place(position)
        page.write(lines, left=left + PAD_ACROSS, top=top + PAD_DOWN, size=size)
        position += 1
    return page


def _envelope(
    pieces: Iterable[Piece], asked: Asked, own: Mapping[str, str], printed: Printed
) -> Page:
    envelope = ENVELOPES[asked.envelope]
    page = Page(envelope.width, envelope.height)
    sender = sender_lines(own) if asked.sender else []
    if asked.window:
        page.box(*envelope.window)
    for piece in pieces:
        lines = cleaned(piece, printed)
        placed = (
            place_on(envelope, sender, lines, window=asked.window) if lines else None
        )
        if placed:
            for text in placed:
                page.write(text.lines, left=text.left, top=text.top, size=text.size)
            break
    return page
