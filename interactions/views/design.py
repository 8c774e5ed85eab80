"""What is needed to design a letter in Word: a start, recipients, the fields."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from ..merge import FIELDS
from ..models.attachment import DOCX
from ..services.data_source import data_source_csv, data_source_document
from ..services.starter import starter_letter
from .files import download


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def design(request: HttpRequest) -> HttpResponse:
    """Show how a letter is designed, with the files for it and the list of fields."""
    context = {"merge_fields": FIELDS, "fields_open": True}
    return render(request, "interactions/design.html", context)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def template_starter(request: HttpRequest) -> HttpResponse:
    """Download a letter to start from; `?tags` writes its fields as tags."""
    tags = "tags" in request.GET
    name = _("Starter letter with tags") if tags else _("Starter letter")
    return download(starter_letter(tags=tags), f"{name}.docx", DOCX)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def data_source(request: HttpRequest, kind: str) -> HttpResponse:
    """Download recipients to design with; `?captions` names columns in words."""
    captions = "captions" in request.GET
    name = _("Sample recipients")
    if kind == "docx":
        document = data_source_document(captions=captions)
        return download(document, f"{name}.docx", DOCX)
    if kind == "csv":
        text = data_source_csv(captions=captions)
        return download(text, f"{name}.csv", "text/csv; charset=utf-8")
    raise Http404
