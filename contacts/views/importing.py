"""Importing a file: upload it, say what its columns are, look, then import.

Between the pages the file waits in the storage and the choices in the session.
"""

import itertools
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from jobs.registry import JobError

from ..import_forms import ColumnsForm, UploadForm, initial_of, usual_columns
from ..importing import ContactFile, ImportProblem, NothingKnown, open_contact_file
from ..importing.read import read_table
from ..models import MarketingSetup
from ..services.preview_import import preview_import
from ..services.start_import import start_import
from ..services.uploads import drop_upload, keep_upload, read_upload

WAITING = "contact_import"
SAMPLES = 3
REFUSED_SHOWN = 50


@login_required
@permission_required("contacts.import_contacts", raise_exception=True)
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            table = read_table(file.read())
        except ImportProblem as problem:
            form.add_error("file", str(problem))
        else:
            _forget(request)
            file.seek(0)
            request.session[WAITING] = {
                "path": keep_upload(file=file, at=timezone.now()),
                "name": file.name,
                "chosen": {
                    "mapping": usual_columns(table.header),
                    "constants": {},
                    "use_setup": True,
                },
            }
            return redirect("contacts:import_columns")
    return render(request, "contacts/import.html", {"form": form})


@login_required
@permission_required("contacts.import_contacts", raise_exception=True)
def columns(request: HttpRequest) -> HttpResponse:
    """Show what the file would do; a change is looked at before it is imported."""
    waiting = request.session.get(WAITING)
    data = read_upload(name=waiting["path"]) if waiting else None
    if data is None:
        messages.error(request, _("There is no file waiting. Choose it again."))
        return redirect("contacts:import")
    table = read_table(data)
    chosen = waiting["chosen"]
    if request.method == "POST":
        form = ColumnsForm(request.POST, header=table.header)
        if form.is_valid():
            if "import" in request.POST and form.chosen == chosen:
                return _import(request, data, waiting)
            request.session[WAITING] = waiting | {"chosen": form.chosen}
            if "import" in request.POST:
                messages.info(
                    request, _("You changed something: look at it, then import.")
                )
            return redirect("contacts:import_columns")
    else:
        form = ColumnsForm(
            initial=initial_of(table.header, chosen), header=table.header
        )
    rows = [cells for _line, cells in itertools.islice(table.lines(), SAMPLES)]
    context = {
        "form": form,
        "columns": list(form.columns(rows)),
        "name": waiting["name"],
        "setup": MarketingSetup.load(),
        **_preview(data, chosen),
    }
    return render(request, "contacts/import_columns.html", context)


def _preview(data: bytes, chosen: dict[str, Any]) -> dict[str, Any]:
    try:
        file = _opened(data, chosen)
    except ImportProblem as problem:
        unknown = isinstance(problem, NothingKnown)
        return {"problem": str(problem), "nothing_known": unknown}
    summary = preview_import(
        file=file, at=timezone.now(), use_setup=chosen["use_setup"]
    )
    return {
        "summary": summary,
        "refused": summary.refused_rows[:REFUSED_SHOWN],
        "is_whole": summary.done == summary.total,
    }


def _import(request: HttpRequest, data: bytes, waiting: dict[str, Any]) -> HttpResponse:
    try:
        file = _opened(data, waiting["chosen"])
        job = start_import(
            data=data,
            name=waiting["name"],
            total=file.total,
            choices=waiting["chosen"],
            user=request.user,
            at=timezone.now(),
        )
    except (ImportProblem, JobError) as problem:
        messages.error(request, str(problem))
        return redirect("contacts:import_columns")
    _forget(request)
    return redirect(job)


def _opened(data: bytes, chosen: dict[str, Any]) -> ContactFile:
    return open_contact_file(
        data, mapping=chosen["mapping"], constants=chosen["constants"]
    )


def _forget(request: HttpRequest) -> None:
    waiting = request.session.pop(WAITING, None)
    if waiting:
        drop_upload(name=waiting["path"])
