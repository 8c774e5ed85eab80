"""The versions of a template's document: kept, listed, and put back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from ..models import Attachment, DocumentVersion, InteractionTemplateLanguage
from .checking import refuse_faulty
from .documents import read
from .errors import InteractionError


class VersionGone(InteractionError):
    """Somebody took the language away since the user looked."""

    def __init__(self) -> None:
        super().__init__(_("This language of the template was deleted meanwhile."))


@dataclass(frozen=True)
class Use:
    """How many rows of one kind use a document."""

    kind: Any
    count: int


@dataclass(frozen=True)
class VersionUses:
    """A version, whether it is in force, and what uses its document."""

    version: DocumentVersion
    in_force: bool
    uses: tuple[Use, ...]


def keep_first(language: InteractionTemplateLanguage) -> None:
    """Give a stored language that has no version yet its document as the first."""
    if not language.versions.exists():
        _first(language).save()


def _first(language: InteractionTemplateLanguage) -> DocumentVersion:
    return DocumentVersion(
        language=language,
        number=1,
        document=language.document,
        created_at=language.document.created_at,
    )


def keep_version(
    *, language: InteractionTemplateLanguage, note: str, user: Any, at: datetime
) -> DocumentVersion:
    """Put the document of a language on top of its versions.

    The row of the language is held by the caller, so that numbers do not meet.
    The document that is on top already stays there, with its note.
    """
    newest = language.versions.first()
    if newest and newest.document_id == language.document_id:
        return newest
    return language.versions.create(
        number=newest.number + 1 if newest else 1,
        document=language.document,
        note=note,
        user=user,
        created_at=at,
    )


@transaction.atomic
def restore_version(
    *, version: DocumentVersion, user: Any, at: datetime
) -> DocumentVersion:
    """Put a former version in force again, as a new version on top.

    Raises VersionGone, DocumentLost if its file is gone, and DocumentRefused if the
    merge does not take it any more; then nothing is changed.
    """
    held = InteractionTemplateLanguage.objects.select_for_update()
    language = held.filter(pk=version.language_id).first()
    if language is None:
        raise VersionGone
    refuse_faulty(read(version.document))
    keep_first(language)
    language.document = version.document
    language.save(update_fields=["document"])
    note = _("Version %(number)s again") % {"number": version.number}
    return keep_version(language=language, note=note, user=user, at=at)


def versions_of(language: InteractionTemplateLanguage) -> list[VersionUses]:
    """Return the versions of a language, the newest first, with what uses them."""
    kept = list(language.versions.select_related("document", "user"))
    versions = kept or [_first(language)]
    uses = uses_of_documents(version.document for version in versions)
    return [
        VersionUses(version, position == 0, tuple(uses.get(version.document_id, ())))
        for position, version in enumerate(versions)
    ]


def kept_by(language: InteractionTemplateLanguage) -> str:
    """Say what keeps the version before the newest; empty if nothing does."""
    newest, *former = versions_of(language)
    if not former or not former[0].uses:
        return ""
    uses = ", ".join(f"{use.kind}: {use.count}" for use in former[0].uses)
    return _(
        "The document in %(language)s is version %(number)s now. What was made with "
        "version %(former)s keeps it (%(uses)s)."
    ) % {
        "language": language.language,
        "number": newest.version.number,
        "former": former[0].version.number,
        "uses": uses,
    }


def uses_of_documents(documents: Iterable[Attachment]) -> dict[int, list[Use]]:
    """Return what else uses the documents, by their keys: a query per kind of row."""
    keys = {document.pk for document in documents}
    found: dict[int, list[Use]] = {}
    for relation in Attachment._meta.related_objects:
        model = relation.related_model
        if model in (DocumentVersion, InteractionTemplateLanguage):
            continue
        column = f"{relation.field.name}_id"
        counts = (
            model._base_manager.filter(**{f"{column}__in": keys})
            .order_by()
            .values_list(column)
            .annotate(count=Count("pk"))
        )
        for key, count in counts:
            found.setdefault(key, []).append(
                Use(model._meta.verbose_name_plural, count)
            )
    return found
