"""Letters as PDF, converted by LibreOffice."""

import io
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import count, groupby
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.utils.translation import gettext as _

from ...merge import LetterArchive
from ...models import Attachment
from ...paper import sheet_of_text
from ...pdf import (
    Converted,
    OfficeBroken,
    Unmade,
    convert_letters,
    join,
    split,
)
from ..converting import office, why_no_pdf
from .errors import LetterUnmade
from .letters import Letter
from .template import template_of
from .watch import Watch


class PdfWriter:
    """PDFs. A letter that LibreOffice cannot convert is left out and told."""

    suffix = ".pdf"

    def together(
        self,
        document: Attachment,
        letters: Iterable[Letter],
        out: BinaryIO,
        watch: Watch,
    ) -> None:
        """Write one PDF, nothing where none can be converted. Raises LetterUnmade."""
        numbers = count()
        with tempfile.TemporaryDirectory(prefix="pdf-") as folder:
            parts = []
            for result in _converted(document, letters, watch):
                part = Path(folder) / f"{next(numbers)}.pdf"
                result.path.rename(part)
                parts.append(part)
                for _letter in result.letters:
                    watch.made()
            if parts:
                join(parts, out)

    def apart(
        self, letters: Iterable[Letter], archive: LetterArchive, watch: Watch
    ) -> None:
        for document, these in groupby(letters, key=lambda letter: letter.document):
            for result in _converted(document, these, watch):
                made = split(result.path, result.starts)
                for letter, pdf in zip(result.letters, made, strict=True):
                    archive.add_file(
                        io.BytesIO(pdf), name=letter.name, suffix=self.suffix
                    )
                    watch.made()

    def sheet(self, title: str, lines: Iterable[str]) -> bytes:
        return sheet_of_text(title, tuple(lines))


def _converted(
    document: Attachment, letters: Iterable[Letter], watch: Watch
) -> Iterator[Converted[Letter]]:
    """Yield what could be converted, in order. Raises LetterUnmade."""
    program = office()
    if program is None:
        raise LetterUnmade(why_no_pdf())
    template = template_of(document)
    singly = template.converts_singly

    def make(these: Sequence[Letter], out: BinaryIO) -> None:
        if singly:
            out.write(template.render_letter(these[0].record))
        else:
            records = (letter.record for letter in these)
            template.merge_document(records, out, marked=True)

    results = convert_letters(
        letters,
        make=make,
        office=program,
        processes=settings.PDF_PROCESSES,
        singly=singly,
        expected=watch.expected,
        tick=watch.tick,
    )
    try:
        for result in results:
            if isinstance(result, Unmade):
                watch.failed(result.letter, _why(result.reason))
            else:
                yield result
    except OfficeBroken as error:
        said = _("LibreOffice does not work on this machine: it %s. Ask the operator.")
        raise LetterUnmade(said % error) from error


def _why(reason: str) -> str:
    return _("LibreOffice %s") % reason
