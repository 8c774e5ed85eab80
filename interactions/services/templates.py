"""Interaction templates: stored with their documents, deleted when unused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import (
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from .documents import store_document
from .errors import InteractionError
from .uses import uses_of


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
    """Something refers to the template; `uses` are pairs of name and number."""

    def __init__(self, uses: list[tuple[Any, int]]) -> None:
        self.uses = uses
        super().__init__(_("The interaction template is in use."))


@dataclass(frozen=True)
class NewDocument:
    """An uploaded Word document and the name it came with."""

    data: bytes
    name: str


@dataclass(frozen=True)
class Language:
    """A language as it shall be; without a new document it keeps the one it has."""

    row: InteractionTemplateLanguage
    document: NewDocument | None = None


@transaction.atomic
def save_template(
    *,
    template: InteractionTemplate,
    languages: Sequence[Language],
    removed: Collection[InteractionTemplateLanguage] = (),
) -> InteractionTemplate:
    """Store the template and these languages, and take the removed ones away.

    A language that is in neither stays, since somebody else may have added it. A
    replaced document stays stored for the letters that were written with it. The
    first language becomes the default where none is given. Raises TemplateError
    for a faulty document and DefaultLanguageUnknown; then nothing is changed.
    """
    gone = [row.pk for row in removed]
    changed = [language.row.pk for language in languages if language.row.pk]
    tags = [language.row.language for language in languages]
    if template.pk:
        tags += template.languages.exclude(pk__in=gone + changed).values_list(
            "language", flat=True
        )
    if tags and not template.default_language:
        template.default_language = tags[0]
    if template.default_language and template.default_language not in tags:
        raise DefaultLanguageUnknown(template.default_language)
    template.save()
    template.languages.filter(pk__in=gone).delete()
    for language in languages:
        row = language.row
        row.template = template
        if language.document:
            row.document = store_document(
                data=language.document.data, name=language.document.name
            )
        row.save()
    return template


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
    """Delete a template that nothing uses. Raises TemplateInUse."""
    uses = uses_of(template)
    if uses:
        raise TemplateInUse(uses)
    template.delete()
