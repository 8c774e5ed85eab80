"""The worksheet: what the segment is, how it came about, and who is on it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from contacts.choices import CorrespondenceType
from interactions.models import Attachment

from ..filters.lines import LineFilter
from ..forms.worksheet import GoToStepForm, MoveForm
from ..models import Segment, SegmentLine
from ..services import SegmentError, go_back, go_to_step, redo
from ..services.steps import total_at
from .logged_meanwhile import leads_to_logged_segment
from .shown_steps import shown_step, shown_steps

LINES_PER_PAGE = 50
NAMES_PER_PAGE = 100


@dataclass(frozen=True)
class ShownLine:
    """A line with what holds for it in the end."""

    line: SegmentLine
    correspondence: str
    document: Attachment | None
    own_values: list[str]


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def segment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the worksheet."""
    segment = get_object_or_404(
        Segment.objects.select_related(
            *("template__campaign", "campaign", "salesperson", "owner"),
            *("follow_up_of", "left_over_of"),
        ),
        pk=pk,
    )
    steps = shown_steps(segment)
    lines = segment.lines.live().select_related("contact__company")
    found = LineFilter(request.GET, queryset=lines.order_by("position"))
    paginator = Paginator(found.qs.with_effective_values(), LINES_PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {
        "segment": segment,
        "steps": steps,
        "undone": [step for step in steps if step.is_undone],
        "total": sum(step.total for step in steps if step.is_current),
        "filter": found,
        "page_obj": page,
        "lines": shown_lines(page),
    }
    return render(request, "segments/detail.html", context)


def shown_lines(page: Page | Iterable[SegmentLine]) -> list[ShownLine]:
    """Return lines with effective values for the table; one query for documents."""
    lines = list(page)
    keys = {line.effective_document_id for line in lines} - {None}
    documents = Attachment.objects.in_bulk(keys)
    labels = dict(CorrespondenceType.choices)
    return [
        ShownLine(
            line=line,
            correspondence=str(labels.get(line.effective_correspondence_type, "")),
            document=documents.get(line.effective_document_id),
            own_values=line.own_values,
        )
        for line in lines
    ]


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def segment_step(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """Show one step: what was asked, who came and who went."""
    segment = get_object_or_404(Segment, pk=pk)
    step = get_object_or_404(
        segment.steps.select_related("user", "saved_criteria"), position=position
    )
    lines = segment.lines.select_related("contact__company").order_by("position")
    came = Paginator(lines.filter(added_step=position), NAMES_PER_PAGE)
    went = Paginator(lines.filter(removed_step=position), NAMES_PER_PAGE)
    context = {
        "segment": segment,
        "step": shown_step(step, cursor=segment.position),
        "total": total_at(segment),
        "has_criteria": step.criteria is not None,
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
