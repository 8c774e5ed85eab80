"""The steps of saved criteria: built with the same rows as a step of a segment."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..choices import StepKind
from ..criteria import CriteriaError
from ..forms.criteria import Row, from_json, new_criteria
from ..forms.criteria_check import blame, first_error
from ..forms.saved_criteria import SavedStepForm, SeenStepForm
from ..models import SavedCriteria
from ..services import SegmentError
from ..services.change_contacts import TAKE
from ..services.dry_run import found_today
from ..services.edit_saved import (
    SavedCriteriaChanged,
    add_saved_step,
    change_saved_step,
    fingerprint,
    move_saved_step,
    remove_saved_step,
    saved_steps_of,
)
from ..services.preview import LIVE_SECONDS
from .builder import changed_rows, posted_rows, shown_rows
from .shown_saved import changeable, visible, what_stands
from .step_words import kind_label, sentence


@login_required
@permission_required("segments_app.change_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
def saved_step_add(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Build one more step of this kind."""
    saved = changeable(request, pk)
    if kind not in TAKE:
        raise Http404(_("There is no such step."))
    if request.method == "GET":
        form = SavedStepForm(kind=kind)
        return _page(request, saved, None, root=new_criteria(), form=form)
    return _posted(request, saved, None, kind)


@login_required
@permission_required("segments_app.change_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
def saved_step_edit(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Change what a step asks."""
    saved = changeable(request, pk)
    parts = saved_steps_of(saved)
    if request.method == "POST":
        # The kind is that of the step the page showed, wherever it stands now.
        kind = request.POST.get("kind", "")
        if kind not in TAKE:
            raise SuspiciousOperation(kind)
        return _posted(request, saved, position, kind)
    if not 1 <= position <= len(parts):
        raise Http404(_("There is no such step."))
    part = parts[position - 1]
    initial = {**part["options"], "seen": fingerprint(part)}
    form = SavedStepForm(kind=part["kind"], initial=initial)
    root = new_criteria()
    if part["criteria"] is not None:
        try:
            root = from_json(part["criteria"])
        except CriteriaError as error:
            said = _("Criteria that cannot be read any more: %s")
            messages.warning(request, said % error)
    return _page(request, saved, position, root=root, form=form)


@login_required
@permission_required("segments_app.change_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
def saved_step_remove(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Ask, then take a step out."""
    saved = changeable(request, pk)
    words, seen = what_stands(saved, position)
    if not seen and request.method == "GET":
        raise Http404(_("There is no such step."))
    form = SeenStepForm(request.POST or None, initial={"seen": seen})
    if request.method == "POST" and form.is_valid():
        try:
            remove_saved_step(
                saved=saved,
                position=position,
                seen=form.cleaned_data["seen"],
                user=request.user,
                at=timezone.now(),
            )
        except SegmentError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The step is removed: %s") % words)
        return redirect(saved)
    context = {"saved": saved, "position": position, "words": words, "form": form}
    return render(request, "segments/saved_step_remove.html", context)


@login_required
@permission_required("segments_app.change_savedcriteria", raise_exception=True)
@require_POST
def saved_step_move(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Let a step stand elsewhere."""
    saved = changeable(request, pk)
    form = SeenStepForm(request.POST)
    if not form.is_valid() or form.cleaned_data["to"] is None:
        messages.error(request, _("Choose where the step shall stand."))
        return redirect(saved)
    try:
        move_saved_step(
            saved=saved,
            position=position,
            user=request.user,
            at=timezone.now(),
            **form.cleaned_data,
        )
    except SegmentError as error:
        messages.error(request, str(error))
    return redirect(saved)


@login_required
@permission_required("segments_app.change_savedcriteria", raise_exception=True)
@require_POST
def saved_step_count(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Say how many contacts the rows find today, as a part of the page."""
    visible(request, pk)
    if kind not in TAKE:
        raise Http404(_("There is no such step."))
    found = _found(SavedStepForm(request.POST, kind=kind), posted_rows(request))
    return render(request, "segments/_saved_step_count.html", {"found": found})


def _found(form: SavedStepForm, root: Row) -> dict[str, Any]:
    """How many are found and who, or what is still missing to say so."""
    if root.is_blank and "all_contacts" not in form.data:
        return {}
    try:
        part = form.part(root)
        count, names = found_today(part=part, at=timezone.now(), seconds=LIVE_SECONDS)
    except CriteriaError as error:
        said = first_error(root) or error.message
        return {"missing": _("Not complete yet: %s") % said}
    except SegmentError as error:
        return {"missing": str(error)}
    more = count - len(names)
    said = sentence(part["criteria"])
    return {"sentence": said, "count": count, "names": names, "more": more}


def _posted(
    request: HttpRequest, saved: SavedCriteria, position: int | None, kind: str
) -> HttpResponse:
    """Change the rows as a button says, or store the step."""
    form = SavedStepForm(request.POST, kind=kind)
    root = posted_rows(request)
    action = request.POST.get("edit", "")
    if action:
        root = changed_rows(root, action)
        return _page(request, saved, position, root=root, form=form.typed())
    stands = _store(request, saved, position, root=root, form=form)
    if stands is None:
        return redirect(saved)
    return _page(request, saved, position, root=root, form=form, stands=stands)


def _store(
    request: HttpRequest,
    saved: SavedCriteria,
    position: int | None,
    *,
    root: Row,
    form: SavedStepForm,
) -> str | None:
    """Store the step and return None; else say at the place why not.

    When somebody else was faster, returns what stands there now.
    """
    common = {"saved": saved, "user": request.user, "at": timezone.now()}
    form.is_valid()
    try:
        part = form.part(root)
    except CriteriaError:
        return ""
    try:
        if position is None:
            add_saved_step(part=part, **common)
        else:
            seen = form.cleaned_data["seen"]
            change_saved_step(part=part, position=position, seen=seen, **common)
    except CriteriaError as error:
        blame(root, error)
        return ""
    except SavedCriteriaChanged as error:
        form.add_error(None, str(error))
        words, seen = what_stands(saved, position or 0)
        form.data = form.data.copy()
        form.data["seen"] = seen
        return words
    except SegmentError as error:
        form.add_error(None, str(error))
        return ""
    messages.success(request, _("The step is saved."))
    return None


def _page(
    request: HttpRequest,
    saved: SavedCriteria,
    position: int | None,
    *,
    root: Row,
    form: SavedStepForm,
    stands: str = "",
) -> HttpResponse:
    place = (
        reverse("segments:saved_step_add", args=[saved.pk, form.kind])
        if position is None
        else reverse("segments:saved_step_edit", args=[saved.pk, position])
    )
    context = {
        "saved": saved,
        "position": position,
        "kind": StepKind(form.kind).value,
        "kind_label": kind_label(form.kind),
        "builder_url": place,
        **shown_rows(root),
        "form": form,
        "stands": stands,
    }
    return render(request, "segments/saved_step.html", context)
