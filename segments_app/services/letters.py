"""The letters of an open segment as they are now: who has one, and one to look at.

What a letter says comes from the same SQL that freezes it when a run is prepared or
the segment logged, so a preview cannot differ from what is kept.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from contacts.models import MarketingSetup
from contacts.models.querysets import ineligible
from interactions.merge import (
    CompiledTemplate,
    LetterSkipped,
    Uses,
    build_record,
)
from interactions.models import Attachment
from interactions.services import printing
from interactions.services.letters import Letter, own_company

from ..models import Segment, SegmentLine
from ..models.letter_inputs import NO_MORE
from ..models.querysets import SegmentLineQuerySet
from .errors import SegmentError
from .preflight import lines_with_letter

# Who is excluded from segments may still have been added on purpose.
MUST_NOT = ineligible(ignore_exclusion=True, contact="contact__")


class NoDocument(SegmentError):
    """There is no letter to merge."""

    def __init__(self) -> None:
        super().__init__(self.said())

    @staticmethod
    def said() -> str:
        """Return what to tell the user."""
        return _(
            "There is no document. Upload one for the segment, or choose an "
            "interaction template that has one."
        )


class AllSkipped(NoDocument):
    """The letter's own condition leaves out everybody."""

    @staticmethod
    def said() -> str:
        return _("The letter's own condition (SKIPIF) leaves out every contact.")


class LetterUnmade(SegmentError):
    """A document is missing, or the merge does not take it any more."""


class LetterLeftOut(LetterUnmade):
    """The letter's own condition leaves this contact out."""


@contextmanager
def telling_why() -> Iterator[None]:
    """Turn what stops a merge into words, those of printing. Raises LetterUnmade."""
    try:
        with printing.telling_why():
            try:
                yield
            except LetterSkipped as skipped:
                said = _("There is no letter for this contact: %s.") % skipped
                raise LetterLeftOut(said) from skipped
    except printing.LetterUnmade as error:
        raise LetterUnmade(str(error)) from error


@dataclass(frozen=True)
class LeftOut:
    """So many contacts get no letter: for want of a document, or of privacy."""

    without_document: int
    kept_out: int


def letters_of(
    segment: Segment, documents: Mapping[Uses, Collection[int]] = NO_MORE
) -> SegmentLineQuerySet:
    """The lines that have a letter, with its inputs, in the order of the lines.

    `documents` are the keys of documents by what they use beside fields. Who must not
    be written to has none, however long on the segment already.
    """
    lines = lines_with_letter(segment).with_letter_inputs(documents).exclude(MUST_NOT)
    return lines.filter(effective_document_id__isnull=False).order_by("position")


def left_out(segment: Segment, letters: int) -> LeftOut:
    """Say who of the segment is not among its so many letters: one query."""
    counts = lines_with_letter(segment).aggregate(
        lines=Count("pk"), kept_out=Count("pk", filter=MUST_NOT)
    )
    without = counts["lines"] - counts["kept_out"] - letters
    return LeftOut(without, counts["kept_out"])


def templates_of(lines: SegmentLineQuerySet) -> dict[int, CompiledTemplate]:
    """Return the documents of lines with effective values, compiled, by their keys.

    Raises LetterUnmade.
    """
    keys = lines.order_by().values("effective_document_id").distinct()
    documents = Attachment.objects.filter(pk__in=keys).order_by("pk")
    return {document.pk: letter_template(document) for document in documents}


def by_uses(templates: Mapping[int, CompiledTemplate]) -> dict[Uses, list[int]]:
    """Return the keys of documents by what their letters use beside fields."""
    uses: dict[Uses, list[int]] = {}
    for key, template in templates.items():
        uses.setdefault(template.uses, []).append(key)
    return uses


def records_of_lines(lines: Iterable[SegmentLine]) -> list[dict[str, Any]]:
    """Return the merge record of each of these lines from `letters_of`."""
    company = own_company(MarketingSetup.load())
    return [
        build_record({**line.letter_inputs, "own_company": company}) for line in lines
    ]


def letter_of_line(line: SegmentLine) -> bytes:
    """Return the letter of a line from `letters_of` as a Word document.

    Raises LetterUnmade, and LetterLeftOut where the letter itself wants it so.
    """
    return letter_from_line(line).document


def letter_from_line(line: SegmentLine) -> Letter:
    """Return the letter of a line from `letters_of`, with what an e-mail asks of it.

    Raises LetterUnmade.
    """
    document = Attachment.objects.get(pk=line.effective_document_id)
    template = letter_template(document)
    company = own_company(MarketingSetup.load())
    inputs = _with_more(line, {template.uses: [document.pk]})
    record = build_record({**inputs, "own_company": company})
    with telling_why():
        made = template.render_letter(record)
    return Letter(document=made, record=record, language=inputs["locale"] or "")


def _with_more(
    line: SegmentLine, documents: Mapping[Uses, Collection[int]]
) -> dict[str, Any]:
    """The inputs of a line whose document was not known to use more than fields."""
    if not any(documents):
        return line.letter_inputs
    lines = line.segment.lines.with_letter_inputs(documents)
    return lines.get(pk=line.pk).letter_inputs


def letter_template(document: Attachment) -> CompiledTemplate:
    """Return the compiled template. Raises LetterUnmade that names the document."""
    with telling_why():
        return printing.template_of(document)


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
