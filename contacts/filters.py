"""What the list of contacts can be narrowed by."""

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .choices import ContactType
from .models import (
    BusinessRelation,
    Contact,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    OrganizationalLevel,
    ProfileAnswer,
    Salesperson,
    Salutation,
    Territory,
    WebSource,
)
from .places import countries

ORDERINGS = {
    "number": "number",
    "name": "name",
    "type": "type",
    "company__name": "company",
    "city": "city",
    "country": "country",
    "salesperson__code": "salesperson",
    "updated_at": "changed",
}


class StrictFilterSet(django_filters.FilterSet):
    """Rows by what is asked; of a filter that cannot be read there are none.

    Its form says why at the field. An order that does not exist leaves nobody out.
    """

    @property
    def is_refused(self) -> bool:
        """Whether something is asked that cannot be."""
        return self.is_bound and any(
            not isinstance(self.filters.get(name), django_filters.OrderingFilter)
            for name in self.errors
        )

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        if self.is_refused:
            return queryset.none()
        return super().filter_queryset(queryset)


class ContactFilter(StrictFilterSet):
    search = django_filters.CharFilter(
        label=_("Search"),
        method="search_everywhere",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, number, e-mail, city")}
        ),
    )
    type = django_filters.ChoiceFilter(
        label=_("Type"), choices=ContactType, empty_label=_("All")
    )
    country = django_filters.ChoiceFilter(
        label=_("Country"),
        choices=lambda: countries(get_language() or "en"),
        empty_label=_("All"),
    )
    salesperson = django_filters.ModelChoiceFilter(
        label=_("Salesperson"),
        queryset=Salesperson.objects.all(),
        empty_label=_("All"),
    )
    mailing_group = django_filters.ModelChoiceFilter(
        label=_("Mailing group"),
        field_name="mailing_group_links__mailing_group",
        queryset=MailingGroup.objects.all(),
        empty_label=_("All"),
    )
    industry_group = django_filters.ModelChoiceFilter(
        label=_("Industry group"),
        method="through_company",
        queryset=IndustryGroup.objects.all(),
        empty_label=_("All"),
    )
    business_relation = django_filters.ModelChoiceFilter(
        label=_("Business relation"),
        field_name="business_relation_links__business_relation",
        queryset=BusinessRelation.objects.all(),
        empty_label=_("All"),
    )
    job_responsibility = django_filters.ModelChoiceFilter(
        label=_("Job responsibility"),
        field_name="job_responsibility_links__job_responsibility",
        queryset=JobResponsibility.objects.all(),
        empty_label=_("All"),
    )
    organizational_level = django_filters.ModelChoiceFilter(
        label=_("Organizational level"),
        queryset=OrganizationalLevel.objects.all(),
        empty_label=_("All"),
    )
    territory = django_filters.ModelChoiceFilter(
        label=_("Territory"), queryset=Territory.objects.all(), empty_label=_("All")
    )
    web_source = django_filters.ModelChoiceFilter(
        label=_("Web source"),
        field_name="web_source_links__web_source",
        queryset=WebSource.objects.all(),
        empty_label=_("All"),
    )
    salutation = django_filters.ModelChoiceFilter(
        label=_("Salutation"), queryset=Salutation.objects.all(), empty_label=_("All")
    )
    profile_answer = django_filters.ModelChoiceFilter(
        label=_("Profile answer"),
        field_name="profile_answer_links__answer",
        queryset=ProfileAnswer.objects.select_related("question"),
        empty_label=_("All"),
    )
    company = django_filters.CharFilter(
        label=_("Company number"),
        field_name="company__number",
        lookup_expr="exact",
        widget=forms.HiddenInput,
    )
    ordering = django_filters.OrderingFilter(
        label=_("Order"),
        fields=ORDERINGS,
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Contact
        fields: list[str] = []

    def search_everywhere(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.search(value)

    def through_company(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.in_industry_group(value)
