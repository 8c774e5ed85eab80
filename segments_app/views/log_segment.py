"""Logging a segment: every problem on one page, the choices, one winner."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from contacts.models import Contact

from ..forms.log_segment import LogSegmentForm
from ..forms.steps import StepForm, say_loss
from ..models import Segment
from ..models.querysets import SegmentLineQuerySet
from ..services import (
    Problem,
    ProblemsFound,
    SegmentAlreadyLogged,
    SegmentError,
    lines_with_problem,
    log_segment,
    preflight,
    remove_by_hand,
)
from ..services.preflight import checks_for, lines_with_letter, loggable_lines
from ..services.run_changes import newest_run
from ..services.steps import loss_of_tail
from .in_effect import in_effect
from .logged_meanwhile import leads_to_logged_segment
from .taking import take

PER_PAGE = 50

# Where a problem is mended, if not on the contacts or lines that have it.
MENDED_ON_SEGMENT = {
    "empty": "segments:detail",
    "no_segment_description": "segments:edit",
    "no_template": "segments:edit",
    "no_document": "segments:documents",
    "letter_with_condition": "segments:merge",
    "nothing_to_deliver": "segments:edit",
    "salesperson_missing": "segments:edit",
    "salesperson_needed": "segments:edit",
}
MENDED_BY_REMOVING = {"privacy_blocked", "minor", "excluded", "channel_blocked"}
DELIVER = "segments_app.deliver_segment"


@dataclass(frozen=True)
class ShownProblem:
    """A problem with the way to its lines and to the place where it is mended."""

    problem: Problem
    lines_url: str
    fix_url: str


@login_required
@permission_required("segments_app.log_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def log(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the problems and the choices; on POST log the segment."""
    segments = Segment.objects.select_related("template__campaign", "campaign")
    segment = get_object_or_404(segments, pk=pk)
    asked_to_deliver = "deliver" in (request.POST or request.GET)
    if asked_to_deliver and not request.user.has_perm(DELIVER):
        raise PermissionDenied
    if request.method == "GET":
        return _page(request, segment, deliver=asked_to_deliver)
    form = _form(request, segment, data=request.POST)
    if not form.is_valid():
        return _page(request, segment, deliver=asked_to_deliver, form=form)
    prepared = newest_run(segment)
    try:
        logged = log_segment(
            segment=segment,
            expected_version=form.cleaned_data["expected_version"],
            seen_at=form.cleaned_data["seen_at"],
            user=request.user,
            at=timezone.now(),
            **form.choices,
        )
    except SegmentAlreadyLogged as error:
        messages.warning(request, str(error))
        return redirect(error.logged_segment)
    except SegmentError as error:
        # A fresh form: it holds the step at which the segment stands now.
        return _page(
            request,
            get_object_or_404(Segment, pk=pk),
            deliver=asked_to_deliver,
            chosen=form.choices,
            refusal=_refusal(error, skip=form.choices["skip_problem_lines"]),
        )
    count = logged.interactions.count()
    said = ngettext(
        "Segment %(number)s is logged: %(count)s interaction.",
        "Segment %(number)s is logged: %(count)s interactions.",
        count,
    )
    said %= {"number": logged.segment_number, "count": intcomma(count)}
    messages.success(request, said)
    if prepared and not logged.runs.filter(pk=prepared.pk).exists():
        messages.warning(request, _("The letters are not those of the prepared run."))
    return redirect(logged)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def problem(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """List the contacts that have one kind of problem; on POST take them off."""
    segment = get_object_or_404(Segment, pk=pk)
    deliver = "deliver" in request.GET
    checks = {check.kind: check for check in checks_for(segment, deliver=deliver)}
    if kind not in checks:
        raise Http404(_("There is no such problem."))
    lines = lines_with_problem(segment, deliver=deliver, kind=kind)
    back = _check_url(segment, deliver=deliver)
    form = StepForm(request.POST or None, segment=segment)
    if request.method == "POST":
        if not request.user.has_perm("segments_app.change_segment"):
            raise PermissionDenied
        if not lines.exists():
            messages.warning(request, _("No contact has this problem"))
            return redirect(back)
        if _take_off(request, segment, lines, form):
            return redirect(back)
    page = Paginator(
        lines.select_related("contact").order_by("position", "pk"), PER_PAGE
    ).get_page(request.GET.get("page"))
    context = {
        "segment": segment,
        "check": checks[kind],
        "page_obj": page,
        "back_url": back,
        "form": form,
        "mended_by_removing": kind in MENDED_BY_REMOVING,
    }
    return render(request, "segments/problem.html", context)


def _take_off(
    request: HttpRequest, segment: Segment, lines: SegmentLineQuerySet, form: StepForm
) -> bool:
    """Take the contacts of these lines off, or say in the form why not."""
    contacts = Contact.objects.filter(pk__in=lines.values("contact"))
    steps = take(request, form, remove_by_hand, segment=segment, contacts=contacts)
    if not steps:
        return False
    (step,) = steps
    said = ngettext(
        "%s contact was taken off the segment.",
        "%s contacts were taken off the segment.",
        step.left,
    )
    messages.success(request, said % intcomma(step.left))
    return True


def _page(
    request: HttpRequest,
    segment: Segment,
    *,
    deliver: bool,
    form: LogSegmentForm | None = None,
    chosen: dict[str, bool] | None = None,
    refusal: str = "",
) -> HttpResponse:
    problems = preflight(segment=segment, deliver=deliver)
    context = {
        "segment": segment,
        "deliver": deliver,
        "problems": [_shown(segment, each, deliver=deliver) for each in problems],
        "refusing": sum(each.refuses for each in problems),
        "refusal": refusal,
    }
    if request.htmx:
        return render(request, "segments/_preflight.html", context)
    chosen = chosen or {"deliver": deliver}
    context["form"] = form or _form(request, segment, initial=chosen)
    context["in_effect"] = in_effect(segment)
    context["count"] = loggable_lines(segment).count()
    context["by_copy"] = context["count"] - lines_with_letter(segment).count()
    context["run"] = newest_run(segment)
    loss = loss_of_tail(segment)
    context["loss"] = say_loss(loss) if loss.steps else ""
    return render(request, "segments/log.html", context)


def _form(request: HttpRequest, segment: Segment, **values: dict) -> LogSegmentForm:
    if "initial" in values:
        values["initial"] |= {
            "expected_version": segment.steps_version,
            "seen_at": segment.updated_at.isoformat(),
        }
    return LogSegmentForm(
        **values,
        may_deliver=request.user.has_perm(DELIVER),
        check_url=reverse("segments:log", args=[segment.pk]),
    )


def _refusal(error: SegmentError, *, skip: bool) -> str:
    """Say why nothing was logged; the problems themselves are listed below it."""
    if not isinstance(error, ProblemsFound):
        return str(error)
    if skip and all(each.lines for each in error.problems):
        return _("Nothing was logged: every contact has a problem.")
    return _("Nothing was logged. Mend the problems below first.")


def _shown(segment: Segment, problem: Problem, *, deliver: bool) -> ShownProblem:
    lines_url = ""
    if problem.lines:
        lines_url = reverse("segments:problem", args=[segment.pk, problem.kind])
        lines_url += "?deliver=on" if deliver else ""
    place = MENDED_ON_SEGMENT.get(problem.kind)
    fix_url = reverse(place, args=[segment.pk]) if place else lines_url
    return ShownProblem(problem=problem, lines_url=lines_url, fix_url=fix_url)


def _check_url(segment: Segment, *, deliver: bool) -> str:
    url = reverse("segments:log", args=[segment.pk])
    return f"{url}?deliver=on" if deliver else url
