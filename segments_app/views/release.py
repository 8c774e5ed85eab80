"""Releasing a segment for logging: what a manager has seen is what is logged."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..forms.log_segment import ReleaseForm
from ..models import Segment
from ..services import ProblemsFound, SegmentChanged, SegmentError, WarningsFound
from ..services.release import (
    DELIVER,
    RELEASE,
    DayIsPast,
    is_released,
    release,
    withdraw_release,
)
from .logged_meanwhile import leads_to_logged_segment
from .shown_problems import problems_found


@login_required
@permission_required(RELEASE, raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_release(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what would be logged; on POST release it for a day."""
    segment = _segment(pk)
    deliver = "deliver" in (request.POST or request.GET)
    if deliver and not request.user.has_perm(DELIVER):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, segment, deliver=deliver)
    form = _form(request, segment, data=request.POST)
    if not form.is_valid():
        return _page(request, segment, deliver=deliver, form=form)
    try:
        release(
            segment=segment,
            log_on=form.cleaned_data["log_on"],
            confirmed=form.confirmed,
            user=request.user,
            at=timezone.now(),
            expected_version=form.cleaned_data["expected_version"],
            seen_at=form.cleaned_data["seen_at"],
            **form.choices,
        )
    except DayIsPast as error:
        form.add_error("log_on", str(error))
        return _page(request, segment, deliver=deliver, form=form)
    except SegmentError as error:
        chosen = form.choices | {"log_on": form.cleaned_data["log_on"]}
        refusal = _refusal(error)
        return _page(
            request, _segment(pk), deliver=deliver, chosen=chosen, refusal=refusal
        )
    day = date_format(segment.log_on, "SHORT_DATE_FORMAT")
    messages.success(request, _("The segment is released for logging on %s.") % day)
    return redirect(segment)


@login_required
@permission_required(RELEASE, raise_exception=True)
@require_POST
@leads_to_logged_segment
def release_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the release back."""
    try:
        segment = withdraw_release(segment=_segment(pk))
    except SegmentChanged as error:
        raise Http404(str(error)) from error
    messages.success(request, _("The segment is not logged by itself any more."))
    return redirect(segment)


def _segment(pk: int) -> Segment:
    return get_object_or_404(Segment.objects.select_related("released_by"), pk=pk)


def _page(
    request: HttpRequest,
    segment: Segment,
    *,
    deliver: bool,
    form: ReleaseForm | None = None,
    chosen: dict[str, Any] | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = problems_found(segment, deliver=deliver) | {"refusal": refusal}
    if request.htmx:
        return render(request, "segments/_preflight.html", context)
    day = max(segment.date, timezone.localdate())
    initial = chosen or {"deliver": deliver, "log_on": day}
    context["form"] = form or _form(request, segment, initial=initial)
    context["released"] = is_released(segment)
    return render(request, "segments/release.html", context)


def _form(request: HttpRequest, segment: Segment, **values: dict) -> ReleaseForm:
    if "initial" in values:
        values["initial"] |= {
            "expected_version": segment.steps_version,
            "seen_at": segment.updated_at.isoformat(),
        }
    return ReleaseForm(
        **values,
        may_deliver=request.user.has_perm(DELIVER),
        check_url=reverse("segments:release", args=[segment.pk]),
    )


def _refusal(error: SegmentError) -> str:
    if isinstance(error, ProblemsFound):
        return _("It is not released. Mend the problems below first.")
    if isinstance(error, WarningsFound):
        return _("It is not released. Look at the warnings below and confirm them.")
    return str(error)
