"""The letters of a logged run on their way: printed, posted, taken out, withdrawn."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from interactions.models import LoggedSegment
from interactions.services.errors import InteractionError
from interactions.services.paper_runs import (
    PostingDateRefused,
    RunIsGone,
    RunNotWithdrawn,
    mark_printed,
    post_run,
    take_letters_out,
    withdraw_run,
)
from interactions.services.printing import last_number

from ..forms.run_posting import PostingForm, TakeOutForm
from ..jobs.other_way import WAYS, move_later, takes_long
from ..services import SegmentError
from .runs import DELIVER, run_asked, run_page


@login_required
@permission_required(DELIVER, raise_exception=True)
@require_POST
def run_printed(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that the letters are on paper."""
    shown = run_asked(request, pk)
    try:
        mark_printed(run=shown, user=request.user, at=timezone.now())
    except InteractionError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The letters are printed."))
    return redirect("segments:run", shown.pk)


@login_required
@permission_required(DELIVER, raise_exception=True)
@require_POST
def run_posted(request: HttpRequest, pk: int) -> HttpResponse:
    """Note when the letters went to the post."""
    shown = run_asked(request, pk)
    form = PostingForm(request.POST)
    if form.is_valid():
        try:
            event = post_run(
                run=shown,
                posted_on=form.cleaned_data["posted_on"],
                user=request.user,
                at=timezone.now(),
            )
        except PostingDateRefused as error:
            form.add_error("posted_on", str(error))
            shown = run_asked(request, pk)
        except InteractionError as error:
            messages.error(request, str(error))
            return redirect("segments:run", shown.pk)
        else:
            said = ngettext(
                "%s letter was posted.", "%s letters were posted.", event.letters
            )
            messages.success(request, said % intcomma(event.letters))
            return redirect("segments:run", shown.pk)
    return run_page(request, shown, posting=form)


@login_required
@permission_required(DELIVER, raise_exception=True)
@require_http_methods(["GET", "POST"])
def run_take_out(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw single letters, named by their numbers."""
    shown = run_asked(request, pk)
    form = TakeOutForm(request.POST or None, last=last_number([shown]))
    if form.is_valid():
        try:
            event = take_letters_out(
                run=shown,
                numbers=form.numbers,
                user=request.user,
                at=timezone.now(),
            )
        except RunIsGone as error:
            messages.error(request, str(error))
            return redirect("segments:run", shown.pk)
        except InteractionError as error:
            form.add_error("letters", str(error))
        else:
            said = ngettext(
                "%s letter was taken out.", "%s letters were taken out.", event.letters
            )
            messages.success(request, said % intcomma(event.letters))
            return redirect("segments:run", shown.pk)
    elif not shown.waits_for_post:
        messages.error(request, str(RunIsGone()))
        return redirect("segments:run", shown.pk)
    context = {"run": shown, "form": form}
    return render(request, "segments/run_take_out.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def run_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and then let nobody print, log or post the run any more."""
    shown = run_asked(request, pk)
    needed = DELIVER if shown.is_logged else "segments_app.change_segment"
    if not request.user.has_perm(needed):
        raise PermissionDenied
    if request.method == "POST":
        try:
            withdraw_run(run=shown, user=request.user, at=timezone.now())
        except InteractionError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The run is withdrawn."))
        return redirect("segments:run", shown.pk)
    if not shown.may_be_withdrawn:
        messages.error(request, str(RunNotWithdrawn()))
        return redirect("segments:run", shown.pk)
    context = {"run": shown, "cancel_url": reverse("segments:run", args=[shown.pk])}
    return render(request, "segments/run_withdraw.html", context)


@login_required
@permission_required((DELIVER, "interactions.view_loggedsegment"), raise_exception=True)
@require_http_methods(["GET", "POST"])
def other_way(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Ask, and then print e-mails that failed, or send letters by e-mail instead."""
    logged = get_object_or_404(LoggedSegment, pk=pk)
    count, move, nothing = WAYS[way]
    now = timezone.now()
    movable = count(logged, now)
    asked: dict[str, Any] = {"logged_segment": logged, "user": request.user, "at": now}
    if request.method == "POST" and takes_long(movable.letters):
        return redirect(move_later(way=way, letters=movable.letters, **asked))
    if request.method == "POST":
        try:
            events = move(**asked)
        except SegmentError as error:
            messages.error(request, str(error))
            return redirect(logged)
        _say_moved(request, way, sum(event.letters for event in events))
        return redirect("segments:run", events[0].became_id)
    if not movable:
        messages.error(request, str(nothing()))
        return redirect(logged)
    context = {
        "logged": logged,
        "way": way,
        "movable": movable,
        "nothing": "" if movable.letters else str(nothing()),
        "takes_long": takes_long(movable.letters),
        "cancel_url": logged.get_absolute_url(),
    }
    return render(request, "segments/other_way.html", context)


def _say_moved(request: HttpRequest, way: str, letters: int) -> None:
    said = (
        ngettext(
            "%s e-mail is printed instead: it is in this run.",
            "%s e-mails are printed instead: they are in this run.",
            letters,
        )
        if way == "paper"
        else ngettext(
            "%s letter goes by e-mail instead: it is in this run.",
            "%s letters go by e-mail instead: they are in this run.",
            letters,
        )
    )
    messages.success(request, said % intcomma(letters))
