"""One interaction with one contact: created, looked at, put off, taken up again."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
)

from contacts.choices import CorrespondenceType
from contacts.models import Contact
from interactions.models import (
    Attachment,
    InteractionLogEntry,
    InteractionTemplateSetup,
)
from interactions.models.attachment import DOCX
from interactions.services.converting import office
from interactions.services.forget_contact import drop_unused
from interactions.services.letter_pdf import NoPdf, pdf_of
from interactions.services.once import (
    DoneAlready,
    keep_upload,
    kept_upload,
    made_with,
)
from interactions.services.reading import text_of
from interactions.views.files import download
from interactions.views.once import key_sent, lead_to_made

from ..forms.interactions import (
    InteractionForm,
    StartForm,
    TypedForm,
    next_minute,
)
from ..models import SegmentLine
from ..services import SegmentError
from ..services.alone import letter_alone, only_looking, problems_alone, proposed
from ..services.drafts import delete_draft, save_draft, values_of_draft
from ..services.log_interaction import (
    DraftChanged,
    DraftGone,
    InteractionRefused,
    is_draft,
    log_interaction,
)

PAGE_SIZE = 50


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def interaction_create(request: HttpRequest) -> HttpResponse:
    """Log an interaction or put it off; the address names whom and what it is for."""
    return _begun(request)


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def email_create(request: HttpRequest) -> HttpResponse:
    """The same, begun as an e-mail with the template of the set-up."""
    return _begun(
        request,
        template=InteractionTemplateSetup.load().emails,
        correspondence_type=CorrespondenceType.EMAIL,
    )


def _begun(request: HttpRequest, **usual: Any) -> HttpResponse:
    """Now, by the user if they sell, and what the address says."""
    asked = StartForm(request.GET)
    started = usual | asked.found
    if person := getattr(request.user, "salesperson", None):
        started.setdefault("salesperson", person)
    now = timezone.localtime()
    values = {"date": now.date(), "time": next_minute(now), **started}
    locked = "contact" in started
    return _page(request, values, contact_locked=locked, missing=asked.missing)


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def draft_resume(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a draft up again, whoever began it; logged, it keeps its number."""
    try:
        draft = _draft(pk)
    except Http404:
        if request.method == "POST":
            return _page(request, {}, gone=DraftGone())
        logged = get_object_or_404(InteractionLogEntry, pk=pk)
        return lead_to_made(request, DoneAlready(logged))
    return _page(request, values_of_draft(draft), draft=draft)


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """List my drafts; with `everybody` those of others too."""
    everybody = "everybody" in request.GET
    found = InteractionLogEntry.objects.filter(postponed=True).for_list()
    shown = found if everybody else found.filter(user=request.user)
    page = Paginator(shown.order_by("-created_at", "-pk"), PAGE_SIZE)
    context = {"page_obj": page.get_page(request.GET.get("page"))}
    context["everybody"] = everybody
    return render(request, "segments/drafts.html", context)


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def draft_delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, and then delete a draft; what is logged is never deleted here."""
    draft = _draft(pk)
    if request.method == "POST":
        try:
            delete_draft(draft=draft)
        except SegmentError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The draft is deleted."))
        return redirect("segments:drafts")
    return render(request, "segments/draft_delete.html", {"draft": draft})


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_POST
def interaction_preview(request: HttpRequest) -> HttpResponse:
    """Show the letter as it would be, and what stands in its way; nothing is kept."""
    started = StartForm(request.GET).found
    if request.GET.get("draft", "").isdecimal():
        form = _bound(request, values_of_draft(_draft(int(request.GET["draft"]))))
    else:
        form = _bound(request, started, contact_locked="contact" in started)
    if not form.is_valid():
        return render(request, "segments/interaction_preview.html", {"form": form})
    values, contact = form.values, form.values["contact"]
    context: dict[str, Any] = {"contact": contact}
    try:
        if contact and values["template"]:
            with only_looking(contact=contact, values=values) as segment:
                context["problems"] = problems_alone(segment, deliver=True)
            letter = letter_alone(contact=contact, values=values)
            if letter and "word" in request.POST:
                return download(letter, f"{contact.number}.docx", DOCX)
            if letter and "pdf" in request.POST:
                made = pdf_of(letter)
                return HttpResponse(made, content_type="application/pdf")
            context["letter"] = text_of(letter) if letter else ""
    except (SegmentError, NoPdf) as error:
        context["problem"] = str(error)
    finally:
        _drop_upload(form)
    return render(request, "segments/interaction_preview.html", context)


def _page(
    request: HttpRequest,
    values: Mapping[str, Any],
    *,
    draft: InteractionLogEntry | None = None,
    gone: DraftGone | None = None,
    contact_locked: bool = False,
    missing: Sequence[str] = (),
) -> HttpResponse:
    if request.method == "POST":
        logged = made_with(key_sent(request)) if gone else None
        if logged:
            return lead_to_made(request, DoneAlready(logged))
        form = _bound(request, values, contact_locked=contact_locked)
        complete = form.is_valid()
        if gone:
            form.refuse({"": str(gone)})
            _begin_anew(form)
        elif complete and "fill" not in request.POST:
            answer = _done(request, form, draft)
            if answer:
                return answer
        _keep_upload(form)
    else:
        form = _form(None, values, contact_locked=contact_locked)
    if draft:
        form.initial["seen_at"] = draft.created_at.isoformat()
    asked = request.GET.urlencode() if draft is None else f"draft={draft.pk}"
    here = request.get_full_path()
    context = {
        "form": form,
        "draft": draft,
        "missing": missing,
        "template": form.instance.template,
        "action": reverse("segments:interaction_create") if gone else here,
        "preview_url": f"{reverse('segments:interaction_preview')}?{asked}",
        "has_office": bool(office()),
    }
    page = "_interaction_form" if request.htmx else "interaction"
    return render(request, f"segments/{page}.html", context)


def _bound(
    request: HttpRequest, values: Mapping[str, Any], *, contact_locked: bool = False
) -> InteractionForm:
    """The form as it was sent; it tells what its own template and contact give."""
    typed = TypedForm(request.POST).found
    seen = {
        "contact": values.get("contact") if contact_locked else typed.get("contact"),
        "template": typed.get("template"),
        "document": _document(typed.get("once_key")) or values.get("document"),
    }
    return _form(request, seen, contact_locked=contact_locked)


def _document(key: UUID | None) -> Attachment | None:
    """The own document that is there: of the page while refused, or of its draft."""
    made = made_with(key)
    of_draft = made.document if is_draft(made) else None
    return kept_upload(key) or of_draft


def _form(
    request: HttpRequest | None,
    values: Mapping[str, Any],
    *,
    contact_locked: bool = False,
) -> InteractionForm:
    contact: Contact | None = values.get("contact")
    own = {name: values.get(name) for name in SegmentLine.OWN_VALUES}
    if contact:
        line = proposed(contact=contact, values=own)
        line.pk = None
    else:
        line = SegmentLine(**own)
    initial = {name: values.get(name) for name in ("contact", "time", "contact_via")}
    return InteractionForm(
        request and request.POST,
        request and request.FILES,
        instance=line,
        initial=initial,
        contact_locked=contact_locked,
    )


def _done(
    request: HttpRequest, form: InteractionForm, draft: InteractionLogEntry | None
) -> HttpResponse | None:
    """Where to go once it is logged or put off; None where the form says why not."""
    asked = {
        "draft": draft,
        "seen_at": form.cleaned_data["seen_at"],
        "once_key": form.cleaned_data["once_key"],
        "user": request.user,
        "at": timezone.now(),
    }
    deliver = "deliver" in request.POST
    if deliver and not request.user.has_perm("interactions.send_delivery"):
        raise PermissionDenied
    try:
        if "draft" in request.POST:
            save_draft(values=form.values, **asked)
            messages.success(request, _("The draft is kept."))
            return redirect("segments:drafts")
        entry = log_interaction(values=form.values, deliver=deliver, **asked)
    except DoneAlready as already:
        _drop_upload(form)
        return lead_to_made(request, already)
    except InteractionRefused as refusal:
        form.refuse(refusal.faults)
    except SegmentError as refusal:
        form.refuse({"": str(refusal)})
        if isinstance(refusal, DraftChanged):
            form.look_again(refusal.draft)
        if isinstance(refusal, DraftGone):
            _begin_anew(form)
    else:
        return _logged(request, entry)
    return None


def _logged(request: HttpRequest, entry: InteractionLogEntry) -> HttpResponse:
    if not entry.delivery_status:
        messages.success(request, _("The interaction is logged."))
        return redirect(entry)
    if entry.correspondence_type == CorrespondenceType.EMAIL:
        said = _("The interaction is logged; the e-mail waits in the outbox.")
        messages.success(request, said)
        return redirect(entry)
    said = _("The interaction is logged. Print the letter here.")
    messages.success(request, said)
    return redirect("segments:run", entry.run_item.run_id)


def _drop_upload(form: InteractionForm) -> None:
    """Delete an uploaded document that nothing came to use."""
    document = form.document
    if document and document.pk != form.instance.document_id:
        drop_unused([document.pk])


def _begin_anew(form: InteractionForm) -> None:
    """Let the next try be for another interaction, with what this page has kept."""
    kept = kept_upload(form.cleaned_data.get("once_key"))
    key = form.renew_key()
    if kept:
        keep_upload(key=key, document=kept, at=timezone.now())


def _keep_upload(form: InteractionForm) -> None:
    """Keep an uploaded document with a page that is shown again."""
    document = form.cleaned_data.get("own_document") and form.document
    if document:
        key = form.cleaned_data.get("once_key") or form.renew_key()
        keep_upload(key=key, document=document, at=timezone.now())
        form.keep(document)


def _draft(pk: int) -> InteractionLogEntry:
    found = InteractionLogEntry.objects.filter(postponed=True).for_list()
    return get_object_or_404(found.select_related("document"), pk=pk)
