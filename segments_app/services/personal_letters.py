"""Letters that say something to one contact alone: a personal text, an own document.

An own document is the letter as it came out of Word, merged and edited; from then on it
is what this contact gets, however the document of the segment changes. Merge fields
that were left in it are filled in, so somebody may also start from the template. The
file is stored under its content: the template it was made from is never touched
(segments.md 2.6 edits a shared file).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from interactions.models import Attachment
from interactions.services.documents import store_document
from interactions.services.forget_contact import drop_unused
from interactions.services.templates import NewDocument

from ..models import Segment, SegmentLine
from ..models.line import DOCUMENT_ORIGIN
from ..models.querysets import SegmentLineQuerySet
from .change_line import change_line, document_without_own
from .errors import SegmentChanged, SegmentError
from .preflight import loggable_lines
from .steps import claim

OWN_DOCUMENT = Q(document__isnull=False)
PERSONAL_TEXT = Q(personal_text__gt="")
# What goes with each kind of personal letter when it is reset.
KINDS: Mapping[str, tuple[Q, tuple[str, ...]]] = {
    "document": (OWN_DOCUMENT, ("document", *DOCUMENT_ORIGIN)),
    "personal_text": (PERSONAL_TEXT, ("personal_text",)),
}


class NothingToReset(SegmentError):
    """No line has what was to be reset."""


def personal_letters(segment: Segment) -> SegmentLineQuerySet:
    """The lines with an own document or a personal text, in printing order."""
    lines = loggable_lines(segment).with_inherited_document()
    lines = lines.filter(OWN_DOCUMENT | PERSONAL_TEXT).order_by("position", "pk")
    return lines.select_related(
        "contact__company", "document", "document_base", "document_by"
    )


def write_own_document(
    *,
    line: SegmentLine,
    upload: NewDocument,
    written_on: Attachment | None,
    seen: Mapping[str, Any],
    user: Any,
    at: datetime,
) -> SegmentLine:
    """Make the uploaded document the letter of this line, and of it alone.

    `written_on` is the document that the line would have had when the user took its
    letter to edit it. Raises TemplateError for a faulty document, SegmentChanged, and
    ChangedMeanwhile where `seen`, the own document as it was, is not so any more.
    """
    with transaction.atomic():
        document = store_document(data=upload.data, name=upload.name)
        values = {"document": document, "document_base": written_on}
        return change_line(line=line, values=values, seen=seen, user=user, at=at)


def keep_own_document(*, line: SegmentLine, user: Any, at: datetime) -> SegmentLine:
    """Say that the own document is still right, though the letter is another now.

    Who wrote it, and when, stays. Raises SegmentChanged where it was taken away.
    """
    with transaction.atomic():
        claim(segment=line.segment)
        now = document_without_own(line)
        lines = line.segment.lines.filter(
            contact=line.contact_id, document=line.document_id
        )
        if line.document_id is None or not lines.update(document_base=now):
            raise SegmentChanged
        Segment.objects.filter(pk=line.segment_id).update(updated_at=at)
    return line


def reset_all(
    *, segment: Segment, kind: str, expected: int, user: Any, at: datetime
) -> int:
    """Take the own documents or the personal texts of all who are on the segment away.

    `kind` is "document" or "personal_text" and `expected` how many were said to go.
    Raises NothingToReset, and SegmentChanged where there are more or fewer by now.
    """
    condition, names = KINDS[kind]
    with transaction.atomic():
        claim(segment=segment)
        there = loggable_lines(segment).filter(condition).order_by()
        count = there.count()
        if not count:
            raise NothingToReset(_("There is nothing to reset any more."))
        if count != expected:
            raise SegmentChanged
        lines = segment.lines.filter(condition, contact__in=there.values("contact"))
        documents = list(lines.order_by().values_list("document", flat=True).distinct())
        lines.update(**dict.fromkeys(names))
        if kind == "document":
            drop_unused(documents)
        Segment.objects.filter(pk=segment.pk).update(updated_at=at)
    return count
