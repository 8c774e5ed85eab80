"""The searches for where contacts come from."""

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.filters import StrictFilterSet
from contacts.models import MailingGroup
from interactions.models import LoggedSegment

from ..models import Segment


class SearchFilter(StrictFilterSet):
    """One search in `searched`, the columns of the model."""

    searched: tuple[str, ...] = ()
    search = django_filters.CharFilter(
        label=_("Number or description"), method="filter_search"
    )

    def filter_search(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        found = Q()
        for column in self.searched:
            found |= Q(**{f"{column}__icontains": value})
        return rows.filter(found)


class OpenSegmentSearch(SearchFilter):
    searched = ("number", "description")

    class Meta:
        model = Segment
        fields: list[str] = []


class LoggedSegmentSearch(SearchFilter):
    searched = ("segment_number", "description")

    class Meta:
        model = LoggedSegment
        fields: list[str] = []


class MailingGroupSearch(SearchFilter):
    searched = ("code", "description")

    class Meta:
        model = MailingGroup
        fields: list[str] = []
