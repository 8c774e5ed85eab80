"""The letters of an open segment: one to look at, all of them to print.

What a letter says comes from the same SQL that freezes it when the segment is
logged, so a preview cannot differ from what is kept.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.db.models import Count
from django.utils.translation import gettext as _

from contacts.models import MarketingSetup
from contacts.models.querysets import ineligible
from interactions.merge import (
    CompiledTemplate,
    LetterArchive,
    RenderError,
    TemplateError,
    Uses,
    build_record,
)
from interactions.models import Attachment
from interactions.services.documents import DocumentLost, compiled
from interactions.services.letters import own_company

from ..models import Segment, SegmentLine
from ..models.letter_inputs import NO_MORE
from ..models.querysets import SegmentLineQuerySet
from .errors import SegmentError
from .preflight import lines_with_letter

CHUNK = 2_000
# Who is excluded from segments may still have been added on purpose.
MUST_NOT = ineligible(ignore_exclusion=True, contact="contact__")


class NoDocument(SegmentError):
    """There is no letter to merge."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "There is no document. Upload one for the segment, or choose an "
                "interaction template that has one."
            )
        )


class LetterUnmade(SegmentError):
    """A document is missing, or the merge does not take it any more."""


@contextmanager
def telling_why() -> Iterator[None]:
    """Turn what stops a merge into words. Raises LetterUnmade."""
    try:
        yield
    except RenderError as error:
        raise LetterUnmade(_("The letter cannot be made: %s") % error) from error


class WrongName(SegmentError):
    """A file whose name says something else than what will be in it."""


@dataclass(frozen=True)
class Merged:
    """What a merge made: letters, who has none and why, and the file's kind."""

    letters: int
    without_document: int
    suffix: str
    kept_out: int = 0


@dataclass(frozen=True)
class LeftOut:
    """So many contacts get no letter: for want of a document, or of privacy."""

    without_document: int
    kept_out: int


def letters_of(segment: Segment, uses: Uses = NO_MORE) -> SegmentLineQuerySet:
    """The lines that have a letter, with its inputs, in printing order.

    With the lists and pictures that are used. Who must not be written to has none,
    however long on the segment already.
    """
    lines = lines_with_letter(segment).with_letter_inputs(uses).exclude(MUST_NOT)
    return lines.filter(effective_document_id__isnull=False).order_by("position")


def left_out(segment: Segment, letters: int) -> LeftOut:
    """Say who of the segment is not among its so many letters: one query."""
    counts = lines_with_letter(segment).aggregate(
        lines=Count("pk"), kept_out=Count("pk", filter=MUST_NOT)
    )
    without = counts["lines"] - counts["kept_out"] - letters
    return LeftOut(without, counts["kept_out"])


def letter_of_line(line: SegmentLine) -> bytes:
    """Return the letter of a line from `letters_of` as a Word document.

    Raises LetterUnmade.
    """
    document = Attachment.objects.get(pk=line.effective_document_id)
    template = _template(document)
    company = own_company(MarketingSetup.load())
    inputs = _with_more(line, template.uses)
    with telling_why():
        return template.render_letter(build_record({**inputs, "own_company": company}))


def _with_more(line: SegmentLine, uses: Uses) -> dict[str, Any]:
    """The inputs of a line whose document was not known to use more than fields."""
    if not uses:
        return line.letter_inputs
    return line.segment.lines.with_letter_inputs(uses).get(pk=line.pk).letter_inputs


def merge_segment(
    *, segment: Segment, out: BinaryIO, each: bool = False, progress: Any = None
) -> Merged:
    """Write the letters of the segment to `out`, streamed, and say what was made.

    One document with every letter (.docx); with letters in several languages one
    such document per language, in a zip. With `each` one document per contact, in
    a zip. `progress` is called with the number of letters so far. Raises
    NoDocument.
    """
    documents = documents_of(segment)
    letters = sum(count for _document, count in documents)
    if not letters:
        raise NoDocument
    left = left_out(segment, letters)
    batches = [
        (document, _records(segment, document)) for document, _count in documents
    ]
    suffix = write_letters(out=out, batches=batches, each=each, progress=progress)
    return Merged(letters, left.without_document, suffix, left.kept_out)


def check_name(*, segment: Segment, name: str, each: bool = False) -> None:
    """Refuse a file name that does not end as `merge_segment` will write it.

    Raises WrongName with the right name, and NoDocument.
    """
    documents = documents_of(segment)
    if not documents:
        raise NoDocument
    suffix = _suffix(len(documents), each=each)
    stem, ending = os.path.splitext(name)
    if ending.lower() == suffix:
        return
    right = (stem if ending.lower() in (".docx", ".zip") else name) + suffix
    said = {"name": name, "right": right, "count": len(documents)}
    if each:
        raise WrongName(
            _("One file per contact comes in a zip. Call it %(right)s.") % said
        )
    if suffix == ".zip":
        raise WrongName(
            _(
                "The letters use %(count)s documents, and come as one file for each "
                "of them in a zip. Call it %(right)s."
            )
            % said
        )
    raise WrongName(
        _("The letters come as one Word document. Call it %(right)s.") % said
    )


def _suffix(documents: int, *, each: bool) -> str:
    return ".zip" if each or documents > 1 else ".docx"


def write_letters(
    *,
    out: BinaryIO,
    batches: list[tuple[Attachment, Iterator[dict[str, str]]]],
    each: bool,
    progress: Any,
) -> str:
    """Write the letters of every document to `out`; return the file's suffix.

    Raises LetterUnmade.
    """
    with telling_why():
        return _write_letters(out, batches, each=each, progress=progress)


def _write_letters(
    out: BinaryIO,
    batches: list[tuple[Attachment, Iterator[dict[str, str]]]],
    *,
    each: bool,
    progress: Any,
) -> str:
    done = _Counter(progress)
    suffix = _suffix(len(batches), each=each)
    if suffix == ".docx":
        document, records = batches[0]
        _template(document).merge_document(done(records), out)
        return suffix
    with LetterArchive(out) as archive:
        for document, records in batches:
            template = _template(document)
            if each:
                archive.add_letters(template, _named(done(records)))
            else:
                archive.add_document(template, done(records), name=document.name)
    return suffix


def _template(document: Attachment) -> CompiledTemplate:
    try:
        return compiled(document)
    except TemplateError as error:
        said = f"{document.name}: {error}"
        raise LetterUnmade(_("The letter cannot be made: %s") % said) from error
    except DocumentLost as error:
        raise LetterUnmade(str(error)) from error


def documents_of(segment: Segment) -> list[tuple[Attachment, int]]:
    """The documents that the lines use, and how many letters each gives."""
    counts = dict(
        letters_of(segment)
        .order_by()
        .values_list("effective_document_id")
        .annotate(count=Count("pk"))
    )
    documents = Attachment.objects.filter(pk__in=counts).order_by("name", "pk")
    return [(document, counts[document.pk]) for document in documents]


def _rows(segment: Segment, document: Attachment) -> Iterator[dict[str, Any]]:
    uses = _template(document).uses
    lines = letters_of(segment, uses).filter(effective_document_id=document.pk)
    inputs = lines.values_list("letter_inputs", flat=True)
    return inputs.iterator(chunk_size=CHUNK)


def _records(segment: Segment, document: Attachment) -> Iterator[dict[str, str]]:
    company = own_company(MarketingSetup.load())
    for inputs in _rows(segment, document):
        yield build_record({**inputs, "own_company": company})


def _named(
    records: Iterator[dict[str, str]],
) -> Iterator[tuple[str, dict[str, str]]]:
    """Records with file names that sort: company, person, number."""
    for record in records:
        names = dict.fromkeys((record["contact_company_name"], record["contact_name"]))
        parts = [name for name in names if name]
        yield " - ".join([*parts, record["contact_no"]]), record


class _Counter:
    """Passes letters on and tells `progress` how many there were."""

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.count = 0

    def __call__(self, letters: Iterator[Any]) -> Iterator[Any]:
        for letter in letters:
            yield letter
            self.count += 1
            if self.progress:
                self.progress(self.count)
