"""The filters of the lines on the worksheet."""

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..models import SegmentLine
from ..models.querysets import SegmentLineQuerySet


class LineFilter(django_filters.FilterSet):
    search = django_filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, number, company, e-mail")}
        ),
    )
    differs = django_filters.BooleanFilter(
        label=_("Lines that differ"),
        method="filter_differs",
        widget=forms.CheckboxInput,
    )

    class Meta:
        model = SegmentLine
        fields: list[str] = []

    def filter_search(
        self, lines: SegmentLineQuerySet, name: str, value: str
    ) -> SegmentLineQuerySet:
        return lines.filter(
            Q(contact__name__icontains=value)
            | Q(contact__number__icontains=value)
            | Q(contact__company__name__icontains=value)
            | Q(contact__email__icontains=value)
        )

    def filter_differs(
        self, lines: SegmentLineQuerySet, name: str, value: bool
    ) -> SegmentLineQuerySet:
        return lines.differing() if value else lines
