"""Logged segments: what was done, to whom, and what can be made of it."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
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
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_POST,
)

from contacts.choices import CorrespondenceType
from contacts.models import MarketingSetup
from interactions.choices import DeliveryStatus
from interactions.models import InteractionLogEntry, LoggedSegment, Run
from interactions.services.once import DoneAlready, only_once
from interactions.services.printing import last_number
from interactions.services.sendings import with_sending
from interactions.views.entry_table import AS_LOGGED, SUMMED, entry_table
from interactions.views.many import actions_for
from interactions.views.once import lead_to_made

from ..choices import FollowUpOf
from ..filters.logged_segments import LoggedSegmentFilter
from ..forms.logged_segments import FollowUpForm, ReuseForm
from ..forms.printing import OutputForm
from ..services import SegmentError, create_follow_up
from ..services.channels import failed_emails, unposted_letters
from ..services.follow_up import NobodyToFollowUp, count_to_follow
from ..services.letters_again import check_letters, letters_kept, runs_kept
from ..services.logged_result import result_of
from .downloads import printed
from .in_effect import logged_names
from .runs import DELIVER
from .shown_difference import redirect_to_difference
from .shown_steps import shown_logged_steps
from .step_words import kept_out_labels

PER_PAGE = 50


@login_required
@permission_required("interactions.view_loggedsegment", raise_exception=True)
@require_GET
def logged_list(request: HttpRequest) -> HttpResponse:
    """List logged segments, the newest first."""
    logged = LoggedSegment.objects.select_related("user").with_entries()
    found = LoggedSegmentFilter(request.GET, queryset=logged, request=request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    entries = InteractionLogEntry.objects.filter(logged_segment__in=found.qs.order_by())
    sums = entries.sums(at_most=SUMMED + 1)
    context = {
        "filter": found,
        "page_obj": page,
        "logged_segments": _with_sums(page.object_list),
        "sums": sums,
        "has_more": sums["found"] > SUMMED,
        "most": SUMMED,
        "currency": MarketingSetup.load().currency,
    }
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
    now, key = timezone.now(), form.cleaned_data["once_key"]
    make = partial(
        create_follow_up,
        logged_segment=logged,
        asked=form.asked,
        user=request.user,
        at=now,
    )
    try:
        segment = only_once(key=key, make=make, at=now)
    except DoneAlready as already:
        return lead_to_made(request, already, otherwise=logged)
    except NobodyToFollowUp as error:
        form.add_error("only", str(error))
        return _detail(request, logged, follow_up_form=form)
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
    ("segments_app.add_segment", "interactions.view_loggedsegment"),
    raise_exception=True,
)
@require_GET
def follow_up_count(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how many a follow-up of each kind would have, and how many are kept out."""
    logged = _logged(pk)
    form = FollowUpForm(request.GET)
    counts = []
    if form.is_valid():
        now = timezone.now()
        for choice in FollowUpOf:
            found = count_to_follow(logged, replace(form.asked, only=choice), now)
            kept_out = kept_out_labels(found.kept_out)
            counts.append((choice.label, found.contacts, kept_out))
    return render(request, "segments/_follow_up_counts.html", {"counts": counts})


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
    try:
        check_letters(logged)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect(logged)
    runs = list(runs_kept(logged))
    form = OutputForm(request.POST, last=last_number(runs))
    answer = printed(request, form, runs) if form.is_valid() else None
    if answer:
        return answer
    for errors in form.errors.values():
        messages.error(request, " ".join(errors))
    return redirect(logged)


def _with_sums(page: Iterable[LoggedSegment]) -> list[LoggedSegment]:
    """Give each what its interactions that count cost and took: one query."""
    shown = list(page)
    of_these = InteractionLogEntry.objects.filter(logged_segment__in=shown)
    sums = {row["logged_segment"]: row for row in of_these.sums_by("logged_segment")}
    for logged in shown:
        logged.sums = sums.get(logged.pk, {"cost": 0, "duration": 0})
    return shown


def _logged(pk: int) -> LoggedSegment:
    return get_object_or_404(LoggedSegment.objects.for_page(), pk=pk)


def _detail(
    request: HttpRequest,
    logged: LoggedSegment,
    *,
    follow_up_form: FollowUpForm | None = None,
    reuse_form: ReuseForm | None = None,
) -> HttpResponse:
    asked = request.GET.copy()
    asked["logged_segment"] = str(logged.pk)
    letters = letters_kept(logged).count()
    context = {
        "logged": logged,
        "header": _header(logged),
        "steps": shown_logged_steps(logged, user=request.user),
        "table": entry_table(asked, order=AS_LOGGED),
        "actions": actions_for(request.user),
        "campaign_entries": logged.campaign_entries.select_related("campaign"),
        "channels": _channels(logged),
        "letters": letters,
        "by_copy": logged.interactions.filter(by_copy_of__isnull=False).count(),
        "result": result_of(logged),
        "runs": _runs(logged),
        **_other_ways(request, logged),
        "delivery": _delivery(logged),
        "follow_ups": logged.follow_ups.all(),
        "left_overs": logged.left_overs.all(),
        "follow_up_form": follow_up_form or FollowUpForm(),
        "reuse_form": reuse_form or ReuseForm(),
    }
    return render(request, "segments/logged_detail.html", context)


def _runs(logged: LoggedSegment) -> list[Run]:
    """The runs of its letters, and those that were prepared before."""
    of_it = Q(logged_segment=logged)
    if logged.worksheet:
        of_it |= Q(worksheet=logged.worksheet)
    return with_sending(Run.objects.filter(of_it).with_letters().select_related("user"))


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


def _channels(logged: LoggedSegment) -> list[tuple[str, int, int]]:
    """How many go which way: those that count, and those that are cancelled."""
    counts = (
        logged.interactions.logged()
        .order_by("correspondence_type")
        .values_list("correspondence_type")
        .annotate(
            counting=Count("pk", filter=Q(cancelled=False)),
            cancelled=Count("pk", filter=Q(cancelled=True)),
        )
    )
    labels = dict(CorrespondenceType.choices) | {"": _("Nothing was sent")}
    return [(str(labels[kind]), *numbers) for kind, *numbers in counts]


def _delivery(logged: LoggedSegment) -> list[tuple[str, int]]:
    """How many letters stand where on their way out."""
    counts = (
        logged.interactions.exclude(delivery_status="")
        .order_by("delivery_status")
        .values_list("delivery_status")
        .annotate(count=Count("pk"))
    )
    return [(str(DeliveryStatus(status).label), count) for status, count in counts]
