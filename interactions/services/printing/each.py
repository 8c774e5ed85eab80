"""A part at a time, files of contacts or documents: what was made survives a stop."""

import io
from collections.abc import Iterable
from typing import BinaryIO

from ...merge import LetterArchive, Names
from .errors import LettersGone
from .plan import Part, Plan
from .watch import Failure, OnLetter, Tick, Watch
from .write import telling_why, together
from .writers import WRITERS


def files_of(
    plan: Plan,
    part: Part,
    out: BinaryIO,
    *,
    names: Names,
    progress: OnLetter | None = None,
    tick: Tick | None = None,
) -> list[Failure]:
    """Write the files of one part to `out`, a zip; return what could not be made.

    `names` are those of the parts before. Raises LetterUnmade and LettersGone.
    """
    writer = WRITERS[plan.output.kind]
    watch = Watch(progress, tick)
    watch.expected = part.letters
    with telling_why(), LetterArchive(out, names) as archive:
        writer.apart(plan.letters_of(part), archive, watch)
    if watch.dealt_with != part.letters:
        raise LettersGone(part.letters, watch.dealt_with)
    return watch.failures


def document_of(
    plan: Plan,
    part: Part,
    out: BinaryIO,
    *,
    progress: OnLetter | None = None,
    tick: Tick | None = None,
) -> list[Failure]:
    """Write the file of one part to `out`; return what could not be made.

    Raises LetterUnmade and LettersGone.
    """
    watch = Watch(progress, tick)
    with telling_why():
        together(plan, part, out, watch)
    if watch.dealt_with != part.letters:
        raise LettersGone(part.letters, watch.dealt_with)
    return watch.failures


def collect(plan: Plan, parts: Iterable[BinaryIO], out: BinaryIO) -> int:
    """Write the documents of all parts as one zip and return how many there are.

    The parts come in their order; an empty one has no letter that could be made.
    """
    suffix = WRITERS[plan.output.kind].suffix
    with LetterArchive(out) as archive:
        for part, made in zip(plan.parts, parts, strict=True):
            if made.seek(0, io.SEEK_END):
                archive.add_file(made, name=part.name, suffix=suffix)
        return archive.count


def join(parts: Iterable[BinaryIO], out: BinaryIO) -> int:
    """Write one zip with the files of all parts and return how many files."""
    with LetterArchive(out) as archive:
        for part in parts:
            archive.add_archive(part)
        return archive.count
