"""Telephone calls: to a contact, or to who is on a segment."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.models import Contact
from interactions.services.once import DoneAlready
from interactions.views.once import lead_to_made, led_to_made

from ..forms.interactions import PhoneCallForm, StartForm, next_minute
from ..models import Segment, SegmentLine
from ..services import SegmentError
from ..services.log_interaction import InteractionRefused
from ..services.phone_calls import call_template, log_call, numbers_of
from ..services.preflight import loggable_lines
from .logged_meanwhile import leads_to_logged_segment


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def phone_call(request: HttpRequest) -> HttpResponse:
    """Call the contact that the address names, and log what came of it."""
    contact = get_object_or_404(
        Contact.objects.select_related("company"),
        number=request.GET.get("contact", "").strip().upper(),
        anonymised_at=None,
    )
    return _page(request, contact)


@login_required
@permission_required("interactions.add_interactionlogentry", raise_exception=True)
@permission_required("segments_app.change_segment", raise_exception=True)
@require_http_methods(["GET", "POST"])
@leads_to_logged_segment
def line_call(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Call who is on a segment; the line is done with it, and not logged again."""
    segment = get_object_or_404(Segment, pk=pk)
    if done := led_to_made(request):
        return done
    called = segment.lines.exclude(done_entry=None).filter(pk=line).first()
    if called and request.method == "GET":
        return lead_to_made(request, DoneAlready(called.done_entry))
    lines = loggable_lines(segment).select_related("segment", "contact__company")
    found = get_object_or_404(lines, pk=line)
    return _page(request, found.contact, line=found)


def _page(
    request: HttpRequest, contact: Contact, line: SegmentLine | None = None
) -> HttpResponse:
    back = line.segment if line else contact
    try:
        template = call_template()
    except SegmentError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    form = PhoneCallForm(
        request.POST or None,
        numbers=numbers_of(contact),
        initial=_initial(request, contact, template, line),
    )
    if request.method == "POST" and form.is_valid():
        try:
            entry = log_call(
                values={**form.values, "contact": contact},
                comment=form.what_came_of_it,
                line=line,
                once_key=form.cleaned_data["once_key"],
                user=request.user,
                at=timezone.now(),
            )
        except DoneAlready as already:
            return lead_to_made(request, already, otherwise=back)
        except InteractionRefused as refusal:
            form.refuse(refusal.faults)
        except SegmentError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The call is logged."))
            return redirect(line.segment if line else entry)
    context = {
        "form": form,
        "contact": contact,
        "line": line,
        "numbers": numbers_of(contact),
        "back": back.get_absolute_url(),
    }
    return render(request, "segments/phone_call.html", context)


def _initial(
    request: HttpRequest, contact: Contact, template: Any, line: Any
) -> dict[str, Any]:
    """Now, by the user if they sell, for the campaign of the line or the address."""
    now = timezone.localtime()
    salesperson = getattr(request.user, "salesperson", None)
    started = StartForm(request.GET).found
    return {
        "description": template.description,
        "date": now.date(),
        "time": next_minute(now),
        "salesperson": (salesperson and salesperson.pk)
        or (line.effective_salesperson_id if line else contact.salesperson_id),
        "campaign": line.effective_campaign_id if line else started.get("campaign"),
        "duration": template.unit_duration,
    }
