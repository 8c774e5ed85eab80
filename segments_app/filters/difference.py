"""The filters of the names that a proposed step moves or keeps out."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.filters import StrictFilterSet
from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet

from ..choices import KeptOut


class NamesFilter(StrictFilterSet):
    """`reason` asks for the `why_kept_out` of the contacts."""

    search = django_filters.CharFilter(
        label=_("Search"),
        method="filter_search",
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "placeholder": _("Name, number, company, e-mail, city"),
            }
        ),
    )
    reason = django_filters.ChoiceFilter(
        label=_("Why kept out"),
        choices=KeptOut.choices,
        empty_label=_("All reasons"),
        method="filter_reason",
    )

    class Meta:
        model = Contact
        fields: list[str] = []

    def filter_search(
        self, contacts: ContactQuerySet, name: str, value: str
    ) -> ContactQuerySet:
        return contacts.search(value, also=("company__name",))

    def filter_reason(
        self, contacts: ContactQuerySet, name: str, value: str
    ) -> ContactQuerySet:
        return contacts.filter(why_kept_out=value)
