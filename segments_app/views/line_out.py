"""The lines as they leave the page: columns that are chosen, files and the report."""

import tempfile
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from ..models import LineColumns, Segment
from ..models.line_columns import known_columns
from ..services import SegmentError
from ..services.contact_list import totals_of
from ..services.export_lines import export_csv, export_xlsx
from ..services.print_contact_list import print_contact_list
from ..services.remember_columns import forget_columns, remember_columns
from ..services.shown_lines import shown_lines
from ..services.steps import total_at
from .line_table import filter_refused, line_filter, line_order
from .logged_meanwhile import leads_to_logged_segment

IN_MEMORY = 4 * 1024 * 1024
# So many contacts make a list that somebody prints; of more the sums and a file do.
PRINTED_AT_MOST = 2_000
OF_THE_REPORT = ("number", "company", "template", "correspondence_type")
SUMMED = ("cost", "duration")
# So many are written well within a request.
PDF_AT_MOST = 20_000


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def line_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Remember which columns the user wants to see, on every segment."""
    segment = get_object_or_404(Segment, pk=pk)
    if "usual" in request.POST:
        forget_columns(user=request.user)
    else:
        remember_columns(codes=request.POST.getlist("columns"), user=request.user)
    # Read and written again: it leads to this segment and nowhere else.
    query = QueryDict(request.POST.get("query", "")).urlencode()
    url = segment.get_absolute_url()
    return redirect(f"{url}?{query}" if query else url)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def lines_export(request: HttpRequest, pk: int, suffix: str) -> HttpResponseBase:
    """Hand out the lines as they are filtered and sorted, in the user's columns."""
    segment = get_object_or_404(Segment, pk=pk)
    found = line_filter(request, segment)
    if found.is_refused:
        return filter_refused(request, segment)
    lines = line_order(request.GET).apply(found.qs)
    columns = LineColumns.objects.of(request.user)
    if suffix == "csv":
        response = StreamingHttpResponse(
            export_csv(lines=lines, columns=columns),
            content_type="text/csv; charset=utf-8",
        )
        name = quote(f"{segment.number}.csv")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
        return response
    if suffix != "xlsx":
        raise Http404
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        export_xlsx(lines=lines, columns=columns, count=total_at(segment), out=out)
    except SegmentError as error:
        out.close()
        messages.error(request, str(error))
        return redirect(segment)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    return FileResponse(out, as_attachment=True, filename=f"{segment.number}.xlsx")


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def contact_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Show each contact that fits the filter with its cost, and what they come to."""
    segment = get_object_or_404(Segment, pk=pk)
    found = line_filter(request, segment)
    if found.is_refused:
        return filter_refused(request, segment)
    lines = found.qs.order_by("position", "pk")
    keys = list(lines.values_list("pk", flat=True)[: PRINTED_AT_MOST + 1])
    totals = totals_of(segment, only=found.qs if found.is_used else None)
    context = {
        "segment": segment,
        "is_filtered": found.is_used,
        "query": request.GET.urlencode(),
        "lines": shown_lines(
            keys[:PRINTED_AT_MOST], known_columns([*OF_THE_REPORT, *SUMMED])
        ),
        "more": len(keys) > PRINTED_AT_MOST,
        "most": PRINTED_AT_MOST,
        "totals": totals,
        "contacts": sum(total.contacts for total in totals),
        "cost": sum(total.cost for total in totals),
        "duration": sum(total.duration for total in totals),
    }
    return render(request, "segments/contact_list.html", context)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def contact_list_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Hand out the same list as PDF, of all contacts that fit the filter."""
    segment = get_object_or_404(Segment, pk=pk)
    found = line_filter(request, segment)
    if found.is_refused:
        return filter_refused(request, segment)
    out = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
    try:
        print_contact_list(
            segment=segment,
            lines=found.qs.order_by("position", "pk"),
            is_filtered=found.is_used,
            columns=known_columns([*OF_THE_REPORT, *SUMMED]),
            most=PDF_AT_MOST,
            out=out,
        )
    except SegmentError as error:
        out.close()
        messages.error(request, str(error))
        return redirect("segments:contact_list", segment.pk)
    except BaseException:
        out.close()
        raise
    out.seek(0)
    name = f"{segment.number} {_('Contact list')}.pdf"
    return FileResponse(out, as_attachment=True, filename=name)
