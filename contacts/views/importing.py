"""Importing a file: upload it, say what its columns are, look, then import.

Between the pages the file waits in the storage and the choices in the session.
"""

import itertools
from contextlib import suppress
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jobs.models import Job
from jobs.registry import JobError

from ..forms.importing import ColumnsForm, UploadForm, initial_of, usual_columns
from ..importing import (
    FIELDS,
    ContactFile,
    ImportProblem,
    NothingKnown,
    RefusedRow,
    open_contact_file,
)
from ..importing.read import Opener, Table, read_table
from ..models import MarketingSetup
from ..services.importing.import_contacts import Summary
from ..services.importing.preview_import import preview_import
from ..services.importing.start_import import start_check, start_import
from ..services.importing.uploads import (
    drop_upload,
    has_upload,
    keep_upload,
    open_upload,
)
from ..spreadsheets import say_cell

WAITING = "contact_import"
SAMPLES = 3
REFUSED_SHOWN = 100
OUTCOMES = {
    "created": gettext_lazy("Created"),
    "updated": gettext_lazy("Updated"),
    "unchanged": gettext_lazy("Unchanged"),
}


@login_required
@permission_required("contacts.import_contacts", raise_exception=True)
def upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        path = keep_upload(file=file, at=timezone.now())
        try:
            table = read_table(_opener(path))
        except ImportProblem as problem:
            drop_upload(name=path)
            form.add_error("file", str(problem))
        else:
            _forget(request)
            request.session[WAITING] = {
                "path": path,
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
    if waiting is None or not has_upload(name=waiting["path"]):
        messages.error(request, _("There is no file waiting. Choose it again."))
        return redirect("contacts:import")
    table = read_table(_opener(waiting["path"]))
    if request.method == "POST":
        form = ColumnsForm(request.POST, header=table.header)
        if form.is_valid():
            return _chosen(request, waiting, form.chosen)
    else:
        form = ColumnsForm(
            initial=initial_of(table.header, waiting["chosen"]), header=table.header
        )
    context = {
        "form": form,
        "columns": list(form.columns(_samples(table))),
        "name": waiting["name"],
        "setup": MarketingSetup.load(),
        **_preview(request, waiting),
    }
    return render(request, "contacts/import_columns.html", context)


def _samples(table: Table) -> list[list[str]]:
    """What stands in the first rows, as far as they can be read."""
    samples = []
    with suppress(ImportProblem):  # the preview says what is wrong
        for _line, cells in itertools.islice(table.lines(), SAMPLES):
            samples.append(cells)
    return samples


def _chosen(
    request: HttpRequest, waiting: dict[str, Any], chosen: dict[str, Any]
) -> HttpResponse:
    """Do what was asked with choices that were looked at, else show them first."""
    changed = chosen != waiting["chosen"]
    if changed:
        waiting = {**waiting, "chosen": chosen, "check": None}
        request.session[WAITING] = waiting
    if "import" in request.POST and not changed:
        return _import(request, waiting)
    if "import" in request.POST:
        messages.info(request, _("You changed something: look at it, then import."))
    if "whole" in request.POST:
        return _check(request, waiting)
    return redirect("contacts:import_columns")


def _preview(request: HttpRequest, waiting: dict[str, Any]) -> dict[str, Any]:
    chosen = waiting["chosen"]
    try:
        summary = preview_import(
            file=_opened(waiting),
            at=timezone.now(),
            use_setup=chosen["use_setup"],
            may_change_privacy=request.user.has_perm("contacts.change_privacy"),
        )
    except ImportProblem as problem:
        unknown = isinstance(problem, NothingKnown)
        return {"problem": str(problem), "nothing_known": unknown}
    foretold = [
        {
            "line": row.line,
            "name": row.name,
            "outcome": str(OUTCOMES[row.outcome]),
            "changes": [
                (capfirst(str(FIELDS[field].label)), _said(was), _said(becomes))
                for field, (was, becomes) in row.changes.items()
            ],
        }
        for row in summary.foretold
    ]
    ignored = [str(FIELDS[field].label) for field in summary.ignored]
    job = _check_of(request, waiting)
    if job and job.is_done:
        _take_over(summary, job)
    refused = Paginator(summary.refused_rows, REFUSED_SHOWN)
    return {
        "summary": summary,
        "foretold": foretold,
        "ignored": ignored,
        "check": job,
        "page_obj": refused.get_page(request.GET.get("page")),
        "is_whole": summary.done == summary.total,
    }


def _said(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else say_cell(value)


def _take_over(summary: Summary, job: Job) -> None:
    """Tell what the check of the whole file found, in place of its first rows."""
    for name, value in job.result.items():
        setattr(summary, name, value)
    summary.done = summary.total
    summary.refused_rows = [
        RefusedRow(line, reason) for line, reason in job.resume.get("refused", [])
    ]


def _check_of(request: HttpRequest, waiting: dict[str, Any]) -> Job | None:
    """The check of the whole file with these choices, if somebody asked for one."""
    return Job.objects.filter(pk=waiting.get("check"), owner=request.user).first()


def _check(request: HttpRequest, waiting: dict[str, Any]) -> HttpResponse:
    with open_upload(name=waiting["path"]) as stored:
        job = start_check(
            file=stored,
            name=waiting["name"],
            choices=waiting["chosen"],
            user=request.user,
            at=timezone.now(),
        )
    request.session[WAITING] = {**waiting, "check": job.pk}
    return redirect(job)


def _import(request: HttpRequest, waiting: dict[str, Any]) -> HttpResponse:
    try:
        file = _opened(waiting)
        with open_upload(name=waiting["path"]) as stored:
            job = start_import(
                file=stored,
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


def _opener(path: str) -> Opener:
    return partial(open_upload, name=path)


def _opened(waiting: dict[str, Any]) -> ContactFile:
    chosen = waiting["chosen"]
    return open_contact_file(
        _opener(waiting["path"]),
        mapping=chosen["mapping"],
        constants=chosen["constants"],
    )


def _forget(request: HttpRequest) -> None:
    waiting = request.session.pop(WAITING, None)
    if waiting:
        drop_upload(name=waiting["path"])
