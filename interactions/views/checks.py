"""Checks of Word documents: of one that is not kept, and of one that is stored."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from ..forms.templates import CheckForm
from ..merge import FIELDS, LISTS
from ..merge.upload import MAX_FILE
from ..models import InteractionTemplateLanguage
from ..services.checking import check_document
from ..services.documents import DocumentLost, read
from ..services.languages import missing_languages
from ..services.pages import PagesUncounted, can_count_pages, pages_of


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Check a Word document without keeping it."""
    form = (
        CheckForm(request.POST, request.FILES)
        if request.method == "POST"
        else CheckForm()
    )
    context: dict[str, Any] = {
        "form": form,
        "merge_fields": FIELDS,
    }
    if form.is_valid():
        upload = form.cleaned_data["file"]
        data = upload.read(MAX_FILE + 1)
        context["checked_name"] = upload.name
        context |= checked(data, count_pages=form.cleaned_data.get("pages", False))
    return render(request, "interactions/check.html", context)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def template_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Check the stored document of one language; `?pages` counts its pages."""
    found = InteractionTemplateLanguage.objects.select_related("template", "document")
    written = get_object_or_404(found, pk=pk)
    try:
        data = read(written.document)
    except DocumentLost as error:
        messages.error(request, str(error))
        return redirect(written.template)
    languages = reverse("interactions:template_languages", args=[written.template_id])
    context = {
        "missing_languages": missing_languages(written.template),
        "languages_url": languages,
        "checked_name": written.document.name,
        "back_url": written.template.get_absolute_url(),
        "pages_url": f"{reverse('interactions:template_check', args=[pk])}?pages",
        "merge_fields": FIELDS,
        **checked(data, count_pages="pages" in request.GET),
    }
    return render(request, "interactions/check_stored.html", context)


def checked(data: bytes, *, count_pages: bool) -> dict[str, Any]:
    """Return what a page says about a document."""
    findings = check_document(data)
    found: dict[str, Any] = {
        "findings": findings,
        "used_fields": [field for field in FIELDS if field.code in findings.fields],
        "used_lists": [each for each in LISTS if each.code in findings.lists],
        "can_count_pages": can_count_pages(),
    }
    if count_pages and findings.usable:
        try:
            found["pages"] = pages_of(data)
        except PagesUncounted:
            found["pages_uncounted"] = True
    return found
