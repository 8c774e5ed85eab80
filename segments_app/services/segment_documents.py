"""The segment's own documents: one per language, put in the place of the template's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max

from interactions.models import DocumentVersion, InteractionTemplateLanguage
from interactions.services.documents import store_document
from interactions.services.templates import NewDocument

from ..models import Segment, SegmentDocument
from ..models.querysets import SegmentLineQuerySet


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


@dataclass(frozen=True)
class Newer:
    """A segment's own document is an older version of a template's."""

    attached: SegmentDocument
    version: DocumentVersion
    newest: int

    @property
    def written(self) -> InteractionTemplateLanguage:
        """The language of the template, with the document in force."""
        return self.version.language


def newer_versions(segment: Segment) -> dict[int, Newer]:
    """Return the segment's documents that a template has in a newer version.

    By the key of the segment's document. The segment's own template comes first.
    """
    attached: dict[int, list[SegmentDocument]] = {}
    for row in segment.documents.all():
        attached.setdefault(row.document_id, []).append(row)
    former = (
        DocumentVersion.objects.filter(document__in=attached.keys())
        .exclude(language__document=F("document"))
        .select_related("language__template", "language__document")
        .annotate(newest=Max("language__versions__number"))
        .order_by("number")
    )
    found: dict[int, Newer] = {}
    for version in former:
        own = version.language.template_id == segment.template_id
        for row in attached[version.document_id]:
            if own or row.pk not in found:
                found[row.pk] = Newer(row, version, version.newest)
    return found


@transaction.atomic
def take_newest(*, document: SegmentDocument, user: Any, at: datetime) -> bool:
    """Take the newest version of the template's document; say whether there is one.

    Letters that contacts have of their own stay as they are.
    """
    newer = newer_versions(document.segment).get(document.pk)
    if newer is None:
        return False
    document.document = newer.written.document
    document.save(update_fields=["document"])
    _touch(document.segment, at)
    return True


def letters_of_their_own(segment: Segment) -> SegmentLineQuerySet:
    """The lines whose contact has a document of their own, which stays."""
    return segment.lines.live().filter(document__isnull=False)


def _touch(segment: Segment, at: datetime) -> None:
    Segment.objects.filter(pk=segment.pk).update(updated_at=at)
