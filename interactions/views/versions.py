"""The versions of a template's document: the list, a former file, putting one back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ..merge import TemplateError
from ..models import DocumentVersion, InteractionTemplateLanguage
from ..models.attachment import DOCX
from ..services.documents import DocumentLost, read
from ..services.errors import InteractionError
from ..services.versions import restore_version, versions_of
from .files import download


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def template_versions(request: HttpRequest, pk: int) -> HttpResponse:
    """List the versions of one language, and what uses them."""
    found = InteractionTemplateLanguage.objects.select_related("template", "document")
    written = get_object_or_404(found, pk=pk)
    context = {"written": written, "versions": versions_of(written)}
    return render(request, "interactions/versions.html", context)


@login_required
@permission_required("interactions.view_interactiontemplate", raise_exception=True)
@require_GET
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the Word document of a version."""
    kept = _version(pk)
    try:
        data = read(kept.document)
    except DocumentLost as error:
        messages.error(request, str(error))
        return redirect("interactions:template_versions", kept.language_id)
    return download(data, kept.document.name, DOCX)


@login_required
@permission_required("interactions.change_interactiontemplate", raise_exception=True)
@require_http_methods(["GET", "POST"])
def version_restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then put a former version in force again."""
    kept = _version(pk)
    if request.method == "POST":
        try:
            made = restore_version(version=kept, user=request.user, at=timezone.now())
        except (InteractionError, TemplateError) as refusal:
            messages.error(request, str(refusal))
        else:
            said = _("Version %(former)s is in force again, as version %(number)s.")
            said %= {"former": kept.number, "number": made.number}
            messages.success(request, said)
        return redirect("interactions:template_versions", kept.language_id)
    return render(request, "interactions/version_restore.html", {"kept": kept})


def _version(pk: int) -> DocumentVersion:
    found = DocumentVersion.objects.select_related("language__template", "document")
    return get_object_or_404(found, pk=pk)
