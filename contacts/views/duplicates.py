"""Contacts that may be the same: the list of pairs, and what is decided of each."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ..bounded import counted
from ..choices import PairState
from ..forms.duplicates import DuplicateFilter, OtherContactForm
from ..models import Contact, DuplicatePair, MarketingSetup
from ..models.orders import PAIR_ORDER
from ..services.duplicates.call_separate import call_open, call_separate
from ..services.duplicates.start_search import start_search
from ..services.errors import ContactError
from .back import way_back
from .listing import listing

PAGE = 25


@login_required
@permission_required(
    ("contacts.view_contact", "contacts.view_duplicatepair"), raise_exception=True
)
@require_safe
def pairs(request: HttpRequest) -> HttpResponse:
    asked = request.GET.copy()
    asked.setdefault("state", PairState.OPEN)
    duplicate_filter = DuplicateFilter(asked, queryset=DuplicatePair.objects.all())
    shown = DuplicatePair.objects.select_related(
        "one__company", "other__company", "decided_by"
    )
    return render(
        request,
        "contacts/duplicates.html",
        {
            "filter": duplicate_filter,
            "table": listing(
                request.GET,
                duplicate_filter.qs,
                order=PAIR_ORDER,
                shown=shown,
                size=PAGE,
            ),
            "found": counted(duplicate_filter.qs),
            "setup": MarketingSetup.load(),
            "searched": DuplicatePair.objects.exists(),
        },
    )


@login_required
@permission_required("contacts.merge_contacts", raise_exception=True)
@require_POST
def search(request: HttpRequest) -> HttpResponse:
    try:
        return redirect(start_search(user=request.user, at=timezone.now()))
    except ContactError as refusal:
        messages.info(request, str(refusal))
        return redirect("contacts:duplicates")


@login_required
@permission_required("contacts.merge_contacts", raise_exception=True)
@require_POST
def separate(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the contact and the one with the number that is sent different."""
    contact = get_object_or_404(Contact, pk=pk)
    form = OtherContactForm(request.POST)
    if form.is_valid():
        try:
            call_separate(
                one=contact,
                other=form.cleaned_data["number"],
                user=request.user,
                at=timezone.now(),
            )
        except ContactError as refusal:
            messages.error(request, str(refusal))
        else:
            other = form.cleaned_data["number"]
            said = _("%(one)s and %(other)s are kept as different contacts.")
            said %= {"one": contact.name, "other": other.name}
            messages.success(request, said)
    else:
        messages.error(request, " ".join(form.errors.get("number", [])))
    return redirect(_back(request))


@login_required
@permission_required("contacts.merge_contacts", raise_exception=True)
@require_POST
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    pair = get_object_or_404(DuplicatePair, pk=pk)
    call_open(pair=pair)
    messages.success(request, _("The two are to be looked at again."))
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """Where the user came from, on this site; else the list."""
    pairs_page = reverse("contacts:duplicates")
    return way_back(request, request.POST.get("next", ""), otherwise=pairs_page)
