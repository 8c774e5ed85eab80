"""Whom a letter's own condition leaves out, told before the letters are made.

Word calls the condition SKIPIF. The letters themselves ask it when they are frozen.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from interactions.merge import CompiledTemplate, TemplateError
from interactions.models import Attachment
from interactions.services.documents import DocumentLost, compiled
from jobs.choices import MOST_WITHOUT_JOB

from ..models import Segment
from .letters import letters_of, records_of_lines


@dataclass(frozen=True)
class Skipping:
    """So many letters have a condition, and so many of them will not be made.

    `skipped` is None where they are too many to ask each.
    """

    asking: int
    skipped: int | None


def skipping(
    segment: Segment, documents: list[tuple[Attachment, int]]
) -> Skipping | None:
    """Ask the letters of these documents, or say that they have no condition."""
    templates = dict(_with_condition(documents))
    asking = sum(count for document, count in documents if document.pk in templates)
    if not asking:
        return None
    if asking > MOST_WITHOUT_JOB:
        return Skipping(asking, None)
    lines = list(letters_of(segment).filter(effective_document_id__in=templates))
    skipped = sum(
        bool(templates[line.effective_document_id].why_skipped(record))
        for line, record in zip(lines, records_of_lines(lines), strict=True)
    )
    return Skipping(asking, skipped)


def _with_condition(
    documents: list[tuple[Attachment, int]],
) -> Iterator[tuple[int, CompiledTemplate]]:
    for document, _count in documents:
        try:
            template = compiled(document)
        except (TemplateError, DocumentLost):
            continue
        if template.skips:
            yield document.pk, template
