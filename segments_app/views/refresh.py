"""Refreshing a segment by hand, and whether it is living."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..forms.steps import StepForm
from ..models import Segment
from ..services import SegmentError, refresh
from ..services.recipe import recipe_of
from ..services.refresh import keep_living, refreshing
from ..services.replay import StepImpossible
from .logged_meanwhile import leads_to_logged_segment
from .shown_change import shown_change
from .shown_steps import recipe_in_words
from .taking import take_step


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what refreshing would do; on POST do it."""
    segment = get_object_or_404(Segment, pk=pk)
    form = StepForm(request.POST or None, segment=segment)
    if request.method == "POST":
        done = take_step(request, form, refresh)
        if done:
            return done
    context = {
        "segment": segment,
        "form": form,
        "recipe": recipe_in_words(recipe_of(segment)),
    }
    try:
        change = refreshing(segment=segment, at=timezone.now())
    except StepImpossible as error:
        context |= {"refused": str(error), "impossible": error}
    except SegmentError as error:
        context["refused"] = str(error)
    else:
        context["change"] = shown_change(change)
    return render(request, "segments/step_refresh.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def segment_living(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whether the segment is refreshed with all living ones."""
    segment = get_object_or_404(Segment, pk=pk)
    living = "living" in request.POST
    keep_living(segment=segment, living=living, at=timezone.now())
    if living:
        said = _("The segment is living: refresh_segments --all-living refreshes it.")
    else:
        said = _("The segment is not living any more: it stays as it is.")
    messages.success(request, said)
    return redirect("segments:refresh", pk)
