"""The letters of an open segment, all of them, to take away."""

from functools import partial

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from jobs.choices import MOST_WITHOUT_JOB

from ..forms.log_segment import MergeForm
from ..jobs import merge_later
from ..models import Segment, SegmentLine
from ..services import SegmentError
from ..services.letters import (
    documents_of,
    left_out,
    merge_segment,
)
from ..services.preflight import lines_with_letter
from .downloads import merged_download
from .logged_meanwhile import leads_to_logged_segment


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


def _has_documents(segment: Segment) -> bool:
    """Whether the segment or its template has a document, in whatever language."""
    return segment.documents.exists() or bool(
        segment.template and segment.template.languages.exists()
    )


def _nearest(lines: QuerySet[SegmentLine]) -> dict | None:
    """The first of these lines: its key and its contact's name."""
    return lines.values("pk", "contact__name").first()
