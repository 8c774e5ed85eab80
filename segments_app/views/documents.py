"""Documents of a segment: one per language, instead of the template's."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from interactions.merge import FIELDS
from interactions.models.attachment import DOCX
from interactions.services.checking import check_document
from interactions.services.documents import DocumentLost, kept_as, read
from interactions.views.checks import checked
from interactions.views.files import download

from ..forms.documents import DocumentForm
from ..models import Segment, SegmentDocument
from ..services.letter_languages import letters_by_language, missing_languages
from ..services.letters import documents_of, left_out
from ..services.preflight import lines_with_letter
from ..services.segment_documents import (
    attach_document,
    letters_of_their_own,
    newer_versions,
    remove_document,
    take_newest,
)
from .logged_meanwhile import leads_to_logged_segment

SHOWN = 10


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def segment_documents(request: HttpRequest, pk: int) -> HttpResponse:
    """List the documents, the segment's own and those of its template."""
    segment = _segment(pk)
    form = DocumentForm(initial={"language": segment.language})
    return _page(request, segment, form)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["POST"])
@leads_to_logged_segment
def document_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep an uploaded document for its language."""
    segment = _segment(pk)
    form = DocumentForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, segment, form)
    attached = attach_document(
        segment=segment, user=request.user, at=timezone.now(), **form.cleaned_data
    )
    document = form.cleaned_data["document"]
    said = _("%(name)s is the document in %(language)s now.")
    said %= {"name": document.name, "language": attached.language}
    messages.success(request, f"{said} {_who_gets(attached)}")
    if another := kept_as(attached.document, document.name):
        messages.info(request, another)
    for warning in check_document(document.data).warnings:
        messages.warning(request, f"{document.name}: {warning}")
    return redirect("segments:documents", pk=segment.pk)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def document_file(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Download the document as it was uploaded."""
    kept = _document(pk, document).document
    try:
        data = read(kept)
    except DocumentLost as error:
        messages.error(request, str(error))
        return redirect("segments:documents", pk=pk)
    return download(data, kept.name, DOCX)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def document_remove(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Ask, then take the document off the segment."""
    attached = _document(pk, document)
    if request.method == "POST":
        remove_document(document=attached, user=request.user, at=timezone.now())
        said = _("The document in %s is taken away.")
        messages.success(request, said % attached.language)
        return redirect("segments:documents", pk=pk)
    return render(request, "segments/document_remove.html", {"attached": attached})


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def document_take(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Ask, then take the newest version of the template's document."""
    attached = _document(pk, document)
    if request.method == "POST":
        if take_newest(document=attached, user=request.user, at=timezone.now()):
            said = _("The segment has the newest version in %(language)s now. ")
            said %= {"language": attached.language}
            messages.success(request, said + _who_gets(attached))
        else:
            messages.info(request, _("There is no newer version any more."))
        return redirect("segments:documents", pk=pk)
    own = letters_of_their_own(attached.segment).select_related("contact")
    context = {
        "attached": attached,
        "newer": newer_versions(attached.segment).get(attached.pk),
        "own": own[:SHOWN],
        "own_count": own.count(),
        "letters": dict(documents_of(attached.segment)).get(attached.document, 0),
    }
    return render(request, "segments/document_take.html", context)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def document_check(request: HttpRequest, pk: int, document: int) -> HttpResponse:
    """Check the document of a segment; `?pages` counts its pages."""
    attached = _document(pk, document)
    try:
        data = read(attached.document)
    except DocumentLost as error:
        messages.error(request, str(error))
        return redirect("segments:documents", pk=pk)
    missing = missing_languages(attached.segment)
    context = {
        "checked_name": attached.document.name,
        "missing_languages": missing,
        "languages_url": reverse("segments:documents", args=[pk]),
        "back_url": reverse("segments:documents", args=[pk]),
        "pages_url": f"{request.path}?pages",
        "merge_fields": FIELDS,
        **checked(data, count_pages="pages" in request.GET),
    }
    return render(request, "interactions/check_stored.html", context)


def _segment(pk: int) -> Segment:
    return get_object_or_404(Segment.objects.select_related("template"), pk=pk)


def _document(pk: int, document: int) -> SegmentDocument:
    documents = SegmentDocument.objects.select_related("segment", "document")
    return get_object_or_404(documents, segment=pk, pk=document)


def _who_gets(attached: SegmentDocument) -> str:
    """Say how many contacts get this document."""
    letters = dict(documents_of(attached.segment)).get(attached.document, 0)
    if not letters and lines_with_letter(attached.segment).exists():
        return _("No contact gets it: another document or language comes first.")
    said = ngettext("%s contact gets it.", "%s contacts get it.", letters)
    return said % intcomma(letters)


def _page(request: HttpRequest, segment: Segment, form: DocumentForm) -> HttpResponse:
    inherited = (
        segment.template.languages.select_related("document")
        if segment.template
        else []
    )
    letters = documents_of(segment)
    context = {
        "segment": segment,
        "letters_by_document": letters,
        "left_out": left_out(segment, sum(count for _document, count in letters)),
        "merge_fields": FIELDS,
        "letters_by_language": letters_by_language(segment),
        "documents": segment.documents.select_related("document"),
        "newer": newer_versions(segment),
        "inherited": inherited,
        "form": form,
    }
    return render(request, "segments/documents.html", context)
