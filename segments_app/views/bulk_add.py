"""Contacts chosen in their list are put on a segment."""

from collections import Counter

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from contacts.choices import IneligibleReason
from contacts.models.querysets import ContactQuerySet
from contacts.selection import Selection

from ..forms.bulk_add import BulkAddForm
from ..models import Segment
from ..services import SegmentError, add_by_hand, create_segment
from .step_words import say_effect


@login_required
@permission_required(
    ("segments_app.change_segment", "contacts.view_contact"), raise_exception=True
)
@require_http_methods(["GET", "POST"])
def bulk_add(request: HttpRequest) -> HttpResponse:
    """Say how many come and who is kept out, then add them by hand."""
    selection = Selection.sent(request.POST or request.GET)
    contacts = selection.contacts
    count = contacts.count()
    back = f"{reverse('contacts:list')}?{selection.query}"
    if not count:
        messages.error(request, _("Choose the contacts first."))
        return redirect(back)
    may_make = request.user.has_perm("segments_app.add_segment")
    form = BulkAddForm(request.POST or None, count=count, may_make=may_make)
    if request.method == "POST" and form.is_valid():
        segment = _add(request, form, contacts)
        if segment:
            return redirect(segment)
    context = {
        "form": form,
        "selection": selection,
        "count": count,
        "kept_out": _kept_out(contacts),
        "back": back,
    }
    return render(request, "segments/bulk_add.html", context)


def _add(
    request: HttpRequest, form: BulkAddForm, contacts: ContactQuerySet
) -> Segment | None:
    """Take the step and say what it did, or say in the form why not."""
    now = timezone.now()
    try:
        segment = form.cleaned_data["segment"] or create_segment(
            description=form.cleaned_data["description"], user=request.user, at=now
        )
        step = add_by_hand(
            segment=segment, contacts=contacts, user=request.user, at=now
        )
    except SegmentError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, say_effect(step))
    return segment


def _kept_out(contacts: ContactQuerySet) -> list[tuple[str, int]]:
    """Return the reasons and how many of the contacts each keeps out."""
    rows = contacts.ineligible().with_ineligible_reason().order_by()
    counted = Counter(
        dict(rows.values_list("ineligible_reason").annotate(count=Count("pk")))
    )
    return [
        (str(reason.label), counted[reason.value])
        for reason in IneligibleReason
        if counted[reason.value]
    ]
