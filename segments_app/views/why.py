"""Why in, why out: any contact, asked of every step of the segment."""

import re

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from contacts.models import Contact

from ..models import Segment
from ..services.why import why
from .logged_meanwhile import leads_to_logged_segment
from .shown_why import ineligible_label, shown_why, verdict

FOUND_AT_MOST = 20


@login_required
@permission_required(
    ("segments_app.view_segment", "contacts.view_contact"), raise_exception=True
)
@require_GET
@leads_to_logged_segment
def segment_why(request: HttpRequest, pk: int) -> HttpResponse:
    """Search a contact, on the segment or not, and say why it is or is not."""
    segment = get_object_or_404(Segment, pk=pk)
    search = request.GET.get("search", "").strip()
    found = list(_found(segment, search)[: FOUND_AT_MOST + 1]) if search else []
    context = {
        "segment": segment,
        "search": search,
        "found": found[:FOUND_AT_MOST],
        "more": len(found) > FOUND_AT_MOST,
        "most": FOUND_AT_MOST,
    }
    asked = request.GET.get("contact", "")
    if asked:
        context |= _explained(segment, asked)
    return render(request, "segments/why.html", context)


def _found(segment: Segment, search: str) -> QuerySet[Contact]:
    is_in = Exists(segment.lines.live().filter(contact=OuterRef("pk")))
    contacts = Contact.objects.found_by(search).annotate(is_in=is_in)
    return contacts.select_related("company").order_by("name", "number")


def _explained(segment: Segment, asked: str) -> dict:
    """The answer for the contact with this key."""
    if not re.fullmatch(r"[0-9]{1,18}", asked):
        raise Http404(_("There is no such contact."))
    try:
        answer = why(segment=segment, contact_id=int(asked), at=timezone.now())
    except Contact.DoesNotExist as error:
        raise Http404(_("There is no such contact.")) from error
    steps = shown_why(answer, cursor=segment.position)
    return {
        "contact": answer.contact,
        "is_on": answer.is_on,
        "verdict": verdict(answer),
        "ineligible": ineligible_label(answer.ineligible),
        "steps": [each for each in steps if not each.step.is_undone],
        "undone": [each for each in steps if each.step.is_undone],
    }
