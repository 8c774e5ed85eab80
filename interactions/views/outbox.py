"""The outbox: what waits, what failed and why; sending again, pausing a run."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from contacts.models.keyset import KeyOrder
from contacts.views.listing import listing

from ..filters import OutboxFilter
from ..forms.entries import AgainForm
from ..models import Delivery, Run
from ..services.pausing import RunNotPaused, RunNotResumed, pause, resume
from ..services.send_again import MayArriveTwice, send_again

PAGE_SIZE = 50
# So many are counted; nobody waits for the rest of a long outbox.
COUNTED = 10_000
NEWEST_FIRST = KeyOrder(keys=(), descending=True)
RUNS_SHOWN = 20
# In the outbox, and on the page of the run.
SEE_RUNS = ("interactions.view_delivery", "interactions.view_loggedsegment")


@login_required
@permission_required("interactions.view_delivery", raise_exception=True)
@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """List the e-mails, the newest first, and the runs that are not done with."""
    found = _found(request)
    may_send = request.user.has_perm("interactions.send_delivery")
    counts = found.qs.counts(at_most=COUNTED + 1)
    has_more = counts["found"] > COUNTED
    context: dict[str, Any] = {
        "filter": found,
        "table": listing(
            request.GET,
            found.qs,
            order=NEWEST_FIRST,
            shown=Delivery.objects.for_list(),
            size=PAGE_SIZE,
        ),
        "said_found": _said_found(counts["found"]),
        "has_more": has_more,
        "runs": Delivery.objects.by_run()[:RUNS_SHOWN],
        "may_send": may_send,
        "again": may_send and (has_more or counts["again"]),
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
        count = send_again(
            deliveries=form.chosen,
            sure=form.cleaned_data["sure"],
            user=request.user,
            at=timezone.now(),
        )
    except MayArriveTwice as error:
        context = {"form": form, "count": error.count, "back": _outbox_url(request)}
        context["letters"] = form.chosen.may_be_sent_again().count()
        return render(request, "interactions/outbox_again.html", context)
    if count:
        said = ngettext("%s letter is sent again.", "%s letters are sent again.", count)
        messages.success(request, said % count)
    else:
        messages.error(
            request,
            _("No letter is sent again: they are on their way already, or must stay."),
        )
    return _back(request)


@login_required
@permission_required("interactions.send_delivery", raise_exception=True)
@require_POST
def run_pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the letters of a run wait."""
    try:
        pause(run=_run_asked(request, pk))
    except RunNotPaused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The run is paused: its e-mails wait."))
    return _where_from(request)


@login_required
@permission_required("interactions.send_delivery", raise_exception=True)
@require_POST
def run_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the letters of a run go on."""
    try:
        resume(run=_run_asked(request, pk))
    except RunNotResumed as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The run goes on: its e-mails are sent."))
    return _where_from(request)


def _said_found(count: int) -> str:
    if count > COUNTED:
        return _("More than %s e-mails") % intcomma(COUNTED)
    return ngettext("%s e-mail", "%s e-mails", count) % intcomma(count)


def _run_asked(request: HttpRequest, pk: int) -> Run:
    """A run that the log tells of, for those who see it where its buttons are."""
    if not any(map(request.user.has_perm, SEE_RUNS)):
        raise PermissionDenied
    return get_object_or_404(Run.objects.logged(), pk=pk)


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
