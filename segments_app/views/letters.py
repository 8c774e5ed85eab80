"""The letters of an open segment: one to look at, all of them to take away."""

from functools import partial

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from interactions.models.attachment import DOCX
from interactions.services.letter_text import text_of_letter

from ..forms.log_segment import MergeForm
from ..models import Segment, SegmentLine
from ..services.letters import documents_of, letter_of_line, merge_segment
from ..services.preflight import loggable_lines
from .downloads import AT_ONCE, merged_download


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
def letter(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Show what one contact will read, and the way to the next and the previous."""
    segment = get_object_or_404(Segment, pk=pk)
    shown = _line(segment, line)
    lines = loggable_lines(segment)
    context = {
        "segment": segment,
        "line": shown,
        "previous": _nearest(
            lines.filter(position__lt=shown.position).order_by("-position")
        ),
        "next": _nearest(
            lines.filter(position__gt=shown.position).order_by("position")
        ),
    }
    if shown.effective_document_id:
        context["text"] = text_of_letter(letter_of_line(shown))
    return render(request, "segments/letter.html", context)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
def letter_document(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Hand out the letter of one contact as a Word document."""
    segment = get_object_or_404(Segment, pk=pk)
    shown = _line(segment, line)
    if not shown.effective_document_id:
        raise Http404(_("This contact has no letter."))
    name = f"{segment.number} {shown.contact.number}.docx"
    return HttpResponse(
        letter_of_line(shown),
        content_type=DOCX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge all letters: at once when they are few, else as a job."""
    segment = get_object_or_404(Segment, pk=pk)
    documents = documents_of(segment)
    letters = sum(count for _document, count in documents)
    form = MergeForm(request.POST or None)
    if letters and form.is_valid():
        if letters > AT_ONCE:
            raise NotImplementedError
        return merged_download(
            partial(merge_segment, segment=segment, each=form.each),
            name=segment.number,
        )
    context = {
        "segment": segment,
        "form": form,
        "documents": documents,
        "letters": letters,
        "without_document": loggable_lines(segment).count() - letters,
        "first": _nearest(loggable_lines(segment).order_by("position")),
        "as_job": letters > AT_ONCE,
    }
    return render(request, "segments/merge.html", context)


def _line(segment: Segment, pk: int) -> SegmentLine:
    lines = loggable_lines(segment).with_letter_inputs().select_related("contact")
    return get_object_or_404(lines, pk=pk)


def _nearest(lines: QuerySet[SegmentLine]) -> dict | None:
    """The first of these lines: its key and its contact's name."""
    return lines.values("pk", "contact__name").first()
