"""One file per contact, a part at a time: what was made survives a stop."""

from collections.abc import Iterable
from typing import BinaryIO

from ...merge import LetterArchive, Names
from .errors import LettersGone
from .plan import Part, Plan
from .write import telling_why
from .writers import WRITERS


def files_of(plan: Plan, part: Part, out: BinaryIO, *, names: Names) -> int:
    """Write the files of one part to `out`, a zip; return how many letters.

    `names` are those of the parts before. Raises LetterUnmade and LettersGone.
    """
    writer = WRITERS[plan.output.kind]
    with telling_why(), LetterArchive(out, names) as archive:
        written = writer.apart(plan.letters_of(part), archive)
    if written != part.letters:
        raise LettersGone(part.letters, written)
    return written


def join(parts: Iterable[BinaryIO], out: BinaryIO) -> int:
    """Write one zip with the files of all parts and return how many files."""
    with LetterArchive(out) as archive:
        for part in parts:
            archive.add_archive(part)
        return archive.count
