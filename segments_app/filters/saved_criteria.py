"""The filters of the list of saved criteria."""

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from contacts.filters import StrictFilterSet

from ..models import SavedCriteria
from .logged_segments import UserFilter

ORDERINGS = {
    "code": "code",
    "description": "description",
    "owner__username": "owner",
    "updated_at": "changed",
}


def owners(request: HttpRequest | None) -> QuerySet:
    """Everybody who owns criteria that the user may see."""
    saved = SavedCriteria.objects.filter(owner__isnull=False).order_by()
    if request is not None:
        saved = saved.visible_to(request.user)
    users = get_user_model().objects.filter(pk__in=saved.values("owner"))
    return users.order_by("username")


class SavedCriteriaFilter(StrictFilterSet):
    search = django_filters.CharFilter(
        label=_("Code or description"), method="filter_search"
    )
    owner = UserFilter(label=_("Owner"), queryset=owners, empty_label=_("All"))
    shared = django_filters.ChoiceFilter(
        label=_("Seen by"),
        choices=[("yes", _("everybody")), ("no", _("me alone"))],
        empty_label=_("All"),
        method="filter_shared",
    )
    ordering = django_filters.OrderingFilter(
        label=_("Order"), fields=ORDERINGS, widget=forms.HiddenInput
    )

    class Meta:
        model = SavedCriteria
        fields: list[str] = []

    def filter_search(
        self, saved: QuerySet[SavedCriteria], name: str, value: str
    ) -> QuerySet[SavedCriteria]:
        return saved.filter(Q(code__icontains=value) | Q(description__icontains=value))

    def filter_shared(
        self, saved: QuerySet[SavedCriteria], name: str, value: str
    ) -> QuerySet[SavedCriteria]:
        return saved.filter(shared=value == "yes")
