"""Letters to read on the screen: their text, and one with sample values."""

import io
from collections.abc import Iterator
from dataclasses import dataclass

import docx
from docx.blkcntnr import BlockItemContainer
from docx.table import Table, _Cell

from ..models import Attachment
from .documents import compiled


@dataclass(frozen=True)
class LetterText:
    """What a letter says, line by line; the cells of a table row share a line."""

    header: list[str]
    body: list[str]
    footer: list[str]


def text_of(letter: bytes) -> LetterText:
    """Return the text of a Word document."""
    document = docx.Document(io.BytesIO(letter))
    section = document.sections[0]
    return LetterText(
        header=list(_lines(section.header)),
        body=list(_lines(document._body)),
        footer=list(_lines(section.footer)),
    )


def sample_letter(document: Attachment) -> bytes:
    """Return the letter with the samples of every merge field and list."""
    return compiled(document).sample_letter()


def _lines(container: BlockItemContainer) -> Iterator[str]:
    for block in container.iter_inner_content():
        if isinstance(block, Table):
            for row in block.rows:
                # As they stand: what Word makes of cells that are merged badly, or
                # of rows that are too short, is not for us to say.
                cells = (_Cell(cell, block) for cell in row._tr.tc_lst)
                yield "\t".join(cell.text for cell in cells)
        else:
            yield block.text
