"""Logging a segment: every problem on one page, the choices, one winner."""

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
from django.views.decorators.http import require_http_methods

from jobs.choices import JobState
from jobs.models import Job

from ..forms.log_segment import LogSegmentForm
from ..forms.steps import say_loss
from ..jobs.log_segment import log_later, log_under_way, takes_long
from ..models import Segment
from ..services import (
    ProblemsFound,
    SegmentAlreadyLogged,
    SegmentError,
    WarningsFound,
    log_segment,
)
from ..services.log_refusals import refuse_faulty
from ..services.preflight import lines_to_log, lines_with_letter
from ..services.run_changes import newest_run
from ..services.steps import loss_of_tail
from .in_effect import in_effect
from .logged_meanwhile import leads_to_logged_segment
from .shown_problems import problems_found

DELIVER = "segments_app.deliver_segment"


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
    job = None if request.htmx else log_under_way(segment)
    if job:
        return _led_to_job(request, segment, job)
    if request.method == "GET":
        return _page(request, segment, deliver=asked_to_deliver)
    form = _form(request, segment, data=request.POST)
    if not form.is_valid():
        return _page(request, segment, deliver=asked_to_deliver, form=form)
    asked = {
        "segment": segment,
        "user": request.user,
        "at": timezone.now(),
        "expected_version": form.cleaned_data["expected_version"],
        "seen_at": form.cleaned_data["seen_at"],
        "confirmed": form.confirmed,
        **form.choices,
    }
    prepared = newest_run(segment)
    try:
        if takes_long(lines_to_log(segment).count()):
            refuse_faulty(
                segment,
                deliver=form.choices["deliver"],
                skip_lines=form.choices["skip_problem_lines"],
                confirmed=form.confirmed,
            )
            return redirect(log_later(**asked))
        logged = log_segment(**asked)
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


def _led_to_job(request: HttpRequest, segment: Segment, job: Job) -> HttpResponse:
    """Lead to the job that logs it already; whoever may not see it, to the segment."""
    if job.state == JobState.QUEUED:
        said = _("Segment %s is queued for logging already.")
    else:
        said = _("Segment %s is being logged already.")
    messages.warning(request, said % segment.number)
    may_see = Job.objects.visible_to(request.user).filter(pk=job.pk).exists()
    return redirect(job if may_see else segment)


def _page(
    request: HttpRequest,
    segment: Segment,
    *,
    deliver: bool,
    form: LogSegmentForm | None = None,
    chosen: dict[str, bool] | None = None,
    refusal: str = "",
) -> HttpResponse:
    context = problems_found(segment, deliver=deliver) | {"refusal": refusal}
    if request.htmx:
        return render(request, "segments/_log_checked.html", context)
    chosen = chosen or {"deliver": deliver}
    context["form"] = form or _form(request, segment, initial=chosen)
    context["in_effect"] = in_effect(segment)
    context["takes_long"] = takes_long(context["count"])
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
    if isinstance(error, WarningsFound):
        return _("Nothing was logged. Look at the warnings below and confirm them.")
    if not isinstance(error, ProblemsFound):
        return str(error)
    if skip and all(each.lines for each in error.problems):
        return _("Nothing was logged: every contact has a problem.")
    return _("Nothing was logged. Mend the problems below first.")
