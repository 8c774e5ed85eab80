"""Letters that are personal: a text, an own document; listed, and reset."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from contacts.services.edits import ChangedMeanwhile
from interactions.models import Attachment
from interactions.services.documents import kept_as

from ..forms.personal_letters import (
    OwnDocumentForm,
    PersonalTextForm,
    ResetAllForm,
    SeenDocumentForm,
)
from ..models import Segment
from ..services import SegmentError
from ..services.change_line import change_line
from ..services.personal_letters import (
    KINDS,
    keep_own_document,
    personal_letters,
    reset_all,
    write_own_document,
)
from .letter import letter_page, line_of
from .logged_meanwhile import leads_to_logged_segment

ON_A_PAGE = 50


@login_required
@permission_required("segments_app.view_segment", raise_exception=True)
@require_GET
@leads_to_logged_segment
def personal_list(request: HttpRequest, pk: int) -> HttpResponse:
    """List who gets a letter of their own: who wrote it, when, on which version."""
    segment = get_object_or_404(Segment, pk=pk)
    lines = personal_letters(segment)
    page = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    counts = {kind: lines.filter(KINDS[kind][0]).count() for kind in KINDS}
    context = {
        "segment": segment,
        "page_obj": page,
        "old": lines.filter(own_document_is_old=True).count(),
        "documents": counts["document"],
        "texts": counts["personal_text"],
    }
    return render(request, "segments/personal_letters.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def personal_reset(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Ask, then take all own documents, or all personal texts, away."""
    segment = get_object_or_404(Segment, pk=pk)
    if kind not in KINDS:
        return redirect("segments:personal_letters", segment.pk)
    count = personal_letters(segment).filter(KINDS[kind][0]).count()
    form = ResetAllForm(request.POST or None, initial={"kind": kind, "expected": count})
    if request.method == "POST" and form.is_valid():
        try:
            gone = reset_all(
                segment=segment,
                kind=kind,
                expected=form.cleaned_data["expected"],
                user=request.user,
                at=timezone.now(),
            )
        except SegmentError as error:
            messages.error(request, str(error))
        else:
            said = ngettext("%s letter is reset.", "%s letters are reset.", gone)
            messages.success(request, said % gone)
        return redirect("segments:personal_letters", segment.pk)
    context = {"segment": segment, "form": form, "kind": kind, "count": count}
    return render(request, "segments/personal_reset.html", context)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def letter_text(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Keep the personal text of one contact."""
    segment = get_object_or_404(Segment, pk=pk)
    edited = line_of(segment, line)
    form = PersonalTextForm(request.POST, instance=edited)
    if form.is_valid():
        try:
            change_line(
                line=edited,
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
            messages.success(request, _("The personal text is kept."))
            return _back(request, segment, line)
    return letter_page(request, segment, line, text_form=form)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def letter_own(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take an edited letter as what this contact gets."""
    segment = get_object_or_404(Segment, pk=pk)
    written = line_of(segment, line)
    form = OwnDocumentForm(request.POST, request.FILES)
    if form.is_valid():
        base = Attachment.objects.filter(pk=form.cleaned_data["written_on"]).first()
        upload = form.cleaned_data["document"]
        try:
            written = write_own_document(
                line=written,
                upload=upload,
                written_on=base,
                seen={"document": form.cleaned_data["seen"]},
                user=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile:
            form.add_error(
                "document",
                _(
                    "Somebody else changed the own document of this contact meanwhile. "
                    "Look at it, then upload yours again to put it in its place."
                ),
            )
            form.data = form.data.copy()
            form.data["seen"] = written.document_id or ""
        except SegmentError as error:
            form.add_error(None, str(error))
        else:
            said = _("%s gets this document from now on.") % written.contact.name
            messages.success(request, said)
            if another := kept_as(written.document, upload.name):
                messages.info(request, another)
            return _back(request, segment, line)
    return letter_page(request, segment, line, document_form=form)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def letter_reset(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Take the own document away: the contact gets the letter of the segment again."""
    segment = get_object_or_404(Segment, pk=pk)
    return _with_seen_document(request, segment, line, keeping=False)


@login_required
@permission_required("segments_app.change_segment", raise_exception=True)
@require_POST
@leads_to_logged_segment
def letter_keep(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Say that the own document is right, though the segment's letter is another."""
    segment = get_object_or_404(Segment, pk=pk)
    return _with_seen_document(request, segment, line, keeping=True)


def _with_seen_document(
    request: HttpRequest, segment: Segment, line: int, *, keeping: bool
) -> HttpResponse:
    written = line_of(segment, line)
    form = SeenDocumentForm(request.POST)
    if not form.is_valid() or form.cleaned_data["seen"] != written.document_id:
        said = _("Somebody changed this own document meanwhile. Look at it again.")
        messages.error(request, said)
        return _back(request, segment, line)
    at = timezone.now()
    try:
        if keeping:
            keep_own_document(line=written, user=request.user, at=at)
            said = _("The own document stays as it is.")
        else:
            change_line(
                line=written,
                values={"document": None},
                seen={"document": written.document_id},
                user=request.user,
                at=at,
            )
            said = _("The own document is taken away.")
    except (SegmentError, ChangedMeanwhile) as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return _back(request, segment, line)


def _back(request: HttpRequest, segment: Segment, line: int) -> HttpResponse:
    """To the letter, in the order and the view it was looked at in; or to the list."""
    if request.POST.get("back") == "list":
        return redirect("segments:personal_letters", segment.pk)
    answer = redirect("segments:letter", segment.pk, line)
    if request.GET:
        answer["Location"] += f"?{request.GET.urlencode()}"
    return answer
