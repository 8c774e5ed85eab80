"""What letters are written as. A kind of file is one writer.

A writer takes letters as they come and holds none of them: `together` writes one
file with all of them, `apart` adds a file for each to an archive, `sheet` makes the
page that lies before a bundle.
"""

import io
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import BinaryIO, Protocol

import docx
from django.utils.translation import gettext as _
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from ...merge import CompiledTemplate, LetterArchive, TemplateError
from ...models import Attachment
from ..documents import compiled
from .errors import LetterUnmade
from .letters import Letter


class Writer(Protocol):
    """Writes letters as one kind of file."""

    suffix: str

    def together(
        self, document: Attachment, letters: Iterable[Letter], out: BinaryIO
    ) -> int:
        """Write one file with these letters of one document; return how many."""

    def apart(self, letters: Iterable[Letter], archive: LetterArchive) -> int:
        """Add one file per letter and return how many."""

    def sheet(self, title: str, lines: Iterable[str]) -> bytes:
        """Return a page that says what follows."""


class DocxWriter:
    """Word documents."""

    suffix = ".docx"

    def together(
        self, document: Attachment, letters: Iterable[Letter], out: BinaryIO
    ) -> int:
        records = (letter.record for letter in letters)
        return self._template(document).merge_document(records, out)

    def apart(self, letters: Iterable[Letter], archive: LetterArchive) -> int:
        count = 0
        for document, these in groupby(letters, key=lambda letter: letter.document):
            named = _named(these)
            count += archive.add_letters(self._template(document), named)
        return count

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

    def _template(self, document: Attachment) -> CompiledTemplate:
        """Return the compiled template, or say which document it is that is broken."""
        try:
            return compiled(document)
        except TemplateError as error:
            said = f"{document.name}: {error}"
            raise LetterUnmade(_("The letter cannot be made: %s") % said) from error


def _named(letters: Iterable[Letter]) -> Iterator[tuple[str, dict[str, str]]]:
    return ((letter.name, letter.record) for letter in letters)


WRITERS: dict[str, Writer] = {"docx": DocxWriter()}
