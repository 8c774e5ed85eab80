"""Editing a step that was taken: what it does to all later ones is shown before."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..criteria import CriteriaError
from ..forms.criteria import Row, from_json, new_criteria
from ..forms.criteria_check import first_error
from ..forms.criteria_step import CriteriaStepForm
from ..forms.difference import edited_step
from ..forms.steps import StepForm
from ..models import Segment
from ..services import SegmentError, edit_step, leave_out_step
from ..services.change_contacts import CriteriaMissing
from ..services.edit_step import (
    editable_element,
    editing,
    leaving_out,
    totals_of_later,
)
from ..services.preview import LIVE_SECONDS, live_limit
from ..services.recipe import Element, recipe_of
from .builder import changed_rows, posted_rows, shown_rows, take_by_criteria
from .logged_meanwhile import leads_to_logged_segment
from .shown_change import shown_change, shown_totals
from .shown_difference import difference_of
from .shown_steps import recipe_in_words
from .step_words import kind_label, sentence
from .taking import take_step


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_edit_step(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Edit the criteria of a step row by row, and take it and all later ones again.

    The buttons of the rows post the whole form with `edit`, as in the builder.
    """
    segment = get_object_or_404(Segment, pk=pk)
    try:
        element = editable_element(segment, recipe_of(segment), position)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect(segment)
    if request.method == "GET":
        form = CriteriaStepForm(
            segment=segment, kind=element["kind"], initial=element["options"]
        )
        return _page(request, element, root=_rows_of(element), form=form)
    root = posted_rows(request)
    form = CriteriaStepForm(request.POST, segment=segment, kind=element["kind"])
    action = request.POST.get("edit", "")
    if action == "difference":
        try:
            said = edited_step(position, form.criteria(root), form.options)
        except CriteriaError:
            return _page(request, element, root=root, form=form.typed())
        return difference_of(request, segment, kind="edit_step", said=said)
    if action == "preview":
        shown = _preview(element, root=root, form=form)
        return _page(request, element, root=root, form=form.typed(), shown=shown)
    if action:
        root = changed_rows(root, action)
        return _page(request, element, root=root, form=form.typed())
    service = partial(edit_step, position=element["step"])
    done = take_by_criteria(request, form, root, service)
    return done or _page(request, element, root=root, form=form)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def edit_step_count(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Say what the edited step would do, as a part of the page.

    Asked at every change, so a count that takes long is given up.
    """
    segment = get_object_or_404(Segment, pk=pk)
    try:
        element = editable_element(segment, recipe_of(segment), position)
    except SegmentError as error:
        shown = {"missing": str(error)}
    else:
        form = CriteriaStepForm(request.POST, segment=segment, kind=element["kind"])
        shown = _preview(
            element, root=posted_rows(request), form=form, seconds=LIVE_SECONDS
        )
    return render(request, "segments/_step_change.html", shown)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_leave_out_step(
    request: HttpRequest, pk: int, position: int
) -> HttpResponse:
    """Show what leaving a step out would do; on POST do it."""
    segment = get_object_or_404(Segment, pk=pk)
    form = StepForm(request.POST or None, segment=segment)
    if request.method == "POST":
        done = take_step(request, form, leave_out_step, position=position)
        if done:
            return done
    at = timezone.now()
    try:
        change = leaving_out(segment=segment, position=position, at=at)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect(segment)
    left_out = [
        each for each in recipe_in_words(recipe_of(segment)) if each[0] == position
    ]
    context = {
        "segment": segment,
        "form": form,
        "left_out": left_out,
        "position": position,
        "change": shown_change(change),
        "later": shown_totals(totals_of_later(change, position=position, at=at)),
    }
    return render(request, "segments/step_leave_out.html", context)


def _rows_of(element: Element) -> Row:
    if element["criteria"] is None:
        return new_criteria()
    try:
        return from_json(element["criteria"])
    except CriteriaError:
        return new_criteria()  # nobody can read them any more: they are asked anew


def _preview(
    element: Element,
    *,
    root: Row,
    form: CriteriaStepForm,
    seconds: float | None = None,
) -> dict[str, Any]:
    """What the edited step would do to the segment and to every later step."""
    if root.is_blank and not form.options.get("all_contacts"):
        return {"missing": _("Say which contacts."), "lacks_criteria": True}
    at = timezone.now()
    try:
        criteria = form.criteria(root)
        change = editing(
            segment=form.segment,
            position=element["step"],
            criteria=criteria,
            options=form.options,
            at=at,
        )
        with live_limit(seconds):
            totals = totals_of_later(change, position=element["step"], at=at)
        return {
            "sentence": sentence(criteria),
            "change": shown_change(change, seconds=seconds),
            "later": shown_totals(totals),
        }
    except CriteriaError as error:
        said = first_error(root) or error.message
        return {"missing": _("Not complete yet: %s") % said}
    except CriteriaMissing as error:
        return {"missing": str(error), "lacks_criteria": True}
    except SegmentError as error:
        return {"missing": str(error)}


def _page(
    request: HttpRequest,
    element: Element,
    *,
    root: Row,
    form: CriteriaStepForm,
    shown: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "segment": form.segment,
        "position": element["step"],
        "kind": element["kind"],
        "kind_label": kind_label(element["kind"]),
        "now": sentence(element["criteria"]),
        **shown_rows(root),
        "form": form,
        "previewed": shown is not None,
        **(shown or {}),
    }
    return render(request, "segments/step_edit.html", context)
