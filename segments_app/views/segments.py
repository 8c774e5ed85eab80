"""Open segments: the list, and the header of one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts.services.edits import ChangedMeanwhile

from ..filters.segments import SegmentFilter
from ..forms.segments import HeaderForm, NewSegmentForm
from ..models import Segment
from ..services import SegmentError, create_segment
from ..services.change_header import change_header
from .logged_meanwhile import leads_to_logged_segment

PER_PAGE = 50


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
def segment_list(request: HttpRequest) -> HttpResponse:
    """List open segments, the newest first."""
    segments = Segment.objects.select_related(
        "template", "campaign", "salesperson"
    ).with_line_count()
    found = SegmentFilter(request.GET, queryset=segments)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    context = {"filter": found, "page_obj": page}
    return render(request, "segments/list.html", context)


@login_required
@permission_required("segments_app.add_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def segment_create(request: HttpRequest) -> HttpResponse:
    """Make a segment and go to its worksheet."""
    salesperson = getattr(request.user, "salesperson", None)
    form = NewSegmentForm(request.POST or None, initial={"salesperson": salesperson})
    if request.method == "POST" and form.is_valid():
        segment = create_segment(
            user=request.user, at=timezone.now(), **form.cleaned_data
        )
        said = _("Segment %s is made. Add contacts to it.")
        messages.success(request, said % segment.number)
        return redirect(segment)
    return render(request, "segments/create.html", {"form": form})


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the header; the lines follow by themselves."""
    segment = get_object_or_404(Segment, pk=pk)
    form = HeaderForm(request.POST or None, instance=segment)
    if request.method == "POST" and form.is_valid():
        try:
            change_header(
                segment=segment,
                values=form.changed_values,
                seen=form.seen,
                user=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as error:
            form.refuse(error)
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The header is changed."))
            return redirect(segment)
    stored = get_object_or_404(Segment, pk=pk) if form.is_bound else segment
    return render(request, "segments/edit.html", {"form": form, "segment": stored})


@login_required
@permission_required("segments_app.delete_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def segment_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete the segment with its lines and steps."""
    segment = get_object_or_404(Segment.objects.with_line_count(), pk=pk)
    if request.method == "POST":
        segment.delete()
        messages.success(request, _("Segment %s is deleted.") % segment.number)
        return redirect("segments:list")
    texts = segment.lines.filter(personal_text__gt="").count()
    context = {"segment": segment, "texts": texts}
    return render(request, "segments/delete.html", context)
