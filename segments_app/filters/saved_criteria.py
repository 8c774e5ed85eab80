"""The filters of the list of saved criteria."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from ..models import SavedCriteria


class SavedCriteriaFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(
        label=_("Code or description"), method="filter_search"
    )

    class Meta:
        model = SavedCriteria
        fields: list[str] = []

    def filter_search(
        self, saved: QuerySet[SavedCriteria], name: str, value: str
    ) -> QuerySet[SavedCriteria]:
        return saved.filter(Q(code__icontains=value) | Q(description__icontains=value))
