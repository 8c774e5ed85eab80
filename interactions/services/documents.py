"""Word templates: checked when they come in, compiled once, kept by content."""

import functools

from ..merge import CompiledTemplate, compile_template
from ..models import Attachment


def store_document(*, data: bytes, name: str) -> Attachment:
    """Check an uploaded Word template and keep it.

    Raises TemplateError with every problem found; then nothing is stored.
    """
    compile_template(data)
    return Attachment.objects.store(data=data, name=name)


def compiled(document: Attachment) -> CompiledTemplate:
    """Return the compiled template of a stored document."""
    return _compiled(document.sha256, document.pk)


@functools.lru_cache(maxsize=64)
def _compiled(sha256: str, pk: int) -> CompiledTemplate:
    return compile_template(Attachment.objects.get(pk=pk).read())
