"""The steps of a segment: one of them, its name, and going to any of them."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts.models import Contact

from ..choices import StepKind
from ..forms.worksheet import GoToStepForm, MoveForm, StepNameForm
from ..models import Segment
from ..services import SegmentError, go_back, go_to_step, name_step, redo
from ..services.steps import total_at
from .logged_meanwhile import leads_to_logged_segment
from .shown_steps import recipe_in_words, shown_steps

NAMES_PER_PAGE = 100


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def segment_step(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Show one step: what was asked, who came and who went."""
    segment = get_object_or_404(Segment, pk=pk)
    step = get_object_or_404(segment.steps, position=position)
    lines = segment.lines.select_related("contact__company").order_by("position")
    came = Paginator(lines.filter(added_step=position), NAMES_PER_PAGE)
    went = Paginator(lines.filter(removed_step=position), NAMES_PER_PAGE)
    by_copy = lines.filter(added_step=position, represented_by__isnull=False)
    copies = Paginator(
        by_copy.select_related("represented_by__contact"), NAMES_PER_PAGE
    )
    by_hand = Contact.objects.none()
    if step.kind == StepKind.ONE_PER_ADDRESS:
        by_hand = Contact.objects.filter(step_memberships__step=step)
    chosen = Paginator(by_hand.order_by("name", "pk"), NAMES_PER_PAGE)
    context = {
        "segment": segment,
        "step": shown_steps(segment, user=request.user)[position - 1],
        "recipe": recipe_in_words(step.recipe or []),
        "total": total_at(segment),
        "has_criteria": step.criteria is not None,
        "chosen": chosen.get_page(request.GET.get("page")),
        "copies": copies.get_page(request.GET.get("page")),
        "came": came.get_page(request.GET.get("page")),
        "went": went.get_page(request.GET.get("page")),
    }
    return render(request, "segments/step.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def segment_go_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand one step earlier."""
    return _move(request, pk, MoveForm, go_back)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def segment_redo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the step again that was gone back last."""
    return _move(request, pk, MoveForm, redo)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def segment_go_to_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Stand at any step."""
    return _move(request, pk, GoToStepForm, go_to_step)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def segment_name_step(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Give a step a name, or take it away."""
    segment = get_object_or_404(Segment, pk=pk)
    form = StepNameForm(request.POST)
    if not form.is_valid():
        said = form.errors.get("name", [_("Choose the step to name.")])
        messages.error(request, " ".join(said))
        return redirect(segment)
    try:
        step = name_step(
            segment=segment,
            position=position,
            name=form.cleaned_data["name"],
            user=request.user,
            expected_step=form.cleaned_data["expected_step"],
        )
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect(segment)
    if step.name:
        said = _("Step %(step)d is called %(name)s.")
        messages.success(request, said % {"step": position, "name": step.name})
    else:
        messages.success(request, _("Step %(step)d has no name.") % {"step": position})
    return redirect(segment)


def _move(
    request: HttpRequest,
    pk: int,
    form_class: type[MoveForm],
    move: Callable[..., Segment],
) -> HttpResponse:
    segment = get_object_or_404(Segment, pk=pk)
    form = form_class(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose the step to go to."))
        return redirect(segment)
    try:
        move(segment=segment, user=request.user, **form.cleaned_data)
    except SegmentError as error:
        messages.error(request, str(error))
    return redirect(segment)
