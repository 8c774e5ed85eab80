"""The letters of an open segment: one to look at, all of them to take away."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts.choices import CorrespondenceType
from interactions.models.attachment import DOCX
from interactions.services.reading import text_of
from interactions.views.files import download
from jobs.choices import MOST_WITHOUT_JOB

from ..forms.log_segment import MergeForm
from ..jobs import merge_later
from ..models import Segment, SegmentLine
from ..services import SegmentError
from ..services.letters import (
    MUST_NOT,
    documents_of,
    left_out,
    letter_of_line,
    merge_segment,
)
from ..services.preflight import lines_with_letter, loggable_lines
from .downloads import merged_download
from .logged_meanwhile import leads_to_logged_segment


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def letter(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Show what one contact will read, and the way to the next and the previous."""
    segment = get_object_or_404(Segment, pk=pk)
    shown = _line(segment, line)
    lines = lines_with_letter(segment)
    context = {
        "segment": segment,
        "line": shown,
        "channel": dict(CorrespondenceType.choices).get(
            shown.effective_correspondence_type
        ),
        "previous": _nearest(
            lines.filter(position__lt=shown.position).order_by("-position")
        ),
        "next": _nearest(
            lines.filter(position__gt=shown.position).order_by("position")
        ),
    }
    if shown.effective_document_id and not shown.by_copy_of_id:
        try:
            context["text"] = text_of(letter_of_line(shown))
        except SegmentError as error:
            context["problem"] = str(error)
    return render(request, "segments/letter.html", context)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def letter_document(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Hand out the letter of one contact as a Word document."""
    segment = get_object_or_404(Segment, pk=pk)
    shown = _line(segment, line)
    if shown.by_copy_of_id or not shown.effective_document_id:
        raise Http404(_("This contact has no letter."))
    if segment.lines.filter(MUST_NOT, pk=line).exists():
        messages.error(request, _("This contact must not be written to."))
        return redirect("segments:letter", segment.pk, line)
    try:
        document = letter_of_line(shown)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect("segments:letter", segment.pk, line)
    name = f"{segment.number} {shown.contact.number}.docx"
    return download(document, name, DOCX)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Merge all letters: a download when they are few, else a job, asked by POST."""
    segment = get_object_or_404(Segment, pk=pk)
    documents = documents_of(segment)
    letters = sum(count for _document, count in documents)
    asked = request.POST or (request.GET if "how" in request.GET else None)
    form = MergeForm(asked)
    if letters and form.is_valid():
        if letters <= MOST_WITHOUT_JOB:
            try:
                return merged_download(
                    partial(merge_segment, segment=segment, each=form.each),
                    name=segment.number,
                )
            except SegmentError as error:
                form.add_error(None, str(error))
        elif request.method == "POST":
            job = merge_later(segment=segment, each=form.each, user=request.user)
            return redirect(job)
    context = {
        "segment": segment,
        "form": form,
        "letters_by_document": documents,
        "letters": letters,
        "has_documents": not letters and _has_documents(segment),
        "left_out": left_out(segment, letters),
        "first": _nearest(lines_with_letter(segment).order_by("position")),
        "as_job": letters > MOST_WITHOUT_JOB,
    }
    return render(request, "segments/merge.html", context)


def _line(segment: Segment, pk: int) -> SegmentLine:
    lines = loggable_lines(segment).with_letter_inputs().select_related("contact")
    return get_object_or_404(lines, pk=pk)


def _has_documents(segment: Segment) -> bool:
    """Whether the segment or its template has a document, in whatever language."""
    return segment.documents.exists() or bool(
        segment.template and segment.template.languages.exists()
    )


def _nearest(lines: QuerySet[SegmentLine]) -> dict | None:
    """The first of these lines: its key and its contact's name."""
    return lines.values("pk", "contact__name").first()
