"""The interaction log: the list, one entry, its letter as it was sent."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..filters import InteractionLogFilter
from ..forms import EvaluationForm
from ..models import InteractionLogEntry
from ..models.attachment import DOCX
from ..services.evaluate import evaluate
from ..services.letter_history import events_of_letter
from ..services.letters import NoLetter, letter_of
from ..services.reading import text_of
from ..services.responses import code_of
from .files import UNREADABLE, download

ADD = "interactions.add_interactionlogentry"
PAGE_SIZE = 50
COPIES_SHOWN = 20


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Show the log, newest first, narrowed by the filter."""
    entries = InteractionLogEntry.objects.for_list().order_by("-date", "-pk")
    narrowed = InteractionLogFilter(request.GET, queryset=entries)
    page = Paginator(narrowed.qs, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"filter": narrowed, "page_obj": page}
    return render(request, "interactions/log.html", context)


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """Show everything that is known of one interaction."""
    entry = get_object_or_404(InteractionLogEntry.objects.for_page(), pk=pk)
    copies = list(entry.copies.select_related("contact")[:COPIES_SHOWN])
    more = entry.copies.count() - len(copies) if len(copies) == COPIES_SHOWN else 0
    context = {
        "entry": entry,
        "copies": copies,
        "more_copies": more,
        "events": events_of_letter(entry),
        "code": code_of(entry),
        "responses": entry.responses.for_list().order_by("pk"),
        "may_respond": request.user.has_perm(ADD)
        and InteractionLogEntry.objects.answerable().filter(pk=pk).exists(),
        "comments": entry.comments.select_related("user"),
        "evaluation": EvaluationForm(initial={"evaluation": entry.evaluation}),
    }
    if entry.has_letter:
        try:
            context["letter"] = text_of(letter_of(entry))
        except UNREADABLE as error:
            context["letter_problem"] = str(error)
    return render(request, "interactions/entry.html", context)


@login_required
@permission_required("interactions.change_interactionlogentry", raise_exception=True)
@require_POST
def entry_evaluate(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the evaluation of one interaction."""
    entry = get_object_or_404(InteractionLogEntry, pk=pk)
    form = EvaluationForm(request.POST)
    if form.is_valid():
        evaluate(entry=entry, evaluation=form.cleaned_data["evaluation"])
        messages.success(request, _("The evaluation is saved."))
    else:
        messages.error(request, _("This is not one of the evaluations."))
    return redirect(entry)


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_GET
def entry_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the letter as it was sent."""
    entry = get_object_or_404(InteractionLogEntry, pk=pk)
    try:
        letter = letter_of(entry)
    except NoLetter:
        messages.error(request, _("No letter was written for this interaction."))
        return redirect(entry)
    except UNREADABLE as error:
        messages.error(request, str(error))
        return redirect(entry)
    return download(letter, f"{entry.pk} {entry.description}.docx", DOCX)
