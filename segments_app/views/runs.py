"""Runs: the letters that were frozen, what changed since, the files made of them."""

from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from interactions.choices import RunEventKind, RunOrder, RunState
from interactions.models import Run, RunItem
from interactions.models.attachment import DOCX
from interactions.models.querysets import MUST_NOT_ITEM, MUST_NOT_LETTER
from interactions.printing import PatternError
from interactions.services.letter_history import events_of_run
from interactions.services.letters import NoLetter, letter_of_item
from interactions.services.paper_runs import (
    RunNotPrinted,
    blocked,
    mark_printed,
)
from interactions.services.printing import Output, last_number
from interactions.services.sendings import with_sending
from interactions.views.files import UNREADABLE, download
from jobs.choices import MOST_WITHOUT_JOB

from ..forms.printing import PrintForm, kind_asked
from ..forms.run_posting import PostingForm
from ..jobs import letters
from ..jobs.letters import files_kept
from ..models import Segment
from ..services import SegmentError
from ..services.log_segment import logged_from
from ..services.preflight import lines_with_letter
from ..services.prepare_run import prepare_run
from ..services.run_changes import (
    changed_lines,
    changes_since,
    in_words,
    joined_lines,
    left_items,
)
from ..services.run_letters import (
    blocked_since,
    first_names,
    left_out_page,
    letters_page,
)
from ..services.time_limit import TakesTooLong, time_limit
from .downloads import file_of, printed
from .logged_meanwhile import leads_to_logged_segment

DELIVER = "interactions.send_delivery"
PER_PAGE = 50
PATIENCE = 20  # seconds for what a page loads by the way
FILES_SHOWN = 20
# By what letters leave a run that stays.
GOES = (RunEventKind.TAKEN_OUT, RunEventKind.TO_EMAIL)


@login_required
@require_GET
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a run: when, how many, its files, its letters, and how to print them."""
    return run_page(request, run_asked(request, pk))


@login_required
@require_POST
def run_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a file of all or some letters: at once when they are few, else as a job."""
    shown = run_asked(request, pk, printing=True)
    form = _form(shown, request.POST)
    if form.is_valid():
        answer = printed(request, form, [shown])
        if answer:
            if answer.streaming and not form.output.numbers:
                _all_handed_out(request, shown)
            return answer
    return run_page(request, shown, form=form)


@login_required
@require_GET
def run_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the first files would be called by the pattern that is typed."""
    shown = run_asked(request, pk)
    pattern = request.GET.get("pattern", "").strip() or Output().pattern
    output = Output(pattern=pattern, kind=kind_asked(request.GET))
    try:
        context = {"names": first_names(shown, output)}
    except PatternError as error:
        context = {"problem": str(error)}
    return render(request, "segments/_file_names.html", context)


@login_required
@require_GET
def run_file(request: HttpRequest, pk: int, job: int) -> HttpResponse:
    """Hand out a file that was made of the run, whoever asked for it."""
    shown = run_asked(request, pk, printing=True)
    kept = get_object_or_404(files_kept(shown), pk=job)
    if shown.is_withdrawn:
        raise Http404
    letters = Output.kept(kept.parameters["output"]).chosen([shown])
    gone = shown.events.filter(kind__in=GOES, created_at__gt=kept.created_at)
    said = ""
    if letters.filter(MUST_NOT_LETTER).exists():
        said = _(
            "In this file is a letter to somebody who must not be written to. "
            "Print the letters again."
        )
    elif gone.exists():
        said = _("Letters were taken out of the run since. Print the letters again.")
    if said:
        messages.error(request, said)
        return redirect("segments:run", shown.pk)
    return file_of(kept)


@login_required
@require_GET
def run_letter(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Hand out one letter as it was frozen."""
    shown = run_asked(request, pk)
    found = get_object_or_404(shown.items.select_related("contact"), pk=item)
    if RunItem.objects.filter(MUST_NOT_ITEM, pk=found.pk).exists():
        messages.error(request, _("This contact must not be written to."))
        return redirect("segments:run", shown.pk)
    try:
        letter = letter_of_item(found)
    except NoLetter:
        raise Http404(_("This contact has no letter.")) from None
    except UNREADABLE as error:
        messages.error(request, str(error))
        return redirect("segments:run", shown.pk)
    name = f"{shown.segment_number} {found.sequence} {found.contact.name}.docx"
    return download(letter, name, DOCX)


@login_required
@require_GET
def run_left_out(request: HttpRequest, pk: int) -> HttpResponse:
    """List who was on the segment and has no letter in the run."""
    shown = run_asked(request, pk)
    context = {"run": shown, "table": left_out_page(shown, request.GET)}
    return render(request, "segments/run_left_out.html", context)


@login_required
@require_GET
def run_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how many letters would differ now; with `kind` list them."""
    shown = run_asked(request, pk)
    segment = get_object_or_404(Segment, pk=shown.worksheet or 0)
    context: dict[str, Any] = {"run": shown, "segment": segment}
    try:
        with time_limit(PATIENCE, message=_("The letters are too many to compare.")):
            changes = context["changes"] = changes_since(shown, segment)
    except TakesTooLong as error:
        context["slow"] = str(error)
    if request.htmx or "slow" in context:
        page = "_run_changes" if request.htmx else "run_changes"
        return render(request, f"segments/{page}.html", context)
    kinds = {
        "changed": (_("Different"), changes.changed, changed_lines(shown, segment)),
        "joined": (_("New"), changes.joined, joined_lines(shown, segment)),
        "left": (_("No longer written to"), changes.left, left_items(shown, segment)),
    }
    usual = next((kind for kind in kinds if kinds[kind][1]), "changed")
    kind = request.GET.get("kind")
    kind = kind if kind in kinds else usual
    page = Paginator(kinds[kind][2], PER_PAGE).get_page(request.GET.get("page"))
    context |= {
        "tabs": [(each, label, count) for each, (label, count, _rows) in kinds.items()],
        "kind": kind,
        "page_obj": page,
        "changed": in_words(page, shown) if kind == "changed" else [],
    }
    return render(request, "segments/run_changes.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def prepare(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze the letters of an open segment as a run and go there; many as a job."""
    segment = get_object_or_404(Segment, pk=pk)
    order = request.POST.get("order", "")
    asked = {
        "segment": segment,
        "order": order if order in RunOrder.values else RunOrder.POSTAL,
        "user": request.user,
        "at": timezone.now(),
    }
    if lines_with_letter(segment).count() > MOST_WITHOUT_JOB:
        return redirect(letters.prepare_later(**asked))
    try:
        made = prepare_run(**asked)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect("segments:merge", segment.pk)
    messages.success(request, _("The letters are prepared as they are now."))
    return redirect("segments:run", made.pk)


def _all_handed_out(request: HttpRequest, shown: Run) -> None:
    """A file with every letter of a logged run is as good as printed."""
    if shown.is_on_paper and request.user.has_perm(DELIVER):
        with suppress(RunNotPrinted):
            mark_printed(run=shown, user=request.user, at=timezone.now())


def run_asked(request: HttpRequest, pk: int, *, printing: bool = False) -> Run:
    """The run, for those who may see it, or print it.

    Whoever sees logged segments gets their letters again; those of an open one are
    for those who work on it.
    """
    runs = Run.objects.with_letters().select_related("user", "logged_segment")
    found = get_object_or_404(runs, pk=pk)
    right = "change_segment" if printing else "view_segment"
    needed = (
        "interactions.view_loggedsegment"
        if found.is_logged
        else f"segments_app.{right}"
    )
    if not request.user.has_perm(needed):
        raise PermissionDenied
    return found


def _form(shown: Run, data: Any = None) -> PrintForm:
    return PrintForm(
        data,
        last=last_number([shown]),
        postal=shown.order == RunOrder.POSTAL,
        names_url=reverse("segments:run_names", args=[shown.pk]),
    )


def run_page(
    request: HttpRequest,
    shown: Run,
    *,
    form: PrintForm | None = None,
    posting: PostingForm | None = None,
) -> HttpResponse:
    segment = Segment.objects.filter(pk=shown.worksheet).first()
    may_change = request.user.has_perm("segments_app.change_segment")
    may_print = shown.is_logged or may_change
    may_deliver = request.user.has_perm(DELIVER)
    may_withdraw = may_deliver if shown.is_logged else may_change
    waits_for_post = shown.waits_for_post
    with_sending([shown])
    context = {
        "run": shown,
        "events": events_of_run(shown),
        "may_withdraw": shown.may_be_withdrawn and may_withdraw,
        "may_deliver": may_deliver and waits_for_post,
        "is_printed": shown.state == RunState.PRINTED,
        "posting": posting or PostingForm(),
        "to_take_out": blocked(shown).count() if waits_for_post else 0,
        "segment": segment,
        "logged": shown.logged_segment or logged_from(shown.worksheet or 0),
        "form": form or _form(shown),
        "names": first_names(shown, Output()),
        "may_print": may_print and not shown.is_withdrawn and shown.letters_left,
        "blocked_since": blocked_since(shown),
        "files": files_kept(shown)[:FILES_SHOWN],
        "table": letters_page(shown, request.GET),
        "search": request.GET.get("search", ""),
    }
    return render(request, "segments/run.html", context)
