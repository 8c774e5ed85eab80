"""The font of what is printed: Latin, Greek and Cyrillic letters, embedded."""

import functools
from importlib.resources import files

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

PLAIN = "OpenSans"
BOLD = "OpenSans-SemiBold"
FILES = {PLAIN: "OpenSans-Regular.ttf", BOLD: "OpenSans-SemiBold.ttf"}
LEADING = 1.25
# Marks of direction and joining, which have no shape.
INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")


@functools.cache
def face(name: str) -> TTFont:
    """Return a font, known to the writer of PDFs from then on."""
    font = TTFont(name, str(files("ttf_opensans") / "ttf" / FILES[name]))
    pdfmetrics.registerFont(font)
    return font


def missing_letters(text: str) -> str:
    """Return the letters of `text` that cannot be printed, each once."""
    known = face(PLAIN).face.charToGlyph
    return "".join(dict.fromkeys(c for c in text if ord(c) not in known))


def printable(text: str) -> str:
    """Return the text without what has no shape."""
    return "".join(c for c in text if c not in INVISIBLE and (c >= " "))


def width(text: str, size: float, name: str = PLAIN) -> float:
    """Return how wide a line is, in points."""
    return face(name).stringWidth(text, size)


def fitting_size(
    lines: tuple[str, ...], *, width_of: float, height: float, most: float, least: float
) -> float | None:
    """Return the largest size, in points, in which all lines fit; None below `least`.

    `width_of` and `height` of the box are points too.
    """
    longest = max((width(line, 1.0) for line in lines), default=0.0)
    by_width = width_of / longest if longest else most
    by_height = height / (LEADING * len(lines)) if lines else most
    size = min(most, by_width, by_height)
    return size if size >= least else None


def shortened(text: str, size: float, most: float, name: str = PLAIN) -> str:
    """Return the text, cut with an ellipsis where it is wider than `most` points."""
    if width(text, size, name) <= most:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if width(text[:middle] + "…", size, name) <= most:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + "…"
