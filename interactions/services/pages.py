"""How many pages a letter has, asked of LibreOffice where it is installed."""

import io

import pikepdf

from ..merge import compile_template
from .converting import office
from .letter_pdf import NoPdf, pdf_of


class PagesUncounted(Exception):
    """LibreOffice is not there, busy, too slow, or cannot read the letter."""


def can_count_pages() -> bool:
    """Whether LibreOffice is installed."""
    return office() is not None


def pages_of(document: bytes) -> int:
    """Return how many pages the letter has with sample values.

    For a document that was checked. It is converted as previews are, with their turns,
    limits and memory. Raises PagesUncounted.
    """
    try:
        made = pdf_of(compile_template(document).sample_letter())
        with pikepdf.open(io.BytesIO(made)) as pdf:
            return len(pdf.pages)
    except (NoPdf, pikepdf.PdfError) as error:
        raise PagesUncounted from error
