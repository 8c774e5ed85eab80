"""The filters of the list of logged segments."""

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django_filters.fields import ModelChoiceField

from contacts.filters import StrictFilterSet
from interactions.models import LoggedSegment
from jobs.users import user_name


def users_who_logged(request: HttpRequest | None) -> QuerySet:
    """Everybody who ever logged a segment."""
    logged = LoggedSegment.objects.filter(user__isnull=False).order_by()
    users = get_user_model().objects.filter(pk__in=logged.values("user"))
    return users.order_by("username")


class UserField(ModelChoiceField):
    """A choice of users by their names."""

    def label_from_instance(self, user: AbstractUser) -> str:
        return user_name(user)


class UserFilter(django_filters.ModelChoiceFilter):
    field_class = UserField


class LoggedSegmentFilter(StrictFilterSet):
    search = django_filters.CharFilter(label=_("Search"), method="filter_search")
    logged_from = django_filters.DateFilter(
        label=_("Logged from"),
        field_name="created_at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    logged_to = django_filters.DateFilter(
        label=_("Logged to"),
        field_name="created_at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    user = UserFilter(
        label=_("Logged by"), queryset=users_who_logged, empty_label=_("All")
    )
    cancelled = django_filters.ChoiceFilter(
        label=_("Cancelled"),
        choices=[("no", _("Not cancelled")), ("yes", _("Cancelled"))],
        empty_label=_("All"),
        method="filter_cancelled",
    )

    class Meta:
        model = LoggedSegment
        fields: list[str] = []

    def filter_search(
        self, logged: QuerySet[LoggedSegment], name: str, value: str
    ) -> QuerySet[LoggedSegment]:
        return logged.filter(
            Q(segment_number__icontains=value) | Q(description__icontains=value)
        )

    def filter_cancelled(
        self, logged: QuerySet[LoggedSegment], name: str, value: str
    ) -> QuerySet[LoggedSegment]:
        return logged.filter(cancelled=value == "yes")
