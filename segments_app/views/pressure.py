"""Contact pressure: who was written to lately or is on another segment, and why."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from ..criteria import CriteriaError
from ..forms.difference import as_posted
from ..forms.pressure import PressureForm, RelieveForm
from ..models import Segment
from ..services import SegmentError
from ..services.pressure import (
    Pressure,
    count_by_reason,
    reasons_of,
    relieve,
    under_pressure,
)
from ..services.steps import total_at
from .logged_meanwhile import leads_to_logged_segment
from .shown_difference import difference_of
from .shown_steps import sentence
from .taking import take_step

PER_PAGE = 50
REMEMBERED = "pressure"


@login_required
@permission_required(
    ("segments_app.change_segment", "interactions.view_interactionlogentry"),
    raise_exception=True,
)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_pressure(request: HttpRequest, pk: int) -> HttpResponse:
    """List these contacts with their reasons; on POST take the step.

    What counts stands in the address and is remembered for the next segment.
    """
    segment = get_object_or_404(Segment, pk=pk)
    asked = _asked(request)
    form = RelieveForm(_posted(request), segment=segment)
    context: dict[str, Any] = {
        "segment": segment,
        "asked": asked,
        "form": form,
        "total": total_at(segment),
    }
    if not asked.is_valid():
        return render(request, "segments/pressure.html", context)
    if asked.is_bound and "days" in request.GET:
        request.session[REMEMBERED] = _plain(asked)
    if request.method == "POST" and form.is_valid():
        if "difference" in request.POST:
            said = [*as_posted(asked), *as_posted(form)]
            page = difference_of(request, segment, kind="pressure", said=said)
        else:
            page = take_step(
                request, form, relieve, pressure=asked.pressure, **form.choices
            )
        if page:
            return page
    try:
        context |= _found(request, segment, asked.pressure)
    except (SegmentError, CriteriaError) as error:
        asked.add_error(None, str(error))
    return render(request, "segments/pressure.html", context)


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was posted; a look at the difference names in itself what to do."""
    if "difference" not in request.POST:
        return request.POST or None
    posted = request.POST.copy()
    posted["kind"] = posted["difference"]
    return posted


def _asked(request: HttpRequest) -> PressureForm:
    """What counts: as the address says, as it was last, or as usual."""
    if "days" in request.GET:
        return PressureForm(request.GET)
    remembered = PressureForm(request.session.get(REMEMBERED, {}))
    if remembered.data and remembered.is_valid():
        return remembered
    usual = Pressure()
    return PressureForm({"days": usual.days, "elsewhere": usual.elsewhere})


def _plain(asked: PressureForm) -> dict[str, Any]:
    return {name: asked.data.get(name, "") for name in asked.fields}


def _found(
    request: HttpRequest, segment: Segment, pressure: Pressure
) -> dict[str, Any]:
    """Who was found, how many by which reason, and the page that was asked for."""
    at = timezone.now()
    lines = under_pressure(segment=segment, pressure=pressure, at=at)
    search = request.GET.get("search", "").strip()
    listed = lines.search(search) if search else lines
    listed = listed.select_related("contact__company").order_by("position", "pk")
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page)
    reasons = reasons_of(shown, segment=segment, pressure=pressure, at=at)
    return {
        "counts": count_by_reason(lines, pressure),
        "days": pressure.days,
        "sentence": sentence(pressure.criteria()),
        "search": search,
        "page_obj": page,
        "found": [(line, reasons[line.contact_id]) for line in shown],
        "ticked": set(request.POST.getlist("line")),
    }
