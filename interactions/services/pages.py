"""How many pages a letter has, asked of LibreOffice where it is installed."""

from .checking import Stopped, confine
from .confined import PAGES, SAMPLE
from .converting import office
from .letter_pdf import NoPdf, pdf_of


class PagesUncounted(Exception):
    """LibreOffice is not there, busy, too slow, or cannot read the letter."""


def can_count_pages() -> bool:
    """Whether LibreOffice is installed."""
    return office() is not None


def pages_of(document: bytes) -> int:
    """Return how many pages the letter has with sample values.

    For a document that was checked. It is filled in and counted in bounded processes,
    and converted as previews are, with their turns, limits and memory. Raises
    PagesUncounted.
    """
    try:
        return int(confine(PAGES, pdf_of(confine(SAMPLE, document))))
    except (NoPdf, Stopped) as error:
        raise PagesUncounted from error
