"""The worksheet: what the segment is, how it came about, and who is on it."""

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ..models import Segment
from ..services.release import is_released
from .in_effect import shown_header
from .line_table import line_table
from .logged_meanwhile import leads_to_logged_segment
from .shown_steps import grouped, shown_steps


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def segment_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the worksheet."""
    segment = get_object_or_404(
        Segment.objects.select_related(
            *("template__campaign", "campaign", "salesperson", "owner"),
            *("follow_up_of", "left_over_of", "released_by"),
        ),
        pk=pk,
    )
    steps = shown_steps(segment, user=request.user)
    table = line_table(request, segment)
    context = {
        "segment": segment,
        "header": shown_header(segment),
        "steps": steps,
        "step_groups": grouped(steps, cursor=segment.position),
        "checkpoints": [step for step in steps if step.name],
        "undone": [step for step in steps if step.is_undone],
        "total": table.total,
        "table": table,
        "lines": table.lines,
        "released": is_released(segment),
    }
    return render(request, "segments/detail.html", context)
