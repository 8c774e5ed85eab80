"""Forms of duplicates: whom to merge with, and which value of both stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from ..choices import ContactType, PairState
from ..filters import StrictFilterSet
from ..models import Contact, DuplicatePair, MergeJournal
from ..places import country_name, language_name
from ..services.merging.merge_fields import MergeField, merge_fields, usually_taken

NAMED = {"country": country_name, "language": language_name}
SURVIVOR, DUPLICATE = "survivor", "duplicate"


class DuplicateFilter(StrictFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"),
        choices=PairState,
        empty_label=gettext_lazy("All"),
    )
    type = django_filters.ChoiceFilter(
        label=gettext_lazy("Type"),
        field_name="one__type",
        choices=ContactType,
        empty_label=gettext_lazy("All"),
    )
    least = django_filters.NumberFilter(
        label=gettext_lazy("Alike by at least"),
        field_name="score",
        lookup_expr="gte",
        min_value=0,
        max_value=100,
    )

    class Meta:
        model = DuplicatePair
        fields: list[str] = []


class OtherContactForm(forms.Form):
    """Another contact by its number."""

    number = forms.CharField(
        label=gettext_lazy("Number of the other contact"),
        help_text=gettext_lazy("For instance C-000017."),
    )

    def clean_number(self) -> Contact:
        number = self.cleaned_data["number"]
        contact = Contact.objects.filter(number=number).first()
        if contact:
            return contact
        said = {"number": number}
        if merge := MergeJournal.objects.filter(
            duplicate_number=number, undone_at=None
        ).first():
            said["survivor"] = merge.survivor_number
            raise ValidationError(
                _("%(number)s was merged into %(survivor)s."), params=said
            )
        raise ValidationError(
            _("There is no contact with the number “%(number)s”."), params=said
        )


@dataclass(frozen=True)
class MergeRow:
    """A value of both side by side; `field` is there where one has to choose."""

    label: str
    survivor: str
    duplicate: str
    field: forms.BoundField | None


class MergeForm(forms.Form):
    """Which value stays where both differ; the versions are what the user looked at.

    Two of whom nothing is alike, by `likeness` in percent, are merged only when that
    is confirmed.
    """

    seen_survivor = forms.CharField(widget=forms.HiddenInput)
    seen_duplicate = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        survivor: Contact,
        duplicate: Contact,
        likeness: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not likeness:
            self.fields["unlike"] = forms.BooleanField(
                label=_("They are the same all the same, and I want to merge them"),
                error_messages={
                    "required": _("Say that you mean it: nothing of the two is alike.")
                },
            )
        self.survivor, self.duplicate = survivor, duplicate
        self.initial |= {
            "seen_survivor": survivor.version,
            "seen_duplicate": duplicate.version,
        }
        taken = usually_taken(survivor, duplicate)
        self._all = merge_fields(survivor)
        for field in self._all:
            if field.differs(survivor, duplicate):
                self.fields[_named(field)] = forms.ChoiceField(
                    label=field.label,
                    choices=[
                        (SURVIVOR, _said(field, survivor)),
                        (DUPLICATE, _said(field, duplicate)),
                    ],
                    initial=DUPLICATE if field.name in taken else SURVIVOR,
                    widget=forms.RadioSelect,
                )

    @property
    def take(self) -> set[str]:
        """The fields whose value is the other's, for `merge_contacts`."""
        return {
            field.name
            for field in self._all
            if self.cleaned_data.get(_named(field)) == DUPLICATE
        }

    @property
    def seen(self) -> tuple[str, str]:
        values = self.cleaned_data
        return values["seen_survivor"], values["seen_duplicate"]

    def rows(self) -> Iterator[MergeRow]:
        """Yield every value that one of both has, and the choice where they differ."""
        for field in self._all:
            values = _said(field, self.survivor), _said(field, self.duplicate)
            bound = self[_named(field)] if _named(field) in self.fields else None
            if bound or any(field.values(self.survivor)):
                yield MergeRow(field.label, *values, bound)


def _named(field: MergeField) -> str:
    return f"value_{field.name}"


def _said(field: MergeField, contact: Contact) -> str:
    display = getattr(contact, f"get_{field.name}_display", None)
    value = display() if display else getattr(contact, field.name)
    said = "" if value is None else str(value)
    if said and field.name in NAMED:
        said = NAMED[field.name](said, get_language() or "en")
    if field.name == "name" and not contact.is_company:
        parts = [getattr(contact, column) for column in field.columns[1:]]
        said += f" ({' · '.join(filter(None, parts))})" if any(parts) else ""
    return said or _("empty")
