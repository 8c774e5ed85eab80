"""Saved criteria: kept from a segment, taken again, deleted."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods

from contacts.tables import sortable_columns

from ..criteria import Names
from ..filters.saved_criteria import SavedCriteriaFilter
from ..forms.difference import ReuseProposalForm
from ..forms.saved_criteria import SaveCriteriaForm
from ..models import SavedCriteria, Segment
from ..services import SegmentError, save_criteria
from ..services.delete_criteria import delete_criteria
from ..services.recipe import Recipe
from ..services.saved_criteria import steps_left_out
from ..services.write_saved import CodeTaken
from .logged_meanwhile import leads_to_logged_segment
from .shown_difference import redirect_to_difference
from .shown_steps import kind_label, option_labels, sentence
from .step_names import names_of

PER_PAGE = 50
COLUMNS = (
    ("code", gettext_lazy("Code")),
    ("description", gettext_lazy("Description")),
    ("owner", gettext_lazy("Owner")),
    ("changed", gettext_lazy("Last changed")),
)


@dataclass(frozen=True)
class ShownCriteria:
    """Saved criteria with their steps in words."""

    saved: SavedCriteria
    steps: list[tuple[str, str, list[str]]]
    may_delete: bool


@login_required
@permission_required("segments_app.view_savedcriteria", raise_exception=True)
@require_GET
def saved_list(request: HttpRequest) -> HttpResponse:
    """List the saved criteria that the user may see."""
    return render(request, "segments/saved_criteria.html", _listed(request))


@login_required
@permission_required("segments_app.delete_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
def saved_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete saved criteria; steps taken with them stay.

    Their owner may, and a manager.
    """
    saved = get_object_or_404(SavedCriteria.objects.visible_to(request.user), pk=pk)
    if not saved.may_be_deleted_by(request.user):
        raise PermissionDenied
    if request.method == "POST":
        delete_criteria(saved=saved)
        messages.success(request, _("Saved criteria %s are deleted.") % saved.code)
        return redirect("segments:saved_criteria")
    return render(request, "segments/saved_criteria_delete.html", {"saved": saved})


@login_required
@permission_required("segments_app.add_savedcriteria", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_save_criteria(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep the steps of the segment up to where it stands."""
    segment = get_object_or_404(Segment, pk=pk)
    form = SaveCriteriaForm(request.POST or None)
    left_out = _say_left_out(steps_left_out(segment))
    if request.method == "POST" and form.is_valid():
        try:
            saved = save_criteria(
                segment=segment,
                user=request.user,
                at=timezone.now(),
                **form.cleaned_data,
            )
        except CodeTaken as error:
            form.add_error("code", str(error))
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The criteria are saved as %s.") % saved.code)
            if left_out:
                messages.warning(request, left_out)
            return redirect(segment)
    context = {"segment": segment, "form": form, "left_out": left_out}
    return render(request, "segments/save_criteria.html", context)


def _say_left_out(recipe: Recipe) -> str:
    """Which steps saving does not keep; empty where it keeps them all."""
    if not recipe:
        return ""
    steps = [
        _("step %(step)d (%(kind)s)")
        % {
            "step": element["step"],
            "kind": kind_label(element["kind"], element["options"]),
        }
        for element in recipe
    ]
    said = ngettext(
        "This step is not kept: %(steps)s. Who shares a letter depends on who is on "
        "the segment: take such a step again where you reuse the criteria.",
        "These steps are not kept: %(steps)s. Who shares a letter depends on who is on "
        "the segment: take such a step again where you reuse the criteria.",
        len(recipe),
    )
    return said % {"steps": ", ".join(steps)}


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def segment_reuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose saved criteria; what taking them again would do comes next."""
    segment = get_object_or_404(Segment, pk=pk)
    asked = request.GET if {"saved", "mode"} & request.GET.keys() else None
    form = ReuseProposalForm(asked, kind="saved", segment=segment, user=request.user)
    if form.is_valid():
        return redirect_to_difference(segment, kind="saved", carried=form.carried)
    context = {"segment": segment, "form": form, **_listed(request)}
    return render(request, "segments/reuse.html", context)


def _listed(request: HttpRequest) -> dict[str, Any]:
    """A page of the criteria that the user may see and asked for."""
    visible = SavedCriteria.objects.visible_to(request.user)
    found = SavedCriteriaFilter(request.GET, queryset=visible, request=request)
    listed = found.qs.select_related("owner").prefetch_related("steps")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    steps = (step for saved in page for step in saved.steps.all())
    names = names_of((step.criteria, step.options) for step in steps)
    shown = [_shown(saved, request.user, names) for saved in page]
    columns = sortable_columns(COLUMNS, request.GET.get("ordering", "code"))
    return {"filter": found, "page_obj": page, "shown": shown, "columns": columns}


def _shown(saved: SavedCriteria, user: User, names: Names) -> ShownCriteria:
    steps = [
        (
            kind_label(step.kind),
            sentence(step.criteria, names),
            option_labels(step.options),
        )
        for step in saved.steps.all()
    ]
    return ShownCriteria(saved, steps, may_delete=saved.may_be_deleted_by(user))
