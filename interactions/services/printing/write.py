"""Writing what was planned, from one end to the other."""

import io
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ...merge import LetterArchive, RenderError
from ..documents import DocumentLost
from .errors import LettersGone, LetterUnmade
from .letters import Letter
from .plan import Part, Plan
from .writers import WRITERS

SPOOL = 2**23
OnLetter = Callable[[int], None]


@dataclass(frozen=True)
class Written:
    """What was written: letters, files, the ending of the file's name."""

    letters: int
    files: int
    suffix: str


def write(plan: Plan, out: BinaryIO, *, progress: OnLetter | None = None) -> Written:
    """Write the letters to `out`, streamed: one document, or a zip.

    `progress` is called with the number of letters so far. Raises LetterUnmade, and
    LettersGone where there are not as many as planned.
    """
    counter = _Counter(progress)
    with telling_why():
        files = (
            _write_archive(plan, out, counter)
            if plan.is_archive
            else _write_one(plan, out, counter)
        )
    if counter.count != plan.count:
        raise LettersGone(plan.count, counter.count)
    suffix = ".zip" if plan.is_archive else WRITERS[plan.output.kind].suffix
    return Written(counter.count, files, suffix)


@contextmanager
def telling_why() -> Iterator[None]:
    """Turn what stops a merge into words. Raises LetterUnmade."""
    try:
        yield
    except RenderError as error:
        raise LetterUnmade(_("The letter cannot be made: %s") % error) from error
    except DocumentLost as error:
        raise LetterUnmade(str(error)) from error


def _write_one(plan: Plan, out: BinaryIO, counter: "_Counter") -> int:
    (part,) = plan.parts
    _together(plan, part, out, counter)
    return 1


def _write_archive(plan: Plan, out: BinaryIO, counter: "_Counter") -> int:
    writer = WRITERS[plan.output.kind]
    with LetterArchive(out) as archive:
        for part in plan.parts:
            if plan.output.each:
                writer.apart(counter(plan.letters_of(part)), archive)
            elif part.letters:
                with tempfile.SpooledTemporaryFile(max_size=SPOOL) as spool:
                    _together(plan, part, cast(BinaryIO, spool), counter)
                    archive.add_file(cast(BinaryIO, spool), name=part.name)
            else:
                archive.add_file(io.BytesIO(_sheet(plan, part)), name=part.name)
        return archive.count


def _together(plan: Plan, part: Part, out: BinaryIO, counter: "_Counter") -> None:
    if part.document is None:
        raise ValueError("A part of several documents is no single file.")
    writer = WRITERS[plan.output.kind]
    writer.together(part.document, counter(plan.letters_of(part)), out)


def _sheet(plan: Plan, part: Part) -> bytes:
    numbers = _("Numbers %(first)s to %(last)s") % {
        "first": part.first,
        "last": part.last,
    }
    count = ngettext("%s letter", "%s letters", part.follow) % part.follow
    lines = (count, numbers, part.run.segment_number)
    return WRITERS[plan.output.kind].sheet(part.bundle or "–", lines)


class _Counter:
    """Passes letters on and tells `progress` how many there were."""

    def __init__(self, progress: OnLetter | None) -> None:
        self.progress = progress
        self.count = 0

    def __call__(self, letters: Iterable[Letter]) -> Iterator[Letter]:
        for letter in letters:
            yield letter
            self.count += 1
            if self.progress:
                self.progress(self.count)
