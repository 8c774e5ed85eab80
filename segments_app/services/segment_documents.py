"""The segment's own documents: one per language, put in the place of the template's."""

from datetime import datetime
from typing import Any

from django.db import transaction

from interactions.services.documents import store_document
from interactions.services.templates import NewDocument

from ..models import Segment, SegmentDocument


@transaction.atomic
def attach_document(
    *,
    segment: Segment,
    language: str,
    document: NewDocument,
    subject: str = "",
    user: Any,
    at: datetime,
) -> SegmentDocument:
    """Keep the document for this language, instead of one that is there.

    Raises TemplateError; then nothing is stored.
    """
    stored = store_document(data=document.data, name=document.name)
    attached, _created = SegmentDocument.objects.update_or_create(
        segment=segment,
        language=language,
        defaults={"document": stored, "subject": subject},
    )
    _touch(segment, at)
    return attached


@transaction.atomic
def remove_document(*, document: SegmentDocument, user: Any, at: datetime) -> None:
    """Take a language off the segment; the template's document serves again."""
    document.delete()
    _touch(document.segment, at)


def _touch(segment: Segment, at: datetime) -> None:
    Segment.objects.filter(pk=segment.pk).update(updated_at=at)
