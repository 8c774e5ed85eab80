"""The interaction log: the list, one entry, its letter as it was sent."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts.models import MarketingSetup

from ..filters import InteractionLogFilter
from ..forms.entries import EvaluationForm, NewCommentForm
from ..merge.subjects import fill_subject
from ..models import InteractionComment, InteractionLogEntry
from ..models.attachment import DOCX
from ..services.comments import may_change, may_delete
from ..services.evaluate import evaluate
from ..services.letter_history import events_of_letter
from ..services.letters import NoLetter, letter_of, logged_letter
from ..services.reading import text_of
from ..services.responses import code_of
from .entry_table import entry_table
from .files import UNREADABLE, download
from .many import actions_for

ADD = "interactions.add_interactionlogentry"
COPIES_SHOWN = 20


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_GET
def log(request: HttpRequest) -> HttpResponse:
    """Show the log, newest first, narrowed by the filter."""
    context = {"table": entry_table(request.GET), "actions": actions_for(request.user)}
    return render(request, "interactions/log.html", context)


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_GET
def log_sums(request: HttpRequest) -> HttpResponse:
    """Sum up a long log, however long it takes; a fragment of its page."""
    entries = InteractionLogEntry.objects.order_by()
    narrowed = InteractionLogFilter(request.GET, queryset=entries)
    context = {
        "sums": narrowed.qs.sums(),
        "currency": MarketingSetup.load().currency,
        "query": request.GET.urlencode(),
    }
    page = "_sums.html" if request.htmx else "sums.html"
    return render(request, f"interactions/{page}", context)


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
        "comments": _comments(entry, request.user),
        "comment_form": request.user.has_perm("interactions.add_interactioncomment")
        and NewCommentForm(),
        "is_held": entry.cancelled and _is_held(entry),
        "evaluation": EvaluationForm(initial={"evaluation": entry.evaluation}),
    }
    if entry.has_letter:
        try:
            letter = logged_letter(entry)
            context["letter"] = text_of(letter.document)
            context["subject"] = fill_subject(entry.subject, letter.record)
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


def _comments(entry: InteractionLogEntry, user: Any) -> list[InteractionComment]:
    """The comments, each with what this user may do with it."""
    comments = list(entry.comments.select_related("user"))
    for comment in comments:
        comment.is_own = may_change(comment, user)
        comment.may_go = may_delete(comment, user)
    return comments


def _is_held(entry: InteractionLogEntry) -> bool:
    """Whether what the entry belongs to is cancelled, so that it stays so too."""
    parents = (entry.logged_segment, entry.campaign_entry)
    return any(parent and parent.cancelled for parent in parents)
