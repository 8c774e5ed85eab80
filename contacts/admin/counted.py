"""How many contacts a row of set-up has, with the way to them."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

# By which filter of the list a row's contacts are found. An industry group also finds
# the people of its companies, so only these are asked for.
FILTERS: dict[str, tuple[str, dict[str, str]]] = {
    "MailingGroup": ("mailing_group", {}),
    "IndustryGroup": ("industry_group", {"type": "company"}),
    "JobResponsibility": ("job_responsibility", {}),
    "BusinessRelation": ("business_relation", {}),
    "OrganizationalLevel": ("organizational_level", {}),
    "Territory": ("territory", {}),
    "WebSource": ("web_source", {}),
    "Salutation": ("salutation", {}),
    "Salesperson": ("salesperson", {}),
    "ProfileAnswer": ("profile_answer", {}),
}


class ContactsCounted:
    """A list with a column of the number of contacts of each row."""

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return [*super().get_list_display(request), "contacts_with_it"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        rows = super().get_queryset(request)
        name = "links" if hasattr(self.model, "links") else "contacts"
        relation = self.model._meta.get_field(name)
        column = relation.field.name
        counted = (
            relation.related_model._default_manager.filter(**{column: OuterRef("pk")})
            .order_by()
            .values(column)
            .annotate(counted=Count("pk"))
            .values("counted")
        )
        return rows.annotate(
            counted=Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        )

    @admin.display(description=_("Contacts"), ordering="counted")
    def contacts_with_it(self, row: Any) -> str:
        name, also = FILTERS[type(row).__name__]
        address = f"{reverse('contacts:list')}?{urlencode({name: row.pk, **also})}"
        return format_html('<a href="{}">{}</a>', address, row.counted)
