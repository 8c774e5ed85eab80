"""Writing what was planned, from one end to the other."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import BinaryIO, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...merge import LetterArchive, RenderError
from ..documents import DocumentLost
from .errors import LettersGone, LetterUnmade
from .plan import Part, Plan
from .watch import Failure, OnLetter, Tick, Watch
from .writers import WRITERS

SPOOL = 2**23


@dataclass(frozen=True)
class Written:
    """What was written: letters, files, the ending of the file's name.

    `failures` are the letters that could not be made.
    """

    letters: int
    files: int
    suffix: str
    failures: list[Failure] = field(default_factory=list)


def write(
    plan: Plan,
    out: BinaryIO,
    *,
    progress: OnLetter | None = None,
    tick: Tick | None = None,
) -> Written:
    """Write the letters to `out`, streamed: one document, or a zip.

    `progress` is called with the number of letters so far, `tick` now and then while
    letters are converted. Raises LetterUnmade, and
    LettersGone where there are not as many as planned.
    """
    watch = Watch(progress, tick)
    with telling_why():
        files = (
            _write_archive(plan, out, watch)
            if plan.is_archive
            else _write_one(plan, out, watch)
        )
    if watch.dealt_with != plan.count:
        raise LettersGone(plan.count, watch.dealt_with)
    suffix = ".zip" if plan.is_archive else WRITERS[plan.output.kind].suffix
    return Written(watch.count, files, suffix, watch.failures)


@contextmanager
def telling_why() -> Iterator[None]:
    """Turn what stops a merge into words. Raises LetterUnmade."""
    try:
        yield
    except RenderError as error:
        raise LetterUnmade(_("The letter cannot be made: %s") % error) from error
    except DocumentLost as error:
        raise LetterUnmade(str(error)) from error


def _write_one(plan: Plan, out: BinaryIO, watch: Watch) -> int:
    (part,) = plan.parts
    together(plan, part, out, watch)
    if not watch.count:
        raise none_made(watch.failures)
    return 1


def _write_archive(plan: Plan, out: BinaryIO, watch: Watch) -> int:
    writer = WRITERS[plan.output.kind]
    with LetterArchive(out) as archive:
        for part in plan.parts:
            if plan.output.each:
                watch.expected = part.letters
                writer.apart(plan.letters_of(part), archive, watch)
            else:
                with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
                    together(plan, part, cast(BinaryIO, spool), watch)
                    if spool.tell():
                        archive.add_file(
                            cast(BinaryIO, spool), name=part.name, suffix=writer.suffix
                        )
        if not watch.count:
            raise none_made(watch.failures)
        return archive.count


def none_made(failures: list[Failure]) -> LetterUnmade:
    """What to say where every letter failed."""
    said = _("Not a single letter could be made. The first: %s")
    return LetterUnmade(said % failures[0])


def together(plan: Plan, part: Part, out: BinaryIO, watch: Watch) -> None:
    """Write the file of one part, of letters or the sheet of a bundle."""
    if not part.letters:
        out.write(_sheet(plan, part))
        return
    if part.document is None:
        raise ValueError("A part of several documents is no single file.")
    watch.expected = part.letters
    writer = WRITERS[plan.output.kind]
    writer.together(part.document, plan.letters_of(part), out, watch)


def _sheet(plan: Plan, part: Part) -> bytes:
    numbers = _("Numbers %(first)s to %(last)s") % {
        "first": part.first,
        "last": part.last,
    }
    count = ngettext("%s letter", "%s letters", part.follow) % part.follow
    lines = (count, numbers, part.run.segment_number)
    return WRITERS[plan.output.kind].sheet(part.bundle or "–", lines)
