"""What the documents that a segment may use ask for."""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from contacts.choices import FormulaType
from contacts.models.found_once import FoundOnce
from interactions.merge import TemplateError
from interactions.merge.pictures import SIGNATURE
from interactions.models import (
    Attachment,
    InteractionTemplateLanguage,
    LetterPicture,
)
from interactions.services.documents import DocumentLost, compiled
from interactions.services.questions import UNKNOWN_FIELD, known_questions

from ..models import Segment
from ..models.querysets import SegmentLineQuerySet

GREETINGS = {
    "formal_salutation": FormulaType.FORMAL,
    "informal_salutation": FormulaType.INFORMAL,
}


@dataclass
class Asking:
    """The documents that use the salesperson, a greeting, the personal text, pictures.

    And those with a condition that may leave contacts out, those that cannot be read,
    and those that name a field or a profile question that there is not. Pictures are
    by their codes.
    """

    salesperson: list[int] = field(default_factory=list)
    greeting: dict[FormulaType, list[int]] = field(default_factory=dict)
    personal_text: list[int] = field(default_factory=list)
    pictures: dict[str, list[int]] = field(default_factory=dict)
    skipping: list[int] = field(default_factory=list)
    unreadable: list[int] = field(default_factory=list)
    unknown: list[int] = field(default_factory=list)


def documents_asking(segment: Segment, lines: SegmentLineQuerySet) -> Asking:
    """Look into every document that the lines of the segment may use.

    Also into those of languages that nobody speaks: they are few, while which one a
    line uses is asked line by line.
    """
    asking = Asking()
    questions: dict[int, Collection[str]] = {}
    for document in documents_within_reach(segment, lines):
        try:
            template = compiled(document)
        except TemplateError as error:
            unknown = any(each.kind == UNKNOWN_FIELD for each in error.problems)
            (asking.unknown if unknown else asking.unreadable).append(document.pk)
            continue
        except (DocumentLost, OSError):
            asking.unreadable.append(document.pk)
            continue
        questions[document.pk] = template.questions
        names = template.fields
        for code in template.uses.pictures:
            asking.pictures.setdefault(code, []).append(document.pk)
        if any(name.startswith("salesperson_") for name in names):
            asking.salesperson.append(document.pk)
        for name, kind in GREETINGS.items():
            if name in names:
                asking.greeting.setdefault(kind, []).append(document.pk)
        if "personal_text" in names:
            asking.personal_text.append(document.pk)
        if template.skips:
            asking.skipping.append(document.pk)
    asked = {code for codes in questions.values() for code in codes}
    gone = asked - known_questions(asked)
    asking.unknown += [key for key, codes in questions.items() if gone & set(codes)]
    return asking


def without_picture(asking: Asking) -> Q:
    """The lines whose letter shows a picture that there is not: one query."""
    kept = LetterPicture.objects.current().values_list("code", "salesperson")
    found = list(kept)
    signed = [salesperson for _code, salesperson in found if salesperson]
    unsigned = Q(effective_salesperson_id=None) | ~Q(
        effective_salesperson_id__in=signed
    )
    codes = {code for code, _salesperson in found}
    missing = Q(pk__in=[])
    for code, documents in asking.pictures.items():
        if code == SIGNATURE:
            missing |= Q(effective_document_id__in=documents) & unsigned
        elif code not in codes:
            missing |= Q(effective_document_id__in=documents)
    return missing


def documents_within_reach(
    segment: Segment, lines: SegmentLineQuerySet
) -> QuerySet[Attachment]:
    """The lines' own documents, the segment's, and those of all templates in use."""
    lines = lines.order_by()
    own = lines.filter(document__isnull=False).values("document").distinct()
    templates = lines.filter(template__isnull=False).values("template").distinct()
    of_templates = InteractionTemplateLanguage.objects.filter(
        Q(template=segment.template_id) | Q(template__in=templates)
    )
    sources: list[QuerySet] = [own, segment.documents.all(), of_templates]
    return Attachment.objects.filter(
        reduce(
            or_,
            (Q(pk__in=FoundOnce(each.values("document"))) for each in sources),
        )
    )
