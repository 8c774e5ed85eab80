"""The outbox: what waits, what failed and why; sending again, pausing a run."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from ..filters import OutboxFilter
from ..forms import AgainForm
from ..models import Delivery, Run
from ..services.send_again import (
    MayArriveTwice,
    pause,
    send_again,
)

PAGE_SIZE = 50
RUNS_SHOWN = 20


@login_required
@permission_required("interactions.view_delivery", raise_exception=True)
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List the e-mails, the newest first, and the runs that are not done with."""
    found = _found(request)
    may_send = request.user.has_perm("interactions.send_delivery")
    letters = found.qs.for_list().order_by("-pk")
    page = Paginator(letters, PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "filter": found,
        "page_obj": page,
        "runs": Delivery.objects.by_run()[:RUNS_SHOWN],
        "may_send": may_send,
        "again": may_send and found.qs.may_be_sent_again().count(),
    }
    return render(request, "interactions/outbox.html", context)


@login_required
@permission_required("interactions.send_delivery", raise_exception=True)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Send letters again: those ticked, or all found; ask where some may be there."""
    form = AgainForm(_found(request).qs, request.POST)
    if not form.is_valid():
        for error in form.non_field_errors() or [_("Choose from the list.")]:
            messages.error(request, error)
        return _back(request)
    try:
        count = send_again(deliveries=form.chosen, sure=form.cleaned_data["sure"])
    except MayArriveTwice as error:
        context = {"form": form, "count": error.count, "back": _outbox_url(request)}
        context["letters"] = form.chosen.may_be_sent_again().count()
        return render(request, "interactions/outbox_again.html", context)
    said = ngettext("%s letter is sent again.", "%s letters are sent again.", count)
    messages.success(request, said % count)
    return _back(request)


@login_required
@permission_required("interactions.send_delivery", raise_exception=True)
@require_POST
def run_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the letters of a run wait."""
    pause(run=get_object_or_404(Run, pk=pk), paused=True)
    messages.success(request, _("The run is paused: its e-mails wait."))
    return _where_from(request)


@login_required
@permission_required("interactions.send_delivery", raise_exception=True)
@require_POST
def run_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the letters of a run go on."""
    pause(run=get_object_or_404(Run, pk=pk), paused=False)
    messages.success(request, _("The run goes on: its e-mails are sent."))
    return _where_from(request)


def _found(request: HttpRequest) -> OutboxFilter:
    emails: QuerySet[Delivery] = Delivery.objects.emails()
    return OutboxFilter(request.GET, queryset=emails)


def _outbox_url(request: HttpRequest) -> str:
    """The list as it was narrowed."""
    asked = request.GET.urlencode()
    return reverse("interactions:outbox") + (f"?{asked}" if asked else "")


def _back(request: HttpRequest) -> HttpResponse:
    return redirect(_outbox_url(request))


def _where_from(request: HttpRequest) -> HttpResponse:
    """To the page whose button it was."""
    page = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()})
    return redirect(page if ours else "interactions:outbox")
