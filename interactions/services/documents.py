"""Word templates: checked when they come in, compiled once, kept by content."""

import functools
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from ..merge import CompiledTemplate, compile_template
from ..models import Attachment
from .checking import refuse_faulty
from .errors import InteractionError
from .pictures import load_picture


class DocumentLost(InteractionError):
    """The database knows the document, but its file is gone from the storage."""

    def __init__(self, document: Attachment) -> None:
        super().__init__(
            _(
                "The file of the document “%s” is gone from the storage. Upload the "
                "document again."
            )
            % document.name
        )


def read(document: Attachment) -> bytes:
    """Return a stored document. Raises DocumentLost."""
    try:
        return document.read()
    except FileNotFoundError as error:
        raise DocumentLost(document) from error


def store_document(*, data: bytes, name: str) -> Attachment:
    """Check an uploaded Word template and keep it.

    Raises DocumentRefused with every problem found; then nothing is stored.
    """
    refuse_faulty(data)
    return Attachment.objects.store(data=data, name=name)


def compiled(document: Attachment) -> CompiledTemplate:
    """Return the compiled template of a stored document.

    Raises TemplateError or DocumentLost if the file is broken or gone.
    """
    return _compiled(_Stored(document.sha256, document))


def kept_as(document: Attachment, name: str) -> str:
    """Say that what was uploaded as `name` stands under another; empty if not.

    The same bytes are stored once, and what was made with them names them already.
    """
    if document.name == name:
        return ""
    said = _("The very same document is here already: it is listed as %s.")
    return said % document.name


@dataclass(frozen=True)
class _Stored:
    """A stored document, the same as every other with these bytes."""

    sha256: str
    document: Attachment = field(compare=False)


@functools.lru_cache(maxsize=64)
def _compiled(stored: _Stored) -> CompiledTemplate:
    return compile_template(read(stored.document), load_picture)
