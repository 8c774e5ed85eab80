"""What letters are written as. A kind of file is one writer.

A writer takes letters as they come and holds few of them: `together` writes one
file with all of them, `apart` adds a file for each to an archive, `sheet` makes the
page that lies before a bundle. How far it is, and what it cannot make, it tells a
`Watch`.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import BinaryIO, Protocol

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from ...merge import LetterArchive
from ...models import Attachment
from .letters import Letter
from .output import DOCX, PDF
from .pdf import PdfWriter
from .template import template_of
from .watch import Watch


class Writer(Protocol):
    """Writes letters as one kind of file."""

    suffix: str

    def together(
        self,
        document: Attachment,
        letters: Iterable[Letter],
        out: BinaryIO,
        watch: Watch,
    ) -> None:
        """Write one file with these letters of one document."""

    def apart(
        self, letters: Iterable[Letter], archive: LetterArchive, watch: Watch
    ) -> None:
        """Add one file per letter."""

    def sheet(self, title: str, lines: Iterable[str]) -> bytes:
        """Return a page that says what follows."""


class DocxWriter:
    """Word documents."""

    suffix = ".docx"

    def together(
        self,
        document: Attachment,
        letters: Iterable[Letter],
        out: BinaryIO,
        watch: Watch,
    ) -> None:
        records = (letter.record for letter in watch.passing(letters))
        template_of(document).merge_document(records, out)

    def apart(
        self, letters: Iterable[Letter], archive: LetterArchive, watch: Watch
    ) -> None:
        passing = watch.passing(letters)
        for document, these in groupby(passing, key=lambda letter: letter.document):
            archive.add_letters(template_of(document), _named(these))

    def sheet(self, title: str, lines: Iterable[str]) -> bytes:
        page = docx.Document()
        heading = page.add_paragraph()
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        heading.paragraph_format.space_before = Pt(200)
        heading.add_run(title).font.size = Pt(48)
        for line in lines:
            said = page.add_paragraph()
            said.alignment = WD_ALIGN_PARAGRAPH.CENTER
            said.add_run(line).font.size = Pt(20)
        out = io.BytesIO()
        page.save(out)
        return out.getvalue()


def _named(letters: Iterable[Letter]) -> Iterator[tuple[str, dict[str, str]]]:
    return ((letter.name, letter.record) for letter in letters)


WRITERS: dict[str, Writer] = {DOCX: DocxWriter(), PDF: PdfWriter()}
