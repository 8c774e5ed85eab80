"""What is done to many interactions at once, or to one: asked first, then done."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from jobs.choices import MOST_WITHOUT_JOB
from jobs.models import Job
from jobs.services import run_here, start_job

from ..forms.entries import CancelForm, EvaluateManyForm, ManyForm
from ..jobs.deleting import DELETE_CANCELLED
from ..selection import Selection
from ..services.cancel import cancel_entries, take_back_entries
from ..services.errors import InteractionError
from ..services.evaluate import evaluate_entries

Done = str | Job


@dataclass(frozen=True)
class Action:
    """Something that can be done to many; `concerns` names which of them are counted.

    `do` takes the selection, the form, and the user, and returns what to say, or the
    job that goes on with it.
    """

    code: str
    label: str | Promise
    permission: str
    do: Callable[[Selection, Any, Any], Done]
    form: type[ManyForm] = ManyForm
    concerns: str = "found"
    is_danger: bool = False

    @property
    def url(self) -> str:
        return reverse("interactions:many", args=[self.code])


def actions_for(user: Any) -> list[Action]:
    """Return what this user may do to many interactions."""
    return [action for action in ACTIONS.values() if user.has_perm(action.permission)]


@login_required
@permission_required("interactions.view_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def many(request: HttpRequest, code: str) -> HttpResponse:
    """Say how many interactions it is about, then do it."""
    action = ACTIONS.get(code)
    if action is None:
        raise Http404
    if not request.user.has_perm(action.permission):
        raise PermissionDenied
    selection = Selection.sent(request.POST or request.GET)
    counts = selection.entries.counts()
    concerned = counts[action.concerns]
    if not concerned:
        messages.error(request, _nothing(action, counts["found"]))
        return redirect(selection.back)
    form = action.form(request.POST or None, count=concerned)
    if request.method == "POST" and form.is_valid():
        try:
            done = action.do(selection, form, request.user)
        except InteractionError as problem:
            form.add_error(None, str(problem))
        else:
            if isinstance(done, Job):
                return redirect(done)
            messages.success(request, done)
            gone = action.code == "delete" and not selection.query
            return redirect("interactions:log" if gone else selection.back)
    context = {
        "action": action,
        "form": form,
        "selection": selection,
        "counts": counts,
        "concerned": concerned,
        "others": counts["found"] - concerned,
    }
    return render(request, "interactions/many.html", context)


def _nothing(action: Action, found: int) -> str:
    if not found:
        return _("Choose the interactions first.")
    if action.concerns == "cancelled":
        return _("None of these is cancelled.")
    return _("All of these are cancelled already.")


def _evaluate(selection: Selection, form: Any, user: Any) -> str:
    evaluation = form.cleaned_data["evaluation"]
    number = evaluate_entries(entries=selection.entries, evaluation=evaluation)
    if evaluation:
        said = ngettext("%s interaction is evaluated.", "%s are evaluated.", number)
    elif number:
        said = ngettext(
            "The evaluation of %s interaction is taken away.",
            "The evaluations of %s interactions are taken away.",
            number,
        )
    else:
        return _("None of these was evaluated.")
    return said % intcomma(number)


def _cancel(selection: Selection, form: Any, user: Any) -> str:
    cancellation = cancel_entries(
        entries=selection.entries,
        reason=form.cleaned_data["reason"],
        user=user,
        at=timezone.now(),
    )
    number = cancellation.interactions.count()
    said = ngettext(
        "%s interaction is cancelled.", "%s interactions are cancelled.", number
    )
    return said % intcomma(number)


def _take_back(selection: Selection, form: Any, user: Any) -> str:
    taken = take_back_entries(entries=selection.entries, user=user, at=timezone.now())
    said = ngettext(
        "%s interaction counts again.",
        "%s interactions count again.",
        taken.interactions,
    ) % intcomma(taken.interactions)
    if not taken.held:
        return said
    held = ngettext(
        "%s stays cancelled with its logged segment or campaign entry.",
        "%s stay cancelled with their logged segment or campaign entry.",
        taken.held,
    )
    return f"{said} {held % intcomma(taken.held)}"


def _delete(selection: Selection, form: Any, user: Any) -> Done:
    job: dict[str, Any] = {
        "kind": DELETE_CANCELLED,
        "label": _("Deletion of cancelled interactions"),
        "owner": user,
        "at": timezone.now(),
        "parameters": selection.parameters,
    }
    if form.count > MOST_WITHOUT_JOB:
        return start_job(**job)
    number = run_here(**job, progress_bar=False).result["deleted"]
    said = ngettext(
        "%s interaction is deleted.", "%s interactions are deleted.", number
    )
    return said % intcomma(number)


ACTIONS = {
    action.code: action
    for action in (
        Action(
            "evaluate",
            gettext_lazy("Evaluate"),
            "interactions.change_interactionlogentry",
            _evaluate,
            EvaluateManyForm,
        ),
        Action(
            "cancel",
            gettext_lazy("Cancel interactions"),
            "interactions.cancel_entry",
            _cancel,
            CancelForm,
            concerns="counting",
            is_danger=True,
        ),
        Action(
            "take-back",
            gettext_lazy("Take the cancelling back"),
            "interactions.cancel_entry",
            _take_back,
            concerns="cancelled",
        ),
        Action(
            "delete",
            gettext_lazy("Delete cancelled ones"),
            "interactions.delete_interactionlogentry",
            _delete,
            concerns="cancelled",
            is_danger=True,
        ),
    )
}
