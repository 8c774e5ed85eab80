"""One letter of an open segment: looked at, stepped through, taken away."""

from typing import Any

from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from contacts.choices import CorrespondenceType
from interactions.merge import TemplateError
from interactions.models import Attachment
from interactions.models.attachment import DOCX
from interactions.services.converting import office
from interactions.services.documents import DocumentLost, compiled
from interactions.services.letter_html import NotShown, html_of
from interactions.services.letter_pdf import NoPdf, pdf_of
from interactions.services.reading import text_of
from interactions.views.files import download

from ..forms.personal_letters import OwnDocumentForm, PersonalTextForm
from ..models import Segment, SegmentLine
from ..services import SegmentError
from ..services.letter_order import RISKIEST, letter_order
from ..services.letters import MUST_NOT, LetterLeftOut, letter_of_line
from ..services.preflight import loggable_lines
from ..services.riskiest import letter_risks
from .logged_meanwhile import leads_to_logged_segment

SHOWN_AT_MOST = 50
MADE_WITH_IT = 2
PDF, HTML = "pdf", "html"


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def letter(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Show what one contact will get, and the way to the next and the previous."""
    return letter_page(request, get_object_or_404(Segment, pk=pk), line)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def letter_find(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to the letter with this name, number or place, else to the first."""
    segment = get_object_or_404(Segment, pk=pk)
    text = request.GET.get("find", "")
    found = letter_order(segment, _order(request)).find(text)
    if found is None:
        messages.error(request, _("No letter of this segment fits “%s”.") % text)
        back = request.GET.get("line", "")
        found = int(back) if back.isdecimal() and len(back) < 19 else None
        if not segment.lines.live().filter(pk=found).exists():
            return redirect(segment)
    return _at(request, segment, found)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def riskiest(request: HttpRequest, pk: int) -> HttpResponse:
    """List the letters where something may look wrong, with the reasons."""
    segment = get_object_or_404(Segment, pk=pk)
    risks = letter_risks(segment)
    lines = risks.first(SHOWN_AT_MOST)
    context = {
        "segment": segment,
        "letters": [(line, risks.said(line)) for line in lines],
        "most": SHOWN_AT_MOST,
        "more": risks.lines.filter(risk__gt=0).count() - len(lines),
    }
    return render(request, "segments/riskiest.html", context)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def letter_document(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Hand out the letter of one contact as a Word document."""
    segment = get_object_or_404(Segment, pk=pk)
    shown = line_of(segment, line)
    try:
        document = _made(segment, shown)
    except SegmentError as error:
        messages.error(request, str(error))
        return redirect("segments:letter", segment.pk, line)
    name = f"{segment.number} {shown.contact.number}.docx"
    return download(document, name, DOCX)


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": ["'self'"]})
def letter_pdf(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Show the letter as PDF inside the page; the next ones are made with it."""
    segment = get_object_or_404(Segment, pk=pk)
    shown = line_of(segment, line)
    try:
        made = pdf_of(_made(segment, shown), soon=_soon(request, segment, shown))
    except (SegmentError, NoPdf) as error:
        return render(request, "segments/letter_frame.html", {"problem": str(error)})
    return _private(HttpResponse(made, content_type="application/pdf"))


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@xframe_options_sameorigin
@csp_replace(
    {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "style-src": ["'self'"],
        "frame-ancestors": ["'self'"],
        "sandbox": True,
    }
)
def letter_html(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Show the letter as simple HTML, in a frame where nothing runs."""
    segment = get_object_or_404(Segment, pk=pk)
    try:
        context = {"html": html_of(_made(segment, line_of(segment, line)))}
    except (SegmentError, NotShown) as error:
        context = {"problem": str(error)}
    return _private(render(request, "segments/letter_frame.html", context))


def letter_page(
    request: HttpRequest,
    segment: Segment,
    line: int,
    *,
    text_form: PersonalTextForm | None = None,
    document_form: OwnDocumentForm | None = None,
) -> HttpResponse:
    """The page of one letter, with the forms that came back with faults."""
    shown = line_of(segment, line)
    order = _order(request)
    views = [PDF, HTML] if office() else [HTML]
    view = request.GET.get("view")
    has_letter = bool(shown.effective_document_id and not shown.by_copy_of_id)
    context: dict[str, Any] = {
        "segment": segment,
        "line": shown,
        "channel": dict(CorrespondenceType.choices).get(
            shown.effective_correspondence_type
        ),
        "order": order,
        "place": letter_order(segment, order).place(shown),
        "reasons": _reasons(segment, line) if order else [],
        "views": views,
        "view": view if view in views else views[0],
        "text_form": text_form or PersonalTextForm(instance=shown),
        "document_form": document_form or OwnDocumentForm.on(shown),
    }
    if has_letter:
        try:
            context["text"] = text_of(_made(segment, shown))
            context["text_unused"] = not _prints_personal_text(shown)
        except LetterLeftOut as left_out:
            context["left_out"] = str(left_out)
        except SegmentError as error:
            context["problem"] = str(error)
    return render(request, "segments/letter.html", context)


def line_of(segment: Segment, pk: int) -> SegmentLine:
    """A line that is to be logged, with all that its letter needs."""
    lines = loggable_lines(segment).with_letter_inputs().with_inherited_document()
    lines = lines.select_related(
        "contact", "document", "document_base", "document_by", "segment"
    )
    return get_object_or_404(lines, pk=pk)


def _made(segment: Segment, line: SegmentLine) -> bytes:
    """The letter of a line. Raises SegmentError, and Http404 where it has none."""
    if line.by_copy_of_id or not line.effective_document_id:
        raise Http404(_("This contact has no letter."))
    if segment.lines.filter(MUST_NOT, pk=line.pk).exists():
        raise SegmentError(_("This contact must not be written to."))
    return letter_of_line(line)


def _soon(request: HttpRequest, segment: Segment, line: SegmentLine) -> list[bytes]:
    """The letters that stepping on would show; one that cannot be made is left."""
    found = []
    for key in letter_order(segment, _order(request)).following(line, MADE_WITH_IT):
        try:
            found.append(_made(segment, line_of(segment, key)))
        except (SegmentError, Http404):
            continue
    return found


def _reasons(segment: Segment, line: int) -> list[str]:
    risks = letter_risks(segment)
    risky = risks.lines.filter(pk=line).first()
    return risks.said(risky) if risky else []


def _prints_personal_text(line: SegmentLine) -> bool:
    document = Attachment.objects.get(pk=line.effective_document_id)
    try:
        return "personal_text" in compiled(document).fields
    except (TemplateError, DocumentLost):
        return True


def _order(request: HttpRequest) -> str:
    return RISKIEST if request.GET.get("order") == RISKIEST else ""


def _at(request: HttpRequest, segment: Segment, line: Any) -> HttpResponse:
    """To a letter, in the order and the view that were chosen."""
    kept = request.GET.copy()
    for name in [name for name in kept if name not in ("order", "view")]:
        del kept[name]
    url = redirect("segments:letter", segment.pk, line)
    if kept:
        url["Location"] += f"?{kept.urlencode()}"
    return url


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    return response
