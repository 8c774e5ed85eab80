"""Two contacts side by side, merged, and a merge looked at and undone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ..duplicates import compare
from ..forms.duplicates import MergeForm, OtherContactForm
from ..models import Contact, MergeJournal
from ..models.orders import MERGE_ORDER
from ..services.duplicates.likeness import facts_of, stored_reasons
from ..services.errors import ContactError
from ..services.merging.merge_contacts import (
    MergeRefused,
    merge_contacts,
    preview_merge,
)
from ..services.merging.merge_report import (
    left_out,
    moved_rows,
    not_restored,
    value_rows,
)
from ..services.merging.undo_merge import undo_merge, why_not
from .back import way_back
from .listing import listing

PAGE = 50
SEE_MERGES = ("contacts.view_contact", "contacts.view_mergejournal")
RELATED = (
    "company",
    "salutation",
    "salesperson",
    "territory",
    "organizational_level",
)


@login_required
@permission_required(
    ("contacts.view_contact", "contacts.merge_contacts"), raise_exception=True
)
@require_http_methods(["GET", "HEAD", "POST"])
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Show `?with=NUMBER` beside the contact, which is the one that stays."""
    contacts = Contact.objects.select_related(*RELATED)
    survivor = get_object_or_404(contacts, pk=pk)
    asked = request.GET.get("with")
    other = OtherContactForm({"number": asked} if asked is not None else None)
    context: dict[str, Any] = {"contact": survivor, "other_form": other}
    if not other.is_valid():
        return render(request, "contacts/merge_with.html", context)
    duplicate = contacts.filter(pk=other.cleaned_data["number"].pk).first()
    if duplicate is None:
        raise Http404
    match = compare(facts_of(survivor), facts_of(duplicate))
    form = MergeForm(
        request.POST or None,
        survivor=survivor,
        duplicate=duplicate,
        likeness=match.score,
    )
    if request.method == "POST" and form.is_valid():
        try:
            journal = merge_contacts(
                survivor=survivor,
                duplicate=duplicate,
                take=form.take,
                seen=form.seen,
                user=request.user,
                at=timezone.now(),
            )
        except MergeRefused as refusal:
            messages.error(request, str(refusal))
            return redirect(request.get_full_path())
        said = _("%(duplicate)s was merged into %(survivor)s. It can be undone.")
        said %= {"duplicate": duplicate, "survivor": survivor}
        messages.success(request, said)
        return redirect(journal)
    try:
        preview = preview_merge(
            survivor=survivor, duplicate=duplicate, at=timezone.now()
        )
    except MergeRefused as refusal:
        other.add_error("number", str(refusal))
        return render(request, "contacts/merge_with.html", context)
    context |= {
        "duplicate": duplicate,
        "form": form,
        "rows": list(form.rows()),
        "preview": preview,
        "back": way_back(
            request,
            request.GET.get("next", ""),
            otherwise=survivor.get_absolute_url(),
        ),
        "score": match.score,
        "reasons": stored_reasons(match),
    }
    return render(request, "contacts/merge.html", context)


@login_required
@permission_required(SEE_MERGES, raise_exception=True)
@require_safe
def merges(request: HttpRequest) -> HttpResponse:
    journals = MergeJournal.objects.select_related("survivor", "user").defer(
        "before", "after", "moved", "changed", "dropped"
    )
    table = listing(
        request.GET,
        MergeJournal.objects.all(),
        order=MERGE_ORDER,
        shown=journals,
        size=PAGE,
    )
    return render(request, "contacts/merges.html", {"table": table})


@login_required
@permission_required(SEE_MERGES, raise_exception=True)
@require_safe
def merge_journal(request: HttpRequest, pk: int) -> HttpResponse:
    journals = MergeJournal.objects.select_related("survivor", "user", "undone_by")
    journal = get_object_or_404(journals, pk=pk)
    return render(
        request,
        "contacts/merge_journal.html",
        {
            "journal": journal,
            "rows": value_rows(journal),
            "moved": moved_rows(journal),
            "left_out": left_out(journal),
            "not_restored": list(not_restored(journal)),
            "why_not": why_not(journal),
        },
    )


@login_required
@permission_required("contacts.merge_contacts", raise_exception=True)
@require_http_methods(["POST"])
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    journal = get_object_or_404(MergeJournal, pk=pk)
    try:
        undo_merge(journal=journal, user=request.user, at=timezone.now())
    except ContactError as refusal:
        messages.error(request, str(refusal))
    else:
        said = _("The merge was undone: %s is there again.")
        messages.success(request, said % journal.duplicate_number)
    return redirect(journal)


def leads_to_survivor(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead who asks for a contact that was merged to the one it was merged into."""

    @wraps(view)
    def with_merges(request: HttpRequest, pk: int) -> HttpResponse:
        try:
            return view(request, pk)
        except Http404:
            journals = MergeJournal.objects.filter(duplicate_key=pk, undone_at=None)
            journal = journals.select_related("survivor").first()
            if journal is None or journal.survivor is None:
                raise
            said = _("%(duplicate)s was merged into %(survivor)s.")
            said %= {
                "duplicate": journal.duplicate_number,
                "survivor": journal.survivor.number,
            }
            messages.info(request, said)
            return redirect(journal.survivor)

    return with_merges
