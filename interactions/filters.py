"""What the lists of interactions may be narrowed to."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.filters import StrictFilterSet
from contacts.models import Salesperson

from .choices import DeliveryStatus, Evaluation
from .models import (
    Campaign,
    Delivery,
    InteractionGroup,
    InteractionLogEntry,
    InteractionTemplate,
)
from .models.outbox import OPEN

LARGEST_KEY = 2**63 - 1
NONE = "none"
DRAFTS = "only"


def date_input() -> forms.DateInput:
    """A date picker of the browser itself."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PeriodFilter(StrictFilterSet):
    """Interactions of some days."""

    date_from = django_filters.DateFilter(
        label=_("From"), field_name="date", lookup_expr="gte", widget=date_input()
    )
    date_to = django_filters.DateFilter(
        label=_("To"), field_name="date", lookup_expr="lte", widget=date_input()
    )

    class Meta:
        model = InteractionLogEntry
        fields: list[str] = []


class InteractionLogFilter(PeriodFilter):
    """The log without its drafts, unless they are asked for."""

    contact = django_filters.CharFilter(
        label=_("Contact or company"), method="filter_contact"
    )
    group = django_filters.ModelChoiceFilter(
        label=_("Group"),
        queryset=InteractionGroup.objects.all(),
        empty_label=_("All"),
    )
    template = django_filters.ModelChoiceFilter(
        label=_("Template"),
        queryset=InteractionTemplate.objects.all(),
        empty_label=_("All"),
    )
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"),
        queryset=Campaign.objects.all(),
        empty_label=_("All"),
    )
    segment_number = django_filters.CharFilter(
        label=_("Segment"), method="filter_segment_number"
    )
    salesperson = django_filters.ModelChoiceFilter(
        label=_("Salesperson"),
        queryset=Salesperson.objects.all(),
        empty_label=_("All"),
    )
    evaluation = django_filters.ChoiceFilter(
        label=_("Evaluation"),
        choices=Evaluation.choices,
        empty_label=_("All"),
        null_label=_("Not evaluated"),
        null_value=NONE,
        method="filter_choice",
    )
    delivery_status = django_filters.ChoiceFilter(
        label=_("Delivery"),
        choices=DeliveryStatus.choices,
        empty_label=_("All"),
        null_label=_("Nothing to deliver"),
        null_value=NONE,
        method="filter_choice",
    )
    cancelled = django_filters.ChoiceFilter(
        label=_("Cancelled"),
        choices=[("no", _("Hidden")), ("yes", _("Only these"))],
        empty_label=_("All"),
        method="filter_cancelled",
    )
    postponed = django_filters.ChoiceFilter(
        label=_("Postponed"),
        choices=[(DRAFTS, _("Only these"))],
        empty_label=_("Hidden"),
        method="filter_postponed",
    )

    logged_segment = django_filters.NumberFilter(
        field_name="logged_segment", widget=forms.HiddenInput
    )

    @property
    def asked(self) -> bool:
        """Whether more is asked than of which logged segment they are."""
        return self.is_refused or any(
            value not in (None, "") and name != "logged_segment"
            for name, value in self.form.cleaned_data.items()
        )

    @property
    def asks_for_drafts(self) -> bool:
        return bool(self.form.is_valid() and self.form.cleaned_data["postponed"])

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Drafts are not in the log (contacts_interactions.md 6.4.1)."""
        if not self.form.cleaned_data.get("postponed"):
            queryset = queryset.logged()
        return super().filter_queryset(queryset)

    def filter_contact(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every word must be in the name or number of the contact or its company."""
        for word in value.split():
            queryset = queryset.filter(
                Q(contact__name__icontains=word)
                | Q(contact__number__istartswith=word)
                | Q(company__name__icontains=word)
                | Q(company__number__istartswith=word)
            )
        return queryset

    def filter_segment_number(
        self, queryset: QuerySet, name: str, value: str
    ) -> QuerySet:
        """Segments are found by their whole number, however it is typed."""
        return queryset.filter(segment_number=value)

    def filter_choice(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(**{name: "" if value == NONE else value})

    def filter_cancelled(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(cancelled=value == "yes")

    def filter_postponed(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(postponed=value == DRAFTS)


class OutboxFilter(StrictFilterSet):
    """E-mails by where they are, and whose."""

    status = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[(state.value, state.label) for state in (*OPEN, DeliveryStatus.SENT)],
        empty_label=_("All"),
    )
    segment_number = django_filters.CharFilter(
        label=_("Segment"), field_name="entry__segment_number"
    )
    contact = django_filters.CharFilter(
        label=_("Contact or address"), method="filter_contact"
    )
    run = django_filters.NumberFilter(
        field_name="entry__run_item__run",
        widget=forms.HiddenInput(),
        min_value=1,
        max_value=LARGEST_KEY,
    )

    class Meta:
        model = Delivery
        fields: list[str] = []

    def filter_contact(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every word must be in the name, the number or the address."""
        for word in value.split():
            queryset = queryset.filter(
                Q(entry__contact__name__icontains=word)
                | Q(entry__contact__number__istartswith=word)
                | Q(to_address__icontains=word)
            )
        return queryset
