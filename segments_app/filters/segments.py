"""The filters of the list of segments, the same for open and for logged ones."""

from typing import Any

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import (
    Case,
    CharField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Upper
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts.filters import StrictFilterSet
from contacts.models import Salesperson
from interactions.models import (
    Campaign,
    CampaignEntry,
    InteractionTemplate,
    LoggedSegment,
)

from ..choices import SegmentMark, SegmentState
from ..models import Segment
from ..models.segment import SegmentQuerySet
from .logged_segments import UserFilter

COLUMNS = ("is_open", "pk", "sorted_by")
TEXT = CharField()


def text(expression: Any) -> Coalesce:
    """The text, empty where there is none, so that both databases sort alike."""
    return Coalesce(expression, Value(""), output_field=TEXT)


def owners(request: HttpRequest | None) -> QuerySet:
    """Everybody who owns an open segment or logged one."""
    users = get_user_model().objects.filter(
        Q(pk__in=Segment.objects.order_by().values("owner"))
        | Q(pk__in=LoggedSegment.objects.order_by().values("user"))
    )
    return users.order_by("username")


class SegmentFilter(StrictFilterSet):
    """What may be asked; how it is asked of the rows is up to each of the two lists."""

    search = django_filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=forms.TextInput(
            attrs={"type": "search", "placeholder": _("Number or description")}
        ),
    )
    owner = UserFilter(
        label=_("Owner"),
        queryset=owners,
        empty_label=_("All"),
        method="filter_owner",
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=SegmentState,
        empty_label=_("All"),
        method="filter_state",
    )
    template = django_filters.ModelChoiceFilter(
        label=_("Interaction template"),
        queryset=InteractionTemplate.objects.all(),
        empty_label=_("All"),
        method="filter_header",
    )
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"),
        queryset=Campaign.objects.all(),
        empty_label=_("All"),
        method="filter_campaign",
    )
    salesperson = django_filters.ModelChoiceFilter(
        label=_("Salesperson"),
        queryset=Salesperson.objects.all(),
        empty_label=_("All"),
        method="filter_header",
    )
    mark = django_filters.ChoiceFilter(
        label=_("Particular"),
        choices=SegmentMark,
        empty_label=_("All"),
        method="filter_mark",
    )
    # Which list is shown and how it is sorted, kept when something is searched.
    show = django_filters.CharFilter(method="keep", widget=forms.HiddenInput)
    ordering = django_filters.CharFilter(method="keep", widget=forms.HiddenInput)

    def keep(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset

    def rows(self, key: str) -> QuerySet:
        """Return what was found as rows of COLUMNS, to be sorted by the last of them.

        Only what the list is sorted by is asked of every segment; the rest of it is
        for the few that are shown.
        """
        raise NotImplementedError


class OpenSegmentFilter(SegmentFilter):
    """The open ones, whose state is annotated `with_state`."""

    def filter_search(
        self, segments: SegmentQuerySet, name: str, value: str
    ) -> SegmentQuerySet:
        return segments.filter(
            Q(number__icontains=value) | Q(description__icontains=value)
        )

    def filter_owner(
        self, segments: SegmentQuerySet, name: str, value: Any
    ) -> SegmentQuerySet:
        return segments.filter(owner=value)

    def filter_state(
        self, segments: SegmentQuerySet, name: str, value: str
    ) -> SegmentQuerySet:
        return segments.with_state().filter(state=value)

    def filter_header(
        self, segments: SegmentQuerySet, name: str, value: Any
    ) -> SegmentQuerySet:
        return segments.filter(**{name: value})

    def filter_campaign(
        self, segments: SegmentQuerySet, name: str, value: Any
    ) -> SegmentQuerySet:
        by_template = Q(campaign=None, template__campaign=value)
        return segments.filter(Q(campaign=value) | by_template)

    def filter_mark(
        self, segments: SegmentQuerySet, name: str, value: str
    ) -> SegmentQuerySet:
        return segments.filter(
            {
                SegmentMark.LIVING: Q(living=True),
                SegmentMark.FOLLOW_UP: Q(follow_up_of__isnull=False),
                SegmentMark.LEFT_OVER: Q(left_over_of__isnull=False),
            }[SegmentMark(value)]
        )

    def rows(self, key: str) -> QuerySet:
        found = self.qs.annotate(is_open=Value(True))
        if key == "state":
            found = found.with_state()
        if key == "contacts":
            found = found.with_total()
        sorted_by = {
            "number": F("number"),
            "description": Upper("description"),
            "state": F("state"),
            "contacts": F("total"),
            "template": text("template__code"),
            "campaign": Coalesce(
                "campaign__number", "template__campaign__number", Value("")
            ),
            "salesperson": text("salesperson__code"),
            "owner": text("owner__username"),
            "changed": F("updated_at"),
        }
        return found.annotate(sorted_by=sorted_by[key]).order_by().values_list(*COLUMNS)


class LoggedFilter(SegmentFilter):
    """The logged ones: their owner logged them, their header is kept as it was.

    Their campaigns are those of their entries, also where none was in the header.
    """

    def filter_search(
        self, logged: QuerySet[LoggedSegment], name: str, value: str
    ) -> QuerySet[LoggedSegment]:
        return logged.filter(
            Q(segment_number__icontains=value) | Q(description__icontains=value)
        )

    def filter_owner(
        self, logged: QuerySet[LoggedSegment], name: str, value: Any
    ) -> QuerySet[LoggedSegment]:
        return logged.filter(user=value)

    def filter_state(
        self, logged: QuerySet[LoggedSegment], name: str, value: str
    ) -> QuerySet[LoggedSegment]:
        if value not in (SegmentState.LOGGED, SegmentState.CANCELLED):
            return logged.none()
        return logged.filter(cancelled=value == SegmentState.CANCELLED)

    def filter_header(
        self, logged: QuerySet[LoggedSegment], name: str, value: Any
    ) -> QuerySet[LoggedSegment]:
        return logged.filter(**{f"criteria__header__{name}": value.code})

    def filter_campaign(
        self, logged: QuerySet[LoggedSegment], name: str, value: Any
    ) -> QuerySet[LoggedSegment]:
        entries = CampaignEntry.objects.filter(campaign=value).order_by()
        return logged.filter(pk__in=entries.values("logged_segment"))

    def filter_mark(
        self, logged: QuerySet[LoggedSegment], name: str, value: str
    ) -> QuerySet[LoggedSegment]:
        return logged.none()

    def rows(self, key: str) -> QuerySet:
        found = self.qs.annotate(is_open=Value(False))
        if key == "contacts":
            found = found.with_entries()
        header = KeyTextTransform("header", "criteria")
        entries = CampaignEntry.objects.filter(logged_segment=OuterRef("pk"))
        campaigns = entries.order_by("campaign__number")
        sorted_by = {
            "number": F("segment_number"),
            "description": Upper("description"),
            "state": Case(
                When(cancelled=True, then=Value(SegmentState.CANCELLED)),
                default=Value(SegmentState.LOGGED),
                output_field=TEXT,
            ),
            "contacts": F("entries"),
            "template": text(KeyTextTransform("template", header)),
            "campaign": text(Subquery(campaigns.values("campaign__number")[:1])),
            "salesperson": text(KeyTextTransform("salesperson", header)),
            "owner": text("user__username"),
            "changed": F("created_at"),
        }
        return found.annotate(sorted_by=sorted_by[key]).order_by().values_list(*COLUMNS)
