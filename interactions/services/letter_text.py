"""What a letter says, for reading on a page instead of in Word."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx
from docx.table import Table


@dataclass(frozen=True)
class LetterText:
    """The paragraphs of a letter; pictures and text boxes are left to Word."""

    header: tuple[str, ...]
    body: tuple[str, ...]
    footer: tuple[str, ...]


def text_of_letter(data: bytes) -> LetterText:
    """Read the text of a Word document, paragraph by paragraph, in its order."""
    document = docx.Document(io.BytesIO(data))
    first = document.sections[0]
    return LetterText(
        header=tuple(_paragraphs(first.header)),
        body=tuple(_paragraphs(document)),
        footer=tuple(_paragraphs(first.footer)),
    )


def _paragraphs(part: Any) -> Iterator[str]:
    for block in part.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                cells = (cell.text.strip() for cell in row.cells)
                yield "  |  ".join(cells)
        elif block.text.strip():
            yield block.text.strip()
