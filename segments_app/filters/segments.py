"""The filters of the list of open segments."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.models import Salesperson
from interactions.models import Campaign, InteractionTemplate

from ..models import Segment


class SegmentFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(
        label=_("Number or description"), method="filter_search"
    )
    salesperson = django_filters.ModelChoiceFilter(
        label=_("Salesperson"), queryset=Salesperson.objects.all()
    )
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=Campaign.objects.all()
    )
    template = django_filters.ModelChoiceFilter(
        label=_("Interaction template"), queryset=InteractionTemplate.objects.all()
    )

    class Meta:
        model = Segment
        fields: list[str] = []

    def filter_search(
        self, segments: QuerySet[Segment], name: str, value: str
    ) -> QuerySet[Segment]:
        return segments.filter(
            Q(number__icontains=value) | Q(description__icontains=value)
        )
