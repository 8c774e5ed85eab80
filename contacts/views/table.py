"""The table of contacts: filtered, sorted, a page at a time, nothing counted twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..filters import ContactFilter
from ..models import Contact
from ..models.keyset import KeysetPage, keyset_page, place_asked
from ..models.orders import ORDERS, ContactOrder, contact_order
from ..models.querysets import ContactQuerySet
from ..tables import Column, sortable_columns

PER_PAGE = 50
# So many are found at once, to be sorted and paged without looking again.
FEW = 500
# So many are counted; of more it is only said that there are more.
COUNTED = 10_000
PLACES = ("after", "before", "start", "end", "page")
COLUMNS = (
    ("number", gettext_lazy("Number")),
    ("name", gettext_lazy("Name")),
    ("", gettext_lazy("Type")),
    ("", gettext_lazy("Company")),
    ("city", gettext_lazy("City")),
    ("country", gettext_lazy("Country")),
    ("email", gettext_lazy("E-mail")),
    ("", gettext_lazy("Salesperson")),
    ("changed", gettext_lazy("Last changed")),
)


@dataclass(frozen=True)
class ContactTable:
    """What the list shows; `query` is what is filtered and sorted by, for a link.

    `found` contacts fit, or more if `has_more`.
    """

    filter: ContactFilter
    order: ContactOrder
    page: KeysetPage
    contacts: Sequence[Contact]
    found: int
    has_more: bool
    query: str

    @property
    def first(self) -> Contact | None:
        return self.contacts[0] if self.contacts else None

    @property
    def last(self) -> Contact | None:
        return self.contacts[-1] if self.contacts else None

    @property
    def said_found(self) -> str:
        """How many there are, in words."""
        if self.has_more:
            return _("More than %s contacts") % intcomma(COUNTED)
        said = ngettext("%s contact", "%s contacts", self.found)
        return said % intcomma(self.found)

    @property
    def headings(self) -> list[Column]:
        headings = sortable_columns(COLUMNS, self.order.asked)
        return [
            heading if code in ORDERS else Column(heading.label)
            for (code, _label), heading in zip(COLUMNS, headings, strict=True)
        ]

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """What another page keeps, as fields of a form."""
        query = QueryDict(self.query)
        return [(name, one) for name, many in query.lists() for one in many]


def contact_table(query: QueryDict) -> ContactTable:
    """Return the contacts that a query string asks for, in a fixed number of queries.

    An order or a place that is not there, by a link of old or by hand, counts as not
    asked for.
    """
    everybody = Contact.objects.order_by()
    contact_filter = ContactFilter(query, queryset=everybody)
    order = contact_order(query.get("ordering", ""))
    contacts, found = _narrowed(contact_filter)
    page = keyset_page(
        contacts,
        everywhere=everybody,
        order=order,
        place=place_asked(query, order.start(query.get("start", ""))),
        size=PER_PAGE,
    )
    shown = Contact.objects.select_related("company", "salesperson")
    by_key = shown.in_bulk(page.keys)
    return ContactTable(
        filter=contact_filter,
        order=order,
        page=page,
        contacts=[by_key[key] for key in page.keys if key in by_key],
        found=min(found, COUNTED),
        has_more=found > COUNTED,
        query=without(query, PLACES),
    )


def without(query: QueryDict, names: Sequence[str]) -> str:
    """Return the query string without these names."""
    kept = query.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


def _narrowed(contact_filter: ContactFilter) -> tuple[ContactQuerySet, int]:
    """Return who fits, by their keys where they are few, and how many, up to a limit.

    Few contacts are then sorted and paged without looking for them again.
    """
    fitting = contact_filter.in_any_order
    if contact_filter.asked:
        keys = list(fitting.values_list("pk", flat=True)[: FEW + 1])
        if len(keys) <= FEW:
            return Contact.objects.filter(pk__in=keys), len(keys)
    contacts: Any = contact_filter.qs
    return contacts, fitting[: COUNTED + 1].count()
