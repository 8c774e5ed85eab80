"""One file per contact, a part at a time: what was made survives a stop."""

from collections.abc import Iterable
from typing import BinaryIO

from ...merge import LetterArchive, Names
from .errors import LettersGone
from .plan import Part, Plan
from .watch import Failure, Tick, Watch
from .write import telling_why
from .writers import WRITERS


def files_of(
    plan: Plan,
    part: Part,
    out: BinaryIO,
    *,
    names: Names,
    tick: Tick | None = None,
) -> list[Failure]:
    """Write the files of one part to `out`, a zip; return what could not be made.

    `names` are those of the parts before. Raises LetterUnmade and LettersGone.
    """
    writer = WRITERS[plan.output.kind]
    watch = Watch(tick=tick)
    with telling_why(), LetterArchive(out, names) as archive:
        writer.apart(plan.letters_of(part), archive, watch)
    if watch.dealt_with != part.letters:
        raise LettersGone(part.letters, watch.dealt_with)
    return watch.failures


def join(parts: Iterable[BinaryIO], out: BinaryIO) -> int:
    """Write one zip with the files of all parts and return how many files."""
    with LetterArchive(out) as archive:
        for part in parts:
            archive.add_archive(part)
        return archive.count
