"""The builder of criteria: who would come or go is shown before it is done."""

import re
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from ..choices import KeptOut, StepKind
from ..criteria import CriteriaError
from ..forms.criteria import (
    Row,
    ShapeError,
    edited,
    from_json,
    from_post,
    new_criteria,
    shape,
)
from ..forms.criteria_check import blame, first_error
from ..forms.criteria_inputs import dress
from ..forms.criteria_step import CriteriaStepForm
from ..models import Segment, SegmentStep
from ..services import SegmentError
from ..services.change_contacts import TAKE
from ..services.preview import preview
from ..services.steps import total_at
from .logged_meanwhile import leads_to_logged_segment
from .shown_steps import kept_out_labels, kind_label, sentence


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_criteria(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Build criteria row by row, and take the step.

    The buttons of the rows post the whole form with `edit`; without one the step
    is taken.
    """
    segment = _segment(pk, kind)
    if request.method == "GET":
        root = _rows_to_start_with(segment, request.GET.get("step"))
        form = CriteriaStepForm(segment=segment, kind=kind)
        return _page(request, segment, kind, root=root, form=form)
    root = _posted_rows(request)
    form = CriteriaStepForm(request.POST, segment=segment, kind=kind)
    action = request.POST.get("edit", "")
    if action == "preview":
        shown = _preview(segment, kind, root=root, form=form)
        return _page(
            request, segment, kind, root=root, form=form.typed(), previewed=shown
        )
    if action:
        root = edited(root, action)
        return _page(request, segment, kind, root=root, form=form.typed())
    step = _take(request, segment, kind, root=root, form=form)
    if step is None:
        return _page(request, segment, kind, root=root, form=form)
    messages.success(request, say_effect(step))
    return redirect(segment)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def criteria_count(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Say what the step would do, as a part of the builder's page."""
    segment = _segment(pk, kind)
    form = CriteriaStepForm(request.POST, segment=segment, kind=kind)
    shown = _preview(segment, kind, root=_posted_rows(request), form=form)
    return render(request, "segments/_preview.html", {"previewed": shown})


def say_effect(step: SegmentStep) -> str:
    """Say what a step did, and how many were kept out."""
    said = []
    if step.entered or not step.left:
        entered = ngettext("%s contact entered.", "%s contacts entered.", step.entered)
        said.append(entered % intcomma(step.entered))
    if step.left:
        left = ngettext("%s contact taken off.", "%s contacts taken off.", step.left)
        said.append(left % intcomma(step.left))
    kept_out = sum(step.kept_out.values())
    if kept_out:
        reasons = kept_out_labels(step.kept_out)
        said.append(
            _("Kept out: %s.")
            % ", ".join(f"{reason} ({intcomma(count)})" for reason, count in reasons)
        )
    return " ".join(said)


def _segment(pk: int, kind: str) -> Segment:
    if kind not in TAKE:
        raise Http404(_("There is no such step."))
    return get_object_or_404(Segment, pk=pk)


def _posted_rows(request: HttpRequest) -> Row:
    try:
        return from_post(request.POST)
    except ShapeError as error:
        raise SuspiciousOperation(str(error)) from error


def _rows_to_start_with(segment: Segment, position: str | None) -> Row:
    """The criteria of an earlier step, or none yet."""
    if not position or not re.fullmatch(r"\d{1,9}", position):
        return new_criteria()
    step = segment.steps.filter(position=position, criteria__isnull=False).first()
    if step is None:
        return new_criteria()
    try:
        return from_json(step.criteria)
    except CriteriaError:
        return new_criteria()


def _take(
    request: HttpRequest,
    segment: Segment,
    kind: str,
    *,
    root: Row,
    form: CriteriaStepForm,
) -> SegmentStep | None:
    """Take the step, or say at the place why not."""
    try:
        criteria = form.criteria(root)
    except CriteriaError:
        form.is_valid()
        return None
    if not form.is_valid():
        return None
    try:
        return TAKE[StepKind(kind)](
            segment=segment,
            criteria=criteria,
            options=form.options,
            user=request.user,
            at=timezone.now(),
            expected_position=form.cleaned_data["expected_position"],
        )
    except CriteriaError as error:
        blame(root, error)
    except SegmentError as error:
        form.refuse(error)
    return None


def _preview(
    segment: Segment, kind: str, *, root: Row, form: CriteriaStepForm
) -> dict[str, Any]:
    """What the step would do, or what is still missing to say so."""
    if root.is_blank and not form.options.get("all_contacts"):
        return {}
    try:
        criteria = form.criteria(root)
        shown = preview(
            segment=segment,
            kind=kind,
            criteria=criteria,
            options=form.options,
            at=timezone.now(),
        )
    except CriteriaError as error:
        said = first_error(root) or error.message
        return {"missing": _("Not complete yet: %s") % said}
    except SegmentError as error:
        return {"missing": str(error)}
    return {
        "adds": kind == StepKind.ADD,
        "sentence": sentence(criteria),
        "effect": shown.effect,
        "moving": shown.moving,
        "kept_out": [
            (contact, KeptOut(contact.ineligible_reason).label)
            for contact in shown.kept_out
        ],
        "reasons": kept_out_labels(shown.effect.kept_out),
        "more": shown.effect.entered + shown.effect.left - len(shown.moving),
    }


def _page(
    request: HttpRequest,
    segment: Segment,
    kind: str,
    *,
    root: Row,
    form: CriteriaStepForm,
    previewed: dict[str, Any] | None = None,
) -> HttpResponse:
    context = {
        "segment": segment,
        "kind": kind,
        "kind_label": kind_label(kind),
        "root": dress(root),
        "shape": shape(root),
        "form": form,
        "previewed": previewed,
        "nobody_to_take_off": kind != StepKind.ADD and not total_at(segment),
    }
    return render(request, "segments/criteria.html", context)
