"""Interaction templates: stored with their documents, deleted when unused."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from contacts.services.edits import check_unchanged
from contacts.services.uses import uses_of

from ..models import (
    Attachment,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from .documents import store_document
from .errors import InteractionError
from .forget_contact import drop_unused
from .versions import keep_first, keep_version


class DefaultLanguageUnknown(InteractionError):
    """The template has no document in its default language."""

    def __init__(self, language: str) -> None:
        super().__init__(
            _(
                "There is no document in the default language %s. Add one below, or "
                "choose a language that has one."
            )
            % language
        )


class TemplateInUse(InteractionError):
    """Something refers to the template; `uses` are pairs of name and number, if any."""

    def __init__(self, uses: list[tuple[Any, int | None]]) -> None:
        self.uses = uses
        super().__init__(_("The interaction template is in use."))


class TemplateGone(InteractionError):
    """Somebody deleted the template, or a language of it, since the user looked."""

    def __init__(self) -> None:
        super().__init__(
            _("This template, or a language of it, was deleted meanwhile.")
        )


@dataclass(frozen=True)
class NewDocument:
    """An uploaded Word document and the name it came with."""

    data: bytes
    name: str


@dataclass(frozen=True)
class Language:
    """What of a language is set; without a new document it keeps the one it has.

    `note` says what is new in the document. `seen` is what stood in a stored row
    when the user looked.
    """

    row: InteractionTemplateLanguage
    values: Mapping[str, Any]
    document: NewDocument | None = None
    note: str = ""
    seen: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def save_template(
    *,
    template: InteractionTemplate,
    values: Mapping[str, Any],
    languages: Sequence[Language],
    user: Any,
    at: datetime,
    removed: Collection[InteractionTemplateLanguage] = (),
    seen: Mapping[str, Any] | None = None,
) -> InteractionTemplate:
    """Store these values and languages, and take the removed ones away.

    A language that is in neither stays, since somebody else may have added it. A
    replaced document stays as a former version of its language; those of a removed one
    go, unless something was made with them. The first language becomes the default
    where none is given. `seen` is what stood in a stored template when the user
    looked. Raises TemplateError for a faulty document, DefaultLanguageUnknown,
    TemplateGone, and ChangedMeanwhile where somebody else changed the same; then
    nothing is changed.
    """
    template = _changed(template, values, seen or {})
    rows = [_changed(one.row, _values(one), one.seen) for one in languages]
    gone = [row.pk for row in removed]
    changed = [row.pk for row in rows if row.pk]
    tags = [row.language for row in rows]
    if template.pk:
        tags += template.languages.exclude(pk__in=gone + changed).values_list(
            "language", flat=True
        )
    if tags and not template.default_language:
        template.default_language = tags[0]
    if template.default_language and template.default_language not in tags:
        raise DefaultLanguageUnknown(template.default_language)
    template.save()
    _delete(template.languages.filter(pk__in=gone))
    for row, language in zip(rows, languages, strict=True):
        row.template = template
        if language.document and row.pk:
            keep_first(template.languages.get(pk=row.pk))
        row.save()
        if language.document:
            keep_version(language=row, note=language.note, user=user, at=at)
    return template


def _delete(languages: QuerySet[InteractionTemplateLanguage]) -> None:
    """Delete languages, and of the documents that they had those that nothing has."""
    had = Attachment.objects.filter(
        Q(template_languages__in=languages) | Q(versions__language__in=languages)
    )
    documents = list(had.values_list("pk", flat=True).distinct().order_by())
    languages.delete()
    drop_unused(documents)


def _changed(row: Any, values: Mapping[str, Any], seen: Mapping[str, Any]) -> Any:
    """Return the row as it is stored now, held until the end, with the new values."""
    if row.pk:
        held = type(row).objects.select_for_update().filter(pk=row.pk)
        row = held.first()
        if row is None:
            raise TemplateGone
        check_unchanged(stored=row, values=values, seen=seen)
    for name, value in values.items():
        setattr(row, name, value)
    return row


def _values(language: Language) -> dict[str, Any]:
    values = dict(language.values)
    if language.document:
        values["document"] = store_document(
            data=language.document.data, name=language.document.name
        )
    return values


@transaction.atomic
def find_or_make_template(*, code: str) -> InteractionTemplate:
    """Return the template with this code, a new one where there is none.

    A new one stands in the group with the same code. Raises InteractionError.
    """
    template = InteractionTemplate.objects.filter(code=code).first()
    if template:
        return template
    template = InteractionTemplate(code=code)
    try:
        template.full_clean(exclude=["group"])
    except ValidationError as error:
        raise InteractionError(" ".join(error.messages)) from error
    template.group, _made = InteractionGroup.objects.get_or_create(code=template.code)
    template.save()
    return template


@transaction.atomic
def delete_template(*, template: InteractionTemplate) -> None:
    """Delete a template that nothing uses, with its documents. Raises TemplateInUse."""
    uses = uses_of(template)
    if uses:
        raise TemplateInUse(uses)
    _delete(template.languages.all())
    template.delete()
