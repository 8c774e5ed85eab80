"""The letters of an open segment, all of them, to take away."""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from contacts.models import MarketingSetup
from interactions.choices import RunOrder
from interactions.models import Run
from interactions.printing import FileName, PatternError
from interactions.printing.names import USUAL
from interactions.services.converting import why_no_pdf
from jobs.choices import MOST_WITHOUT_JOB

from ..forms.printing import MergeForm, kind_asked
from ..jobs.letters import MOST_PDF_WITHOUT_JOB, merge_later
from ..models import Segment, SegmentLine
from ..services import SegmentError
from ..services.freeze import order_keys
from ..services.letters import (
    documents_of,
    left_out,
    letters_of,
    records_of_lines,
)
from ..services.preflight import lines_with_letter
from ..services.prepare_run import ready_run
from ..services.run_letters import FIRST_NAMES, names_of
from ..services.skipped import skipping
from .downloads import printed
from .logged_meanwhile import leads_to_logged_segment


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Freeze all letters as a run and print them: a download, or a job for many."""
    segment = get_object_or_404(Segment, pk=pk)
    documents = documents_of(segment)
    letters = sum(count for _document, count in documents)
    form = MergeForm(
        request.POST or None,
        last=letters,
        names_url=reverse("segments:merge_names", args=[segment.pk]),
    )
    if letters and form.is_valid():
        answer = _merged(request, segment, form, many=letters > MOST_WITHOUT_JOB)
        if answer:
            return answer
    context = {
        "segment": segment,
        "form": form,
        "letters_by_document": documents,
        "letters": letters,
        "has_documents": not letters and _has_documents(segment),
        "left_out": left_out(segment, letters),
        "skipping": (skips := skipping(segment, documents)),
        "merged": letters - ((skips and skips.skipped) or 0),
        "first": _nearest(lines_with_letter(segment).order_by("position")),
        "as_job": letters > MOST_WITHOUT_JOB,
        "pdf_as_job": letters > MOST_PDF_WITHOUT_JOB and not why_no_pdf(),
        "names": _first_names(segment, USUAL, letters, request.POST),
        "runs": Run.objects.of_worksheet(segment.pk)
        .with_letters()
        .select_related("user"),
    }
    return render(request, "segments/merge.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_GET
def merge_names(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what the first files would be called by the pattern that is typed."""
    segment = get_object_or_404(Segment, pk=pk)
    pattern, letters = request.GET.get("pattern", ""), letters_of(segment).count()
    try:
        context = {"names": _first_names(segment, pattern, letters, request.GET)}
    except PatternError as error:
        context = {"problem": str(error)}
    return render(request, "segments/_file_names.html", context)


def _merged(
    request: HttpRequest, segment: Segment, form: MergeForm, *, many: bool
) -> HttpResponse | None:
    """The answer with the letters, or None where the form says why not."""
    asked = {
        "segment": segment,
        "order": form.cleaned_data["order"],
        "user": request.user,
        "at": timezone.now(),
    }
    if many:
        return redirect(merge_later(**asked, output=form.output))
    try:
        run = ready_run(**asked)
    except SegmentError as error:
        form.add_error(None, str(error))
        return None
    return printed(request, form, [run])


def _first_names(
    segment: Segment, pattern: str, letters: int, asked: Mapping[str, Any]
) -> list[str]:
    """The names of the first of so many files, in the order and of the kind asked.

    Raises PatternError.
    """
    name = FileName(pattern.strip() or USUAL, last=letters)
    wanted = asked.get("order")
    order = RunOrder(wanted) if wanted in RunOrder.values else RunOrder.POSTAL
    keys = order_keys(order, MarketingSetup.load())
    lines = letters_of(segment).order_by(*keys)[:FIRST_NAMES]
    records = [
        record | {"sequence_no": str(number)}
        for number, record in enumerate(records_of_lines(lines), start=1)
    ]
    return names_of(name, records, kind=kind_asked(asked))


def _has_documents(segment: Segment) -> bool:
    """Whether the segment or its template has a document, in whatever language."""
    return segment.documents.exists() or bool(
        segment.template and segment.template.languages.exists()
    )


def _nearest(lines: QuerySet[SegmentLine]) -> dict | None:
    """The first of these lines: its key and its contact's name."""
    return lines.values("pk", "contact__name").first()
