"""The list of contacts, and the look-up of companies."""

from django.contrib.auth.decorators import login_required, permission_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from ..filters import ContactFilter
from ..models import Contact
from ..tables import sortable_columns

PAGE = 50
FEW = 500
SUGGESTIONS = 20
SHORTEST_LOOKUP = 2
COLUMNS = (
    ("number", _("Number")),
    ("name", _("Name")),
    ("type", _("Type")),
    ("company", _("Company")),
    ("city", _("City")),
    ("country", _("Country")),
    ("email", _("E-mail")),
    ("salesperson", _("Salesperson")),
    ("changed", _("Last changed")),
)


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def contact_list(request: HttpRequest) -> HttpResponse:
    contacts = Contact.objects.select_related("company", "salesperson")
    contact_filter = ContactFilter(request.GET, queryset=contacts)
    page = Paginator(_by_key(contact_filter), PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "contacts/list.html",
        {
            "filter": contact_filter,
            "page_obj": page,
            "columns": sortable_columns(COLUMNS, request.GET.get("ordering", "name")),
        },
    )


@login_required
@permission_required("contacts.view_contact", raise_exception=True)
@require_safe
def company_options(request: HttpRequest) -> HttpResponse:
    """Suggest companies for what is typed so far, as options of a datalist."""
    typed = request.GET.get("company", "").strip()
    companies = Contact.objects.none()
    if len(typed) >= SHORTEST_LOOKUP:
        companies = Contact.objects.companies().called(typed)
        companies = companies.order_by("name_upper", "number")[:SUGGESTIONS]
    return render(request, "contacts/_company_options.html", {"companies": companies})


def _by_key(contact_filter: ContactFilter) -> QuerySet:
    """Return what was found, by its keys where it is few.

    A text is looked for in every row. Few rows are then counted, sorted and paged
    without looking again.
    """
    found = contact_filter.qs
    if not contact_filter.form.cleaned_data.get("search"):
        return found
    keys = list(found.order_by().values_list("pk", flat=True)[: FEW + 1])
    return found if len(keys) > FEW else found.filter(pk__in=keys)
