"""A logged segment that shall not count: cancelled, taken back, deleted."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from interactions.models import LoggedSegment
from interactions.services.cancel import (
    NothingToTakeBack,
    cancel_logged_segment,
    take_back,
)
from interactions.services.delete_cancelled import delete_segments
from interactions.services.errors import InteractionError

from ..forms.logged_segments import CancelLoggedForm


@login_required
@permission_required(
    ("interactions.view_loggedsegment", "interactions.change_loggedsegment"),
    raise_exception=True,
)
@require_http_methods(["GET", "POST"])
def logged_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what goes along and ask why, then cancel it."""
    logged = get_object_or_404(LoggedSegment, pk=pk)
    form = CancelLoggedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cancellation = cancel_logged_segment(
                logged_segment=logged,
                reason=form.cleaned_data["reason"],
                user=request.user,
                at=timezone.now(),
            )
        except InteractionError as problem:
            form.add_error(None, str(problem))
        else:
            number = cancellation.interactions.count()
            said = ngettext(
                "It is cancelled with %s interaction.",
                "It is cancelled with %s interactions.",
                number,
            )
            messages.success(request, said % intcomma(number))
            return redirect(logged)
    counts = logged.interactions.counts()
    context = {"logged": logged, "form": form, "counts": counts}
    return render(request, "segments/logged_cancel.html", context)


@login_required
@permission_required(
    ("interactions.view_loggedsegment", "interactions.change_loggedsegment"),
    raise_exception=True,
)
@require_http_methods(["GET", "POST"])
def logged_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it count again, with what was cancelled along with it."""
    logged = get_object_or_404(LoggedSegment.objects.for_page(), pk=pk)
    if request.method == "POST":
        try:
            number = _taken_back(logged, request.user)
        except InteractionError as problem:
            messages.error(request, str(problem))
        else:
            said = ngettext(
                "It counts again with %s interaction.",
                "It counts again with %s interactions.",
                number,
            )
            messages.success(request, said % intcomma(number))
        return redirect(logged)
    if not logged.cancelled:
        messages.error(request, str(NothingToTakeBack()))
        return redirect(logged)
    context = {"logged": logged, "number": _along(logged)}
    return render(request, "segments/logged_take_back.html", context)


@login_required
@permission_required(
    ("interactions.view_loggedsegment", "interactions.delete_loggedsegment"),
    raise_exception=True,
)
@require_http_methods(["GET", "POST"])
def logged_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Delete the register of one that is cancelled; its interactions stay."""
    logged = get_object_or_404(LoggedSegment, pk=pk)
    if not logged.cancelled:
        messages.error(request, _("Only what is cancelled can be deleted."))
        return redirect(logged)
    if request.method == "POST":
        if sum(delete_segments(LoggedSegment.objects.filter(pk=pk))):
            messages.success(request, _("%s is deleted.") % logged.segment_number)
            return redirect("segments:logged_list")
        messages.error(request, _("Somebody let it count again meanwhile."))
        return redirect(logged)
    number = logged.interactions.count()
    context = {"logged": logged, "number": number}
    return render(request, "segments/logged_delete.html", context)


def _taken_back(logged: LoggedSegment, user: Any) -> int:
    if not (logged.cancelled and logged.cancellation):
        raise NothingToTakeBack
    taken = take_back(cancellation=logged.cancellation, user=user, at=timezone.now())
    return taken.interactions


def _along(logged: LoggedSegment) -> int:
    """How many interactions were cancelled along with it, and by nothing else."""
    if logged.cancellation is None:
        return 0
    return logged.cancellation.interactions.filter(cancelled=True).count()
