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
from django.views.decorators.http import require_GET, require_http_methods

from ..criteria import CriteriaError
from ..filters.saved_criteria import SavedCriteriaFilter
from ..forms.saved_criteria import ReuseForm, SaveCriteriaForm
from ..models import SavedCriteria, Segment
from ..services import SegmentError, reuse_criteria, save_criteria
from ..services.saved_criteria import CodeTaken
from .criteria import say_effect
from .logged_meanwhile import leads_to_logged_segment
from .shown_steps import kind_label, option_labels, sentence

PER_PAGE = 50


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
        saved.delete()
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
            return redirect(segment)
    context = {"segment": segment, "form": form}
    return render(request, "segments/save_criteria.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_reuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Take saved steps again on today's data."""
    segment = get_object_or_404(Segment, pk=pk)
    form = ReuseForm(request.POST or None, segment=segment, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            steps = reuse_criteria(
                segment=segment,
                saved=form.cleaned_data["saved"],
                mode=form.cleaned_data["mode"],
                user=request.user,
                at=timezone.now(),
                expected_position=form.cleaned_data["expected_position"],
            )
        except CriteriaError as error:
            form.add_error("saved", str(error))
        except SegmentError as error:
            form.refuse(error)
        else:
            for step in steps:
                messages.success(
                    request, f"{step.get_kind_display()}: {say_effect(step)}"
                )
            return redirect(segment)
    context = {"segment": segment, "form": form, **_listed(request)}
    return render(request, "segments/reuse.html", context)


def _listed(request: HttpRequest) -> dict[str, Any]:
    """A page of the criteria that the user may see and asked for."""
    visible = SavedCriteria.objects.visible_to(request.user)
    found = SavedCriteriaFilter(request.GET, queryset=visible)
    listed = found.qs.select_related("owner").prefetch_related("steps")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    shown = [_shown(saved, request.user) for saved in page]
    return {"filter": found, "page_obj": page, "shown": shown}


def _shown(saved: SavedCriteria, user: User) -> ShownCriteria:
    steps = [
        (kind_label(step.kind), sentence(step.criteria), option_labels(step.options))
        for step in saved.steps.all()
    ]
    return ShownCriteria(saved, steps, may_delete=saved.may_be_deleted_by(user))
