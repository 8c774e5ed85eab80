"""The list of contacts, the search while typing, and what is looked up while typing."""

from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ..models import Contact, SavedView
from ..models.keyset import whole_number
from ..registry import bulk_actions_for
from ..services.find_contacts import find_contacts
from .table import contact_table

SUGGESTIONS = 20
SHORTEST_LOOKUP = 2


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    """List contacts; `?view=` names the saved view that the query string is of."""
    table = contact_table(request.GET)
    views = list(SavedView.objects.visible_to(request.user))
    named = whole_number(request.GET.get("view", ""))
    view = next((each for each in views if each.pk == named), None)
    context = {
        "table": table,
        "actions": bulk_actions_for(request.user),
        "views": views,
        "view": view,
        "unknown": view and view.unknown(table.filter.filters),
    }
    return render(request, "contacts/list.html", context)


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def contact_hits(request: HttpRequest) -> HttpResponse:
    """Show whom the words typed so far begin."""
    typed = request.GET.get("search", "").strip()
    context = {"typed": typed, "hits": find_contacts(text=typed)}
    return render(request, "contacts/_hits.html", context)


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def company_options(request: HttpRequest) -> HttpResponse:
    """Suggest companies for what is typed so far, as options of a datalist."""
    return _options(request, Contact.objects.companies(), "company")


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def contact_options(request: HttpRequest) -> HttpResponse:
    """Suggest contacts for what is typed so far, as options of a datalist."""
    return _options(request, Contact.objects.all(), "contact")


def _options(request: HttpRequest, contacts: Any, name: str) -> HttpResponse:
    typed = request.GET.get(name, "").strip()
    found = contacts.none()
    if len(typed) >= SHORTEST_LOOKUP:
        found = contacts.called(typed).order_by("name_upper", "number")[:SUGGESTIONS]
    return render(request, "contacts/_contact_options.html", {"contacts": found})
