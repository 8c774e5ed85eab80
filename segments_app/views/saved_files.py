"""Saved criteria as a file: handed out, and read again."""

import re

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from ..forms.saved_criteria import ImportForm
from ..models import SavedCriteria
from ..services import SegmentError
from ..services.saved_file import export_criteria, import_criteria, read_criteria
from ..services.write_saved import CodeTaken
from .shown_saved import visible


@login_required
@permission_required("segments_app.view_savedcriteria", raise_exception=True)
@require_GET
def saved_export(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the criteria as a file, or say why there is none."""
    saved = visible(request, pk)
    try:
        data = export_criteria(saved)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect(saved)
    name = re.sub(r"[^\w.-]+", "-", saved.code).strip(".-") or "criteria"
    header = content_disposition_header(as_attachment=True, filename=f"{name}.json")
    return HttpResponse(
        data,
        content_type="application/json",
        headers={"Content-Disposition": header},
    )


@login_required
@permission_required("segments_app.add_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
def saved_import(request: HttpRequest) -> HttpResponse:
    """Read a file and keep its criteria."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        saved = _import(request, form)
        if saved is not None:
            said = _("The criteria are imported as %s.") % saved.code
            messages.success(request, said)
            return redirect(saved)
    return render(request, "segments/saved_import.html", {"form": form})


def _import(request: HttpRequest, form: ImportForm) -> SavedCriteria | None:
    """Import, or say at the place why not; a code that is taken is asked again."""
    values = form.cleaned_data
    try:
        content = read_criteria(values["data"])
    except SegmentError as error:
        form.add_error("file", str(error))
        return None
    try:
        return import_criteria(
            content=content,
            code=values["code"],
            shared=values["shared"],
            replace=values["replace"],
            user=request.user,
            at=timezone.now(),
        )
    except CodeTaken as error:
        form.add_error("code", str(error))
    except SegmentError as error:
        form.add_error(None, str(error))
    form.keep(values["data"])
    return None
