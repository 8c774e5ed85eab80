"""What the list of contacts can be narrowed by."""

from datetime import date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from .choices import ContactType, IneligibleReason
from .forms.fields import LanguageField
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
from .models.orders import ORDERS
from .models.querysets import ContactQuerySet
from .places import countries

# Where the set-up leads from: a choice only where it is asked for.
FROM_SET_UP = (
    *("business_relation", "job_responsibility", "organizational_level"),
    *("web_source", "salutation", "profile_answer"),
)


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


class LanguageFilter(django_filters.CharFilter):
    field_class = LanguageField


class OrderFilter(django_filters.OrderingFilter):
    """Which order is asked for; the list sorts by it a page at a time.

    The words of the library for the other way round are in few languages.
    """

    def build_choices(self, fields: Any, labels: dict[str, Any]) -> list:
        turned = {
            f"-{code}": format_lazy(_("{order}, descending"), order=label)
            for code, label in labels.items()
        }
        return super().build_choices(fields, labels | turned)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs


class ContactFilter(StrictFilterSet):
    """Contacts of the register; those in front are always seen, the others folded."""

    search = django_filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("Name, number, e-mail, phone, city"),
                "autocomplete": "off",
                "hx-get": reverse_lazy("contacts:hits"),
                "hx-trigger": "input changed delay:150ms",
                "hx-target": "#contact-hits",
                "hx-params": "search",
                "hx-sync": "this:replace",
            }
        ),
    )
    inside = django_filters.BooleanFilter(
        label=_("Search inside words (slower)"),
        method="not_by_itself",
        widget=forms.CheckboxInput,
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
    territory = django_filters.ModelChoiceFilter(
        label=_("Territory"),
        queryset=Territory.objects.all(),
        empty_label=_("All"),
    )
    language = LanguageFilter(label=_("Language"))
    has_email = django_filters.ChoiceFilter(
        label=_("E-mail"),
        method="filter_has_email",
        choices=[("yes", _("Has an e-mail address")), ("no", _("Has none"))],
        empty_label=_("All"),
    )
    eligible = django_filters.ChoiceFilter(
        label=_("Segments"),
        method="filter_eligible",
        choices=[
            ("yes", _("May be in a segment")),
            ("no", _("Is kept out")),
            *IneligibleReason.choices,
        ],
        empty_label=_("All"),
    )
    changed_since = django_filters.DateFilter(
        label=_("Changed since"),
        method="filter_changed_since",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
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
    ordering = OrderFilter(
        label=_("Sort by"),
        fields=[(code, code) for code in ORDERS],
        field_labels={code: order.label for code, order in ORDERS.items()},
        empty_label=_("Name"),
    )
    company = django_filters.CharFilter(
        label=_("Company number"),
        field_name="company__number",
        lookup_expr="exact",
        widget=forms.HiddenInput,
    )

    class Meta:
        model = Contact
        fields: list[str] = []

    _in_any_order = False

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        for name in FROM_SET_UP:
            if not (data and data.get(name)):
                self.filters[name].extra["widget"] = forms.HiddenInput

    @property
    def asked(self) -> set[str]:
        """What is filtered by; an order leaves nobody out."""
        if self.is_refused:
            return set(self.errors)
        self.form.is_valid()
        values = self.form.cleaned_data
        beside = {"ordering", *(() if values.get("search") else ("inside",))}
        return {
            name
            for name, value in values.items()
            if value not in (None, "", False, []) and name not in beside
        }

    @property
    def in_any_order(self) -> ContactQuerySet:
        """The same contacts as `qs`, for counting them or taking any of them."""
        self._in_any_order = True
        found: ContactQuerySet = self.filter_queryset(self.queryset.all())
        self._in_any_order = False
        return found

    def filter_search(
        self, contacts: ContactQuerySet, name: str, value: str
    ) -> ContactQuerySet:
        """By the starts of words, or inside them where that is asked for."""
        if self.form.cleaned_data.get("inside"):
            return contacts.search(value)
        return contacts.found_by(value, in_any_order=self._in_any_order)

    def not_by_itself(
        self, contacts: ContactQuerySet, name: str, value: bool
    ) -> ContactQuerySet:
        """How it is searched is no search."""
        return contacts

    def through_company(
        self, contacts: ContactQuerySet, name: str, value: Any
    ) -> ContactQuerySet:
        return contacts.in_industry_group(value)

    def filter_has_email(
        self, contacts: ContactQuerySet, name: str, value: str
    ) -> ContactQuerySet:
        return (
            contacts.exclude(email="") if value == "yes" else contacts.filter(email="")
        )

    def filter_changed_since(
        self, contacts: ContactQuerySet, name: str, value: date
    ) -> ContactQuerySet:
        """By the moment the day begins, which the index is read from."""
        midnight = datetime.combine(value, time.min)
        begin = timezone.make_aware(midnight, timezone.get_default_timezone())
        return contacts.filter(updated_at__gte=begin)

    def filter_eligible(
        self, contacts: ContactQuerySet, name: str, value: str
    ) -> ContactQuerySet:
        if value == "yes":
            return contacts.eligible()
        if value == "no":
            return contacts.ineligible()
        kept_out = contacts.ineligible().with_ineligible_reason()
        return kept_out.filter(ineligible_reason=value)
