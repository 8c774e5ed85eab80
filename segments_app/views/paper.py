"""Labels, envelopes and cover sheets: choose, look at the first page, print."""

from itertools import islice
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from interactions.models import Run
from interactions.paper import Printed
from jobs.choices import MOST_WITHOUT_JOB
from jobs.registry import JobError

from ..forms.paper import FORMS, PaperForm
from ..jobs.paper import print_paper_of
from ..models import Segment
from ..services import SegmentError
from ..services.addresses import Addresses, RunAddresses, SegmentAddresses
from ..services.print_paper import PaperKind
from .downloads import file_of
from .logged_meanwhile import leads_to_logged_segment
from .shown_paper import first_page

INCOMPLETE_SHOWN = 50


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Print the addresses of an open segment as they are now."""
    segment = get_object_or_404(Segment, pk=pk)
    context = {"segment": segment, "back": segment.get_absolute_url()}
    return _page(request, SegmentAddresses(segment), kind, "segments:paper", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def paper_preview(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show the first page as it would be printed."""
    segment = get_object_or_404(Segment, pk=pk)
    return _preview(request, SegmentAddresses(segment), kind)


@login_required
@require_http_methods(["GET", "POST"])
def run_paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Print the addresses of a run as they were frozen, in the order of its letters."""
    run = _run(request, pk)
    context = {"run": run, "back": reverse("segments:run", args=[run.pk])}
    return _page(request, RunAddresses(run), kind, "segments:run_paper", context)


@login_required
@require_GET
def run_paper_preview(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Show the first page as it would be printed."""
    return _preview(request, RunAddresses(_run(request, pk)), kind)


def _run(request: HttpRequest, pk: int) -> Run:
    """The run, for those who may print its letters."""
    run = get_object_or_404(Run, pk=pk)
    needed = (
        "interactions.view_loggedsegment"
        if run.is_logged
        else "segments_app.change_segment"
    )
    if run.is_withdrawn or not request.user.has_perm(needed):
        raise PermissionDenied
    return run


def _form(
    request: HttpRequest, addresses: Addresses, kind: str, data: Any
) -> PaperForm:
    if kind not in PaperKind:
        raise Http404
    numbered = isinstance(addresses, RunAddresses)
    may_log = request.user.has_perm("interactions.add_interactionlogentry")
    return FORMS[PaperKind(kind)](data, numbered=numbered, may_log=may_log)


def _page(
    request: HttpRequest,
    addresses: Addresses,
    kind: str,
    name: str,
    context: dict[str, Any],
) -> HttpResponse:
    form = _form(request, addresses, kind, request.POST or None)
    count = addresses.count()
    if form.is_valid() and count:
        answer = _printed(request, addresses, form)
        if answer:
            return answer
    lacking = addresses.lacking()
    context |= {
        "form": form,
        "kind": PaperKind(kind),
        "tabs": [
            (
                each,
                each.label,
                reverse(name, args=[request.resolver_match.kwargs["pk"], each]),
            )
            for each in PaperKind
        ],
        "preview_url": reverse(
            f"{name}_preview", args=[request.resolver_match.kwargs["pk"], kind]
        ),
        "number": addresses.number,
        "count": count,
        "as_job": count > MOST_WITHOUT_JOB,
        "lacking": sum(lacking.values()),
        "incomplete": addresses.incomplete(INCOMPLETE_SHOWN) if lacking else [],
        "blocked": addresses.blocked(),
        "page": _first(addresses, form),
    }
    return render(request, "segments/paper.html", context)


def _printed(
    request: HttpRequest, addresses: Addresses, form: PaperForm
) -> HttpResponse | None:
    """The file, the job that makes it, or None where the form says why not."""
    try:
        job = print_paper_of(
            addresses=addresses,
            asked=form.asked,
            user=request.user,
            at=timezone.now(),
        )
    except (SegmentError, JobError) as error:
        form.add_error(None, forms.ValidationError(str(error)))
        return None
    whole = job.has_result_file and not job.result.get("left")
    return file_of(job) if whole else redirect(job)


def _preview(request: HttpRequest, addresses: Addresses, kind: str) -> HttpResponse:
    form = _form(request, addresses, kind, request.GET)
    form.is_valid()
    context = {"page": _first(addresses, form), "form": form}
    return render(request, "segments/_paper_preview.html", context)


def _first(addresses: Addresses, form: PaperForm) -> Any:
    """The first page of what is asked so far."""
    asked = form.asked
    pieces = islice(addresses.pieces(asked.order), 40)
    return first_page(pieces, asked, addresses.own, Printed())
