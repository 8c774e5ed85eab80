"""Saved criteria one by one: what they ask, whom they find, where they are used."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts.services.edits import ChangedMeanwhile

from ..forms.saved_criteria import SaveCriteriaForm, SavedHeaderForm
from ..models import SavedCriteria
from ..services import SegmentError
from ..services.dry_run import dry_run
from ..services.edit_saved import change_saved_criteria, duplicate_criteria
from ..services.saved_uses import SHOWN, logged_segments_with, open_segments_with
from ..services.time_limit import TakesTooLong
from ..services.write_saved import CodeTaken
from .shown_saved import changeable, shown_dry_steps, shown_saved_steps, visible


@login_required
@permission_required("segments_app.view_savedcriteria", raise_exception=True)
@require_GET
def saved_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the steps, and where they are used."""
    saved = visible(request, pk)
    sees_logged = request.user.has_perm("interactions.view_loggedsegment")
    context = {
        "saved": saved,
        "steps": shown_saved_steps(saved),
        "may_change": saved.may_be_changed_by(request.user),
        "may_delete": saved.may_be_deleted_by(request.user),
        "open_uses": open_segments_with(saved),
        "logged_uses": logged_segments_with(saved) if sees_logged else [],
        "most": SHOWN,
    }
    return render(request, "segments/saved_detail.html", context)


@login_required
@permission_required("segments_app.view_savedcriteria", raise_exception=True)
@require_GET
def saved_dry_run(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whom the steps would find today, starting from nothing."""
    saved = visible(request, pk)
    context: dict[str, Any] = {"saved": saved}
    try:
        run = dry_run(saved=saved, at=timezone.now())
        context |= {"run": run, "steps": list(shown_dry_steps(run))}
    except TakesTooLong as error:
        context["slow"] = str(error)
    return render(request, "segments/saved_dry_run.html", context)


@login_required
@permission_required("segments_app.change_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
def saved_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change code, description, and who sees them."""
    saved = changeable(request, pk)
    form = SavedHeaderForm(request.POST or None, instance=saved, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            change_saved_criteria(
                saved=saved,
                values=form.changed_values,
                seen=form.seen,
                user=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as error:
            form.refuse(error)
        except CodeTaken as error:
            form.add_error("code", str(error))
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved criteria %s are changed.") % saved.code)
            return redirect(saved)
    stored = visible(request, pk) if form.is_bound else saved
    return render(request, "segments/saved_edit.html", {"saved": stored, "form": form})


@login_required
@permission_required("segments_app.add_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
def saved_duplicate(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the same steps under another code."""
    saved = visible(request, pk)
    initial = {"description": saved.description, "shared": saved.shared}
    form = SaveCriteriaForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = _duplicate(request, saved, form)
        if made is not None:
            said = _("The criteria are duplicated as %s.")
            messages.success(request, said % made.code)
            return redirect(made)
    context = {"saved": saved, "form": form}
    return render(request, "segments/saved_duplicate.html", context)


def _duplicate(
    request: HttpRequest, saved: SavedCriteria, form: SaveCriteriaForm
) -> SavedCriteria | None:
    try:
        return duplicate_criteria(
            saved=saved, user=request.user, at=timezone.now(), **form.cleaned_data
        )
    except CodeTaken as error:
        form.add_error("code", str(error))
    return None
