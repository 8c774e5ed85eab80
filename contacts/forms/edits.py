"""A form that several people may have open at once."""

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from ..services.edits import ChangedMeanwhile

SHOWN = 60


class EditForm(forms.ModelForm):
    """Carries what it was opened with, so only what was changed in it counts.

    What somebody else changed meanwhile stays. Give `changed_values` and `seen` to
    a service that asks `check_unchanged`, and `refuse` what it refuses: what was
    typed stays in the form, and saved again it takes the place of the other's.
    A client that does not send back what the form was opened with is taken to have
    seen what is stored.
    """

    # Upload fields, and the attribute of the row that the upload is kept in.
    uploads: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            return
        for name, field in self.fields.items():
            field.show_hidden_initial = name in self._meta.fields
        for name, attribute in self.uploads.items():
            self.fields[name].show_hidden_initial = True
            self.initial[name] = getattr(self.instance, self._column(attribute))

    @cached_property
    def changed_data(self) -> list[str]:
        """The fields that were changed in this form, whatever is stored now."""
        return [
            name
            for name, field in self.fields.items()
            if field.has_changed(
                self._opened.get(name, self[name].initial), self[name].data
            )
        ]

    @property
    def changed_values(self) -> dict[str, Any]:
        """The values that were changed, by name."""
        return {
            name: self.cleaned_data[name]
            for name in self.changed_data
            if name in self._meta.fields
        }

    @property
    def seen(self) -> dict[str, Any]:
        """What stood in the row when the form was opened, by name."""
        seen = {}
        for name, value in self._opened.items():
            field = self.fields[name]
            column = self.uploads.get(name, name)
            if name in self.uploads or isinstance(field, forms.ModelChoiceField):
                value = _read(self._column_of(column), value or None)
            elif isinstance(field, forms.TypedChoiceField):
                empty = value in field.empty_values
                value = field.empty_value if empty else field.coerce(value)
            seen[column] = value
        return seen

    def clean(self) -> dict[str, Any]:
        """Take what only somebody else changed as it is stored."""
        values = super().clean() or self.cleaned_data
        for name in self._opened.keys() - set(self.changed_data) - set(self.uploads):
            field = self.fields[name]
            sent = self.data[self[name].html_initial_name]
            if name in values and field.has_changed(self[name].initial, sent):
                values[name] = getattr(self.instance, name)
        return values

    def refuse(self, error: ChangedMeanwhile) -> None:
        """Say both values at each field; sent again, the form has seen the other's."""
        self.data = self.data.copy()
        self.add_error(None, str(error))
        fields = {attribute: name for name, attribute in self.uploads.items()}
        for attribute, (stored, typed) in error.fields.items():
            name = fields.get(attribute, attribute)
            said = _(
                "Somebody else changed this to “%(theirs)s”; you want “%(yours)s”. "
                "Save again to put yours in its place."
            ) % {
                "theirs": self._shown(attribute, stored),
                "yours": self._shown(attribute, typed),
            }
            self.add_error(name, said)
            self.data[self[name].html_initial_name] = self.as_opened(name, stored)

    def as_opened(self, name: str, value: Any) -> str:
        """Write a stored value as the form carries it."""
        if isinstance(value, models.Model):
            value = value.pk
        return "" if value is None else str(value)

    @cached_property
    def _opened(self) -> dict[str, Any]:
        """What the form was opened with, by field, as far as it was sent back."""
        opened = {}
        for name, field in self.fields.items():
            sent = self.data.get(self[name].html_initial_name)
            if field.show_hidden_initial and sent is not None:
                raw = isinstance(field, forms.ModelChoiceField | forms.FileField)
                opened[name] = sent if raw else _read(field, sent)
        return opened

    def _column_of(self, attribute: str) -> models.Field:
        return self._meta.model._meta.get_field(attribute)

    def _column(self, attribute: str) -> str:
        return self._column_of(attribute).attname

    def _shown(self, attribute: str, value: Any) -> str:
        if value is None or value == "":
            return _("nothing")
        if isinstance(value, bool):
            return _("Yes") if value else _("No")
        if isinstance(value, date):
            return date_format(value, "SHORT_DATE_FORMAT")
        choices = dict(self._column_of(attribute).flatchoices)
        return Truncator(str(choices.get(value, value))).chars(SHOWN)


def _read(field: Any, text: Any) -> Any:
    """What `text` says; what a hand has spoilt stays as it is and equals nothing."""
    try:
        return field.to_python(text)
    except ValidationError:
        return text
