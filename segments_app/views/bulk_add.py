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
from interactions.views.once import led_to_made
from jobs.choices import MOST_WITHOUT_JOB
from jobs.registry import JobError

from ..forms.bulk_add import BulkAddForm
from ..jobs.adding import add_chosen
from ..models import Segment
from .step_words import say_effect


@login_required
@permission_required(
    ("segments_app.change_segment", "contacts.view_contact"), raise_exception=True
)
@require_http_methods(["GET", "POST"])
def bulk_add(request: HttpRequest) -> HttpResponse:
    """Say how many come and who is kept out, then add them by hand."""
    if done := led_to_made(request):
        return done
    selection = Selection.sent(request.POST or request.GET)
    reasons = _reasons(selection.contacts)
    count = reasons.total()
    back = f"{reverse('contacts:list')}?{selection.query}"
    if not count:
        messages.error(request, _("Choose the contacts first."))
        return redirect(back)
    may_make = request.user.has_perm("segments_app.add_segment")
    form = BulkAddForm(request.POST or None, count=count, may_make=may_make)
    if request.method == "POST" and form.is_valid():
        try:
            job = add_chosen(
                segment=form.cleaned_data["segment"],
                description=form.cleaned_data.get("description", ""),
                once_key=form.cleaned_data["once_key"],
                selection=selection,
                count=count,
                user=request.user,
                at=timezone.now(),
            )
        except JobError as problem:
            form.add_error(None, str(problem))
        else:
            if count > MOST_WITHOUT_JOB:
                return redirect(job)
            segment = Segment.objects.get(number=job.result["segment"])
            messages.success(request, say_effect(segment.steps.latest("position")))
            return redirect(segment)
    context = {
        "form": form,
        "selection": selection,
        "count": count,
        "kept_out": [
            (str(reason.label), reasons[reason.value])
            for reason in IneligibleReason
            if reasons[reason.value]
        ],
        "is_long": count > MOST_WITHOUT_JOB,
        "back": back,
    }
    return render(request, "segments/bulk_add.html", context)


def _reasons(contacts: ContactQuerySet) -> Counter[str]:
    """Return how many of the contacts each reason keeps out; "" are the others."""
    rows = contacts.with_ineligible_reason().order_by()
    counted = rows.values_list("ineligible_reason").annotate(count=Count("pk"))
    return Counter(dict(counted))
