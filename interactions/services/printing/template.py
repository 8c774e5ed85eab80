"""The template of a document that letters are printed from."""

from django.utils.translation import gettext as _

from ...merge import CompiledTemplate, TemplateError
from ...models import Attachment
from ..documents import compiled
from .errors import LetterUnmade


def template_of(document: Attachment) -> CompiledTemplate:
    """Return the compiled template. Raises LetterUnmade that names the document."""
    try:
        return compiled(document)
    except TemplateError as error:
        said = f"{document.name}: {error}"
        raise LetterUnmade(_("The letter cannot be made: %s") % said) from error
