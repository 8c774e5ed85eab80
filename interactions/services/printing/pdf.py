"""Letters as PDF, converted by LibreOffice."""

import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import count
from pathlib import Path
from typing import BinaryIO

from ...merge import LetterArchive
from ...models import Attachment
from ...paper import sheet_of_text
from ...pdf import Converted, OfficeBroken, Unmade, join, split
from ..converting import (
    convert_merged,
    office,
    said_of_office,
    why_no_pdf,
)
from .errors import LetterUnmade
from .letters import Letter
from .template import template_of
from .watch import Failure, Watch


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
        """Add one file per letter, in their order.

        Letters of one document are converted together, however they alternate: it is
        the start of LibreOffice that takes time. Until all are made, the letters of a
        part and their files on disk are held.
        """
        by_document: dict[int, list[Letter]] = defaultdict(list)
        for letter in letters:
            by_document[letter.document.pk].append(letter)
        made: list[Letter] = []
        before = len(watch.failures)
        with tempfile.TemporaryDirectory(prefix="pdf-") as place:
            for these in by_document.values():
                watch.expected = len(these)
                for result in _converted(these[0].document, these, watch):
                    parts = split(result.path, result.starts)
                    for letter, pdf in zip(result.letters, parts, strict=True):
                        _file_of(letter, place).write_bytes(pdf)
                        made.append(letter)
                        watch.made()
            for letter in sorted(made, key=_sequence):
                with _file_of(letter, place).open("rb") as file:
                    archive.add_file(file, name=letter.name, suffix=self.suffix)
        watch.failures[before:] = sorted(watch.failures[before:], key=_sequence)

    def sheet(self, title: str, lines: Iterable[str]) -> bytes:
        return sheet_of_text(title, tuple(lines))


def _converted(
    document: Attachment, letters: Iterable[Letter], watch: Watch
) -> Iterator[Converted[Letter]]:
    """Yield what could be converted, in order. Raises LetterUnmade."""
    program = office()
    if program is None:
        raise LetterUnmade(why_no_pdf())
    results = convert_merged(
        letters,
        template=template_of(document),
        office=program,
        expected=watch.expected,
        tick=watch.tick,
    )
    try:
        for result in results:
            if isinstance(result, Unmade):
                watch.failed(result.letter, str(result.reason))
            else:
                yield result
    except OfficeBroken as error:
        raise LetterUnmade(said_of_office(error)) from error


def _sequence(what: Letter | Failure) -> int:
    return what.sequence


def _file_of(letter: Letter, place: str) -> Path:
    return Path(place) / f"{letter.sequence}.pdf"
