"""The letters of an open segment: one to look at, all of them to take away."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from contacts.choices import CorrespondenceType
from interactions.models import Run
from interactions.models.attachment import DOCX
from interactions.printing import FileName, PatternError
from interactions.printing.names import USUAL
from interactions.services.reading import text_of
from interactions.views.files import download

from ..forms.printing import MergeForm
from ..jobs.letters import AT_ONCE, merge_later
from ..models import Segment, SegmentLine
from ..services import SegmentError
from ..services.letters import (
    MUST_NOT,
    documents_of,
    left_out,
    letter_of_line,
    letters_of,
    records_of_lines,
)
from ..services.preflight import lines_with_letter, loggable_lines
from ..services.prepare_run import ready_run
from ..services.run_letters import FIRST_NAMES, names_of
from .downloads import printed
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
        answer = _merged(request, segment, form, many=letters > AT_ONCE)
        if answer:
            return answer
    context = {
        "segment": segment,
        "form": form,
        "letters_by_document": documents,
        "letters": letters,
        "has_documents": not letters and _has_documents(segment),
        "left_out": left_out(segment, letters),
        "first": _nearest(lines_with_letter(segment).order_by("position")),
        "as_job": letters > AT_ONCE,
        "names": _first_names(segment, USUAL),
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
    try:
        context = {"names": _first_names(segment, request.GET.get("pattern", ""))}
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


def _first_names(segment: Segment, pattern: str) -> list[str]:
    """The names of the first files, numbered as the lines stand."""
    lines = letters_of(segment).order_by("position")[:FIRST_NAMES]
    records = [
        record | {"sequence_no": str(number)}
        for number, record in enumerate(records_of_lines(lines), start=1)
    ]
    return names_of(FileName(pattern.strip() or USUAL, last=len(records)), records)


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
