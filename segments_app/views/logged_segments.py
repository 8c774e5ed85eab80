"""Logged segments: what was done, to whom, and what can be made of it."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_POST,
)

from contacts.choices import CorrespondenceType
from interactions.choices import DeliveryStatus
from interactions.models import LoggedSegment, Run
from interactions.models.querysets import RunQuerySet
from interactions.services.printing import last_number

from ..filters.logged_segments import LoggedSegmentFilter
from ..forms.logged_segments import FollowUpForm, ReuseForm
from ..forms.printing import OutputForm
from ..services import create_follow_up
from ..services.channels import failed_emails, unposted_letters
from ..services.letters_again import NoLetters, letters_kept, runs_kept
from .downloads import printed
from .in_effect import logged_names
from .runs import DELIVER
from .shown_difference import redirect_to_difference
from .shown_steps import shown_logged_steps

PER_PAGE = 50


@login_required
@permission_required("interactions.view_loggedsegment", raise_exception=True)
@require_GET
def logged_list(request: HttpRequest) -> HttpResponse:
    """List logged segments, the newest first."""
    logged = LoggedSegment.objects.select_related("user").with_entries()
    found = LoggedSegmentFilter(request.GET, queryset=logged, request=request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page}
    return render(request, "segments/logged_list.html", context)


@login_required
@permission_required("interactions.view_loggedsegment", raise_exception=True)
@require_GET
def logged_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a logged segment: header, steps, and every interaction."""
    return _detail(request, _logged(pk))


@login_required
@permission_required(
    ("segments_app.add_segment", "interactions.view_loggedsegment"),
    raise_exception=True,
)
@require_POST
def follow_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a follow-up segment and go there."""
    logged = _logged(pk)
    form = FollowUpForm(request.POST)
    if not form.is_valid():
        return _detail(request, logged, follow_up_form=form)
    segment = create_follow_up(
        logged_segment=logged,
        only=form.cleaned_data["only"],
        user=request.user,
        at=timezone.now(),
    )
    step = segment.steps.get()
    said = ngettext(
        "The follow-up segment has %s contact.",
        "The follow-up segment has %s contacts.",
        step.total,
    )
    messages.success(request, said % intcomma(step.total))
    return redirect(segment)


@login_required
@permission_required(
    ("segments_app.change_segment", "interactions.view_loggedsegment"),
    raise_exception=True,
)
@require_GET
def reuse_logged(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose the open segment that gets the contacts; who that is comes next."""
    logged = _logged(pk)
    chosen = ReuseForm(request.GET)
    if not chosen.is_valid():
        return _detail(request, logged, reuse_form=chosen)
    segment = chosen.cleaned_data["segment"]
    return redirect_to_difference(
        segment, kind="logged", carried=[("logged_segment", str(logged.pk))]
    )


@login_required
@permission_required("interactions.view_loggedsegment", raise_exception=True)
@require_POST
def logged_letters(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out all letters again, as they were; many of them as a job."""
    logged = _logged(pk)
    if not letters_kept(logged).exists():
        messages.error(request, str(NoLetters()))
        return redirect(logged)
    runs = list(runs_kept(logged))
    form = OutputForm(request.POST, last=last_number(runs))
    answer = printed(request, form, runs) if form.is_valid() else None
    if answer:
        return answer
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    return redirect(logged)


def _logged(pk: int) -> LoggedSegment:
    return get_object_or_404(LoggedSegment.objects.select_related("user"), pk=pk)


def _detail(
    request: HttpRequest,
    logged: LoggedSegment,
    *,
    follow_up_form: FollowUpForm | None = None,
    reuse_form: ReuseForm | None = None,
) -> HttpResponse:
    entries = logged.interactions.for_list().order_by("pk")
    page = Paginator(entries, PER_PAGE).get_page(request.GET.get("page"))
    letters = letters_kept(logged).count()
    context = {
        "logged": logged,
        "header": _header(logged),
        "steps": shown_logged_steps(logged, user=request.user),
        "page_obj": page,
        "letters": letters,
        "by_copy": logged.interactions.filter(by_copy_of__isnull=False).count(),
        "runs": _runs(logged),
        **_other_ways(request, logged),
        "delivery": _delivery(logged),
        "follow_ups": logged.follow_ups.all(),
        "left_overs": logged.left_overs.all(),
        "follow_up_form": follow_up_form or FollowUpForm(),
        "reuse_form": reuse_form or ReuseForm(),
    }
    return render(request, "segments/logged_detail.html", context)


def _runs(logged: LoggedSegment) -> RunQuerySet:
    """The runs of its letters, and those that were prepared before."""
    of_it = Q(logged_segment=logged)
    worksheet = logged.criteria.get("worksheet")
    if worksheet:
        of_it |= Q(worksheet=worksheet)
    return Run.objects.filter(of_it).with_letters().select_related("user")


def _other_ways(request: HttpRequest, logged: LoggedSegment) -> dict[str, Any]:
    """Which letters could go another way, for those who may let them."""
    if not request.user.has_perm(DELIVER):
        return {}
    now = timezone.now()
    return {
        "failed_emails": failed_emails(logged, now),
        "unposted": unposted_letters(logged, now),
    }


def _header(logged: LoggedSegment) -> dict[str, Any]:
    """The header of the segment as it was, ready to be shown."""
    header = logged.criteria.get("header", {})
    kind = header.get("correspondence_type", "")
    return header | {
        **logged_names(logged, header),
        "date": parse_date(header.get("date") or ""),
        "correspondence_type": dict(CorrespondenceType.choices).get(kind, kind),
    }


def _delivery(logged: LoggedSegment) -> list[tuple[str, int]]:
    """How many letters stand where on their way out."""
    counts = (
        logged.interactions.exclude(delivery_status="")
        .order_by("delivery_status")
        .values_list("delivery_status")
        .annotate(count=Count("pk"))
    )
    return [(str(DeliveryStatus(status).label), count) for status, count in counts]
