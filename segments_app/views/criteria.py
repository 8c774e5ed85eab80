"""The builder of criteria: who would come or go is shown before it is done."""

import re
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..choices import KeptOut, StepKind
from ..criteria import CriteriaError
from ..forms.criteria import Row, all_rows, from_json, new_criteria
from ..forms.criteria_check import first_error, parts
from ..forms.criteria_step import CriteriaStepForm
from ..forms.difference import by_criteria
from ..models import Segment
from ..services import SegmentError
from ..services.change_contacts import TAKE, CriteriaMissing, change_by_criteria
from ..services.condition_counts import count_each
from ..services.preview import LIVE_SECONDS, preview
from ..services.steps import total_at
from ..services.time_limit import TakesTooLong
from .builder import changed_rows, posted_rows, shown_rows, take_by_criteria
from .logged_meanwhile import leads_to_logged_segment
from .shown_difference import difference_of
from .shown_proposals import notes_on
from .step_words import kept_out_labels, kind_label, sentence


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_criteria(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Build criteria row by row, and take the step.

    The buttons of the rows post the whole form with `edit`: `preview` counts,
    `find` searches a list of codes, the others change the rows. Without one the
    step is taken.
    """
    segment = _segment(pk, kind)
    if request.method == "GET":
        root = _rows_to_start_with(segment, request.GET.get("step"))
        form = CriteriaStepForm(segment=segment, kind=kind)
        return _page(request, segment, kind, root=root, form=form)
    root = posted_rows(request)
    form = CriteriaStepForm(request.POST, segment=segment, kind=kind)
    action = request.POST.get("edit", "")
    if action == "difference":
        try:
            said = by_criteria(form.criteria(root), form.options)
        except CriteriaError:
            return _page(request, segment, kind, root=root, form=form.typed())
        return difference_of(request, segment, kind=kind, said=said)
    if action == "preview":
        shown = _preview(segment, kind, root=root, form=form)
        shown |= _count_rows(segment, kind, root)
        return _page(
            request, segment, kind, root=root, form=form.typed(), previewed=shown
        )
    if action:
        root = changed_rows(root, action)
        return _page(request, segment, kind, root=root, form=form.typed())
    done = take_by_criteria(request, form, root, TAKE[StepKind(kind)])
    return done or _page(request, segment, kind, root=root, form=form)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def criteria_count(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Say what the step would do, as a part of the builder's page.

    Asked at every change, so a count that takes long is given up.
    """
    segment = _segment(pk, kind)
    form = CriteriaStepForm(request.POST, segment=segment, kind=kind)
    shown = _preview(
        segment, kind, root=posted_rows(request), form=form, seconds=LIVE_SECONDS
    )
    return render(request, "segments/_preview.html", {"previewed": shown, "kind": kind})


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def condition_counts(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Say how many fit each row, for the page to show at the rows."""
    segment = _segment(pk, kind)
    root = posted_rows(request)
    counted = _count_rows(segment, kind, root)
    context = {"rows": list(all_rows(root)), "kind": kind, "previewed": counted}
    return render(request, "segments/_criteria_counts.html", context)


def _segment(pk: int, kind: str) -> Segment:
    if kind not in TAKE:
        raise Http404(_("There is no such step."))
    return get_object_or_404(Segment, pk=pk)


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


def _preview(
    segment: Segment,
    kind: str,
    *,
    root: Row,
    form: CriteriaStepForm,
    seconds: float | None = None,
) -> dict[str, Any]:
    """What the step would do, or what is still missing to say so."""
    if root.is_blank and not form.options.get("all_contacts"):
        return {}
    criteria: Any = None
    try:
        criteria = form.criteria(root)
        change = change_by_criteria(
            segment=segment,
            kind=kind,
            criteria=criteria,
            options=form.options,
            at=timezone.now(),
        )
        shown = preview(change, seconds=seconds)
    except CriteriaError as error:
        said = first_error(root) or error.message
        return {"missing": _("Not complete yet: %s") % said}
    except TakesTooLong as error:
        return {"sentence": sentence(criteria), "missing": str(error)}
    except CriteriaMissing as error:
        return {"missing": str(error), "lacks_criteria": True}
    except SegmentError as error:
        return {"missing": str(error)}
    moving = [*shown.entering, *shown.leaving]
    return {
        "adds": kind == StepKind.ADD,
        "sentence": sentence(criteria),
        "effect": shown.effect,
        "moving": moving,
        "kept_out": [
            (contact, KeptOut(contact.why_kept_out).label) for contact in shown.kept_out
        ],
        "reasons": kept_out_labels(shown.effect.kept_out),
        "more": shown.effect.entered + shown.effect.left - len(moving),
        "notes": notes_on(shown.effect, StepKind(kind)),
        "staying": shown.staying,
        "more_staying": shown.effect.total - len(shown.staying),
    }


def _count_rows(segment: Segment, kind: str, root: Row) -> dict[str, Any]:
    """Tell each row how many fit it, alone and with those above it."""
    if root.is_blank:
        return {}
    asked = parts(root)
    try:
        everybody, counts = count_each(
            segment=segment,
            kind=kind,
            criteria=[part.criteria for part in asked],
            at=timezone.now(),
        )
    except TakesTooLong as error:
        return {"not_counted": str(error)}
    rows = {row.key: row for row in all_rows(root)}
    for part, count in zip(asked, counts, strict=True):
        if part.is_alone:
            rows[part.key].alone = count
        else:
            rows[part.key].so_far = count
    return {"fits_everybody": root.alone == everybody > 0}


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
        **shown_rows(root),
        "form": form,
        "previewed": previewed,
        "nobody_to_take_off": kind != StepKind.ADD and not total_at(segment),
    }
    return render(request, "segments/criteria.html", context)
