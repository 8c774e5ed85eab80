"""The filters of the lines on the worksheet."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.choices import CorrespondenceType
from contacts.filters import StrictFilterSet
from contacts.forms.fields import LanguageField
from contacts.models import Salesperson
from interactions.models import InteractionTemplate

from ..models import Segment, SegmentLine
from ..models.line import OWN_VALUES
from ..models.querysets import SegmentLineQuerySet
from ..services import lines_with_problem


class LanguageFilter(django_filters.CharFilter):
    field_class = LanguageField


class LineFilter(StrictFilterSet):
    """Lines by what holds for them in the end.

    `segment` is whose lines they are. Every problem is meant that stands in the way
    of printing, sending or logging.
    """

    search = django_filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Name, number, company, e-mail")}
        ),
    )
    differs = django_filters.BooleanFilter(
        label=_("Differs from the segment"),
        method="filter_differs",
        widget=forms.CheckboxInput,
    )
    problem = django_filters.BooleanFilter(
        label=_("Has a problem"),
        method="filter_problem",
        widget=forms.CheckboxInput,
    )
    text = django_filters.BooleanFilter(
        label=_("Has a personal text"),
        method="filter_text",
        widget=forms.CheckboxInput,
    )
    template = django_filters.ModelChoiceFilter(
        label=_("Interaction template"),
        method="filter_effective",
        queryset=InteractionTemplate.objects.all(),
        empty_label=_("All"),
    )
    language = LanguageFilter(label=_("Language"), method="filter_effective")
    correspondence_type = django_filters.ChoiceFilter(
        label=_("Correspondence type"),
        method="filter_effective",
        choices=CorrespondenceType,
        empty_label=_("All"),
        null_label=_("None"),
        null_value="none",
    )
    salesperson = django_filters.ModelChoiceFilter(
        label=_("Salesperson"),
        method="filter_effective",
        queryset=Salesperson.objects.all(),
        empty_label=_("All"),
        null_label=_("None"),
        null_value="none",
    )
    own = django_filters.ChoiceFilter(
        label=_("Own value"),
        method="filter_own",
        choices=lambda: [
            (name, SegmentLine._meta.get_field(name).verbose_name)
            for name in OWN_VALUES
        ],
        empty_label=_("All"),
    )

    class Meta:
        model = SegmentLine
        fields: list[str] = []

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.segment = segment

    @property
    def is_used(self) -> bool:
        """Whether any line is left out."""
        if self.is_refused:
            return True
        values = self.form.cleaned_data if self.form.is_valid() else {}
        return any(value not in (None, "", False) for value in values.values())

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

    def filter_problem(
        self, lines: SegmentLineQuerySet, name: str, value: bool
    ) -> SegmentLineQuerySet:
        if not value:
            return lines
        faulty = lines_with_problem(self.segment, deliver=True)
        return lines.filter(pk__in=faulty.order_by().values("pk"))

    def filter_text(
        self, lines: SegmentLineQuerySet, name: str, value: bool
    ) -> SegmentLineQuerySet:
        return lines.filter(personal_text__gt="") if value else lines

    def filter_effective(
        self, lines: SegmentLineQuerySet, name: str, value: Any
    ) -> SegmentLineQuerySet:
        related = name in ("template", "salesperson")
        column = f"{name}_id" if related else name
        if value == "none":
            value = None if related else ""
        elif related:
            value = value.pk
        lines = lines.with_effective_values(only=[column])
        return lines.filter(**{f"effective_{column}": value})

    def filter_own(
        self, lines: SegmentLineQuerySet, name: str, value: str
    ) -> SegmentLineQuerySet:
        return lines.filter(**{f"{value}__isnull": False})
