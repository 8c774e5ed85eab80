"""Files leave only through views that asked for the permission."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.text import get_valid_filename

from ..merge import RenderError, TemplateError
from ..services.documents import DocumentLost

# A document of long ago may use what the merge does not take any more, or be lost.
UNREADABLE = (RenderError, TemplateError, DocumentLost)


def download(data: bytes, name: str, content_type: str) -> HttpResponse:
    """Return the file for saving, never for showing in the page."""
    return HttpResponse(
        data,
        content_type=content_type,
        headers={
            "Content-Disposition": content_disposition_header(
                True, get_valid_filename(name)
            )
        },
    )
