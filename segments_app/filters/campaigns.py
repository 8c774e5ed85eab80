"""The filters of the list of campaigns."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.filters import StrictFilterSet
from contacts.models import Salesperson
from interactions.models import Campaign, CampaignStatus

NOW, COMING, OVER = "now", "coming", "over"


class CampaignFilter(StrictFilterSet):
    search = django_filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Number or description")}
        ),
    )
    status = django_filters.ModelChoiceFilter(
        label=_("Status"),
        queryset=CampaignStatus.objects.all(),
        empty_label=_("All"),
    )
    salesperson = django_filters.ModelChoiceFilter(
        label=_("Salesperson"),
        queryset=Salesperson.objects.all(),
        empty_label=_("All"),
    )
    time = django_filters.ChoiceFilter(
        label=_("Time"),
        choices=[(NOW, _("Going on")), (COMING, _("Still to come")), (OVER, _("Over"))],
        empty_label=_("All"),
        method="filter_time",
    )
    active = django_filters.ChoiceFilter(
        label=_("Activated"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        empty_label=_("All"),
        method="filter_active",
    )
    ordering = django_filters.CharFilter(method="keep", widget=forms.HiddenInput)

    class Meta:
        model = Campaign
        fields: list[str] = []

    def keep(self, campaigns: QuerySet, name: str, value: str) -> QuerySet:
        return campaigns

    def filter_search(self, campaigns: QuerySet, name: str, value: str) -> QuerySet:
        return campaigns.filter(
            Q(number__icontains=value) | Q(description__icontains=value)
        )

    def filter_time(self, campaigns: QuerySet, name: str, value: Any) -> QuerySet:
        """A campaign without an end goes on, one without a beginning has begun."""
        today = timezone.localdate()
        coming, over = Q(starting_date__gt=today), Q(ending_date__lt=today)
        asked = {COMING: coming, OVER: over}
        if value in asked:
            return campaigns.filter(asked[value])
        return campaigns.exclude(coming | over)

    def filter_active(self, campaigns: QuerySet, name: str, value: str) -> QuerySet:
        return campaigns.filter(activated_at__isnull=value == "no")
