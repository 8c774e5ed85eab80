"""Fields that inherit where they are empty, and what they inherit, in words."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model
from django.utils.formats import date_format, localize
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.places import language_name

# A choice that was made: nothing at all, whatever would be inherited.
NOTHING = "nothing"


def field_in_words(model: type[Model], name: str, value: Any) -> str:
    """Return a value of this model as a reader says it; nothing is an empty text."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if name == "date":
        return date_format(value, "SHORT_DATE_FORMAT")
    if name == "language":
        return language_name(value, get_language() or "en")
    choices = dict(getattr(model._meta.get_field(name), "flatchoices", ()))
    return str(choices.get(value, localize(value)))


def say_when_empty(field: forms.Field, said: str) -> None:
    """Write what the empty field stands for where its value would stand."""
    if isinstance(field, forms.ModelChoiceField):
        field.empty_label = said
    elif isinstance(field, forms.NullBooleanField):
        field.widget.choices = [
            ("unknown", said),
            ("true", _("Yes")),
            ("false", _("No")),
        ]
    elif isinstance(field, forms.ChoiceField):
        field.choices = [("", said), *field.choices[1:]]
    else:
        field.widget.attrs["placeholder"] = said


def offer_nothing(form: forms.ModelForm, names: Iterable[str]) -> None:
    """Let these choices be nothing on purpose, beside what they inherit."""
    for name in names:
        field = form.fields[name]
        field.choices = [*field.choices, (NOTHING, _("none, on purpose"))]
        field.coerce = lambda value: "" if value == NOTHING else value
        if getattr(form.instance, name) == "":
            form.initial[name] = NOTHING
