"""Own values of many lines: for each value what becomes of it."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import LanguageField

from ..models import Segment, SegmentLine
from ..services.change_lines import CHANGEABLE
from ..services.shown_lines import value_in_words
from .dates import LetterDateField
from .seen import SeenAtField, SeenForm

LEAVE, SET, BLANK, RESET = "", "set", "blank", "reset"
HOW = {
    LEAVE: _("leave as it is"),
    SET: _("set to"),
    BLANK: _("make blank on purpose"),
    RESET: _("reset to what the segment says"),
}
# Texts may be blank on purpose; for other values there is no blank.
MAY_BE_BLANK = {
    "language",
    "description",
    "subject",
    "correspondence_type",
}
OF_THE_LINE_ALONE = {"evaluation", "personal_text"}


class ChangeLinesForm(SeenForm):
    """`values` has what is to be written; None resets."""

    seen_at = SeenAtField()
    expected_changes = forms.IntegerField(
        widget=forms.HiddenInput, min_value=0, required=False
    )

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        self.fields["seen_at"].initial = segment.updated_at.isoformat()
        for name in CHANGEABLE:
            self.fields[f"how_{name}"] = _how(name)
            self.fields[name] = own_value_field(name)

    @property
    def rows(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each value the choice of what becomes of it, and the value."""
        return [(self[f"how_{name}"], self[name]) for name in CHANGEABLE]

    @property
    def values(self) -> dict[str, Any]:
        """What is to be written, by name."""
        wanted = {}
        for name in CHANGEABLE:
            how, value = self.cleaned_data[f"how_{name}"], self.cleaned_data[name]
            if how == SET or (how == LEAVE and not _is_empty(value)):
                wanted[name] = value
            elif how != LEAVE:
                wanted[name] = "" if how == BLANK else None
        return wanted

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in CHANGEABLE:
            how, value = cleaned.get(f"how_{name}"), cleaned.get(name)
            if how == SET and _is_empty(value) and name not in self.errors:
                self.add_error(name, _("Give the value to set."))
            elif how in (BLANK, RESET) and not _is_empty(value):
                self.add_error(
                    name, _("Empty this, or choose “set to”: now both are asked for.")
                )
        return cleaned

    def look_again(self, segment: Segment) -> None:
        super().look_again(segment)
        self.data["seen_at"] = segment.updated_at.isoformat()


def change_in_words(name: str, value: Any) -> str:
    """Say what becomes of a value."""
    if value is None:
        return str(_("take away") if name in OF_THE_LINE_ALONE else HOW[RESET])
    if value == "":
        return str(_("blank on purpose"))
    choices = dict(SegmentLine._meta.get_field(name).flatchoices)
    if isinstance(value, str):
        return str(choices.get(value, value))
    return value_in_words(value)


def _is_empty(value: Any) -> bool:
    return value is None or value == ""


def _how(name: str) -> forms.ChoiceField:
    label = SegmentLine._meta.get_field(name).verbose_name
    ways = HOW | {RESET: _("take away")} if name in OF_THE_LINE_ALONE else HOW
    choices = [
        (way, said)
        for way, said in ways.items()
        if way != BLANK or name in MAY_BE_BLANK
    ]
    return forms.ChoiceField(label=capfirst(label), choices=choices, required=False)


def own_value_field(name: str) -> forms.Field:
    """Return the field of a form that takes this own value of lines."""
    field: Any = SegmentLine._meta.get_field(name)
    label = _("%s: new value") % capfirst(field.verbose_name)
    if name == "language":
        return LanguageField(label=label, required=False)
    if name == "date":
        date = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return LetterDateField(label=label, required=False, widget=date)
    if name == "personal_text":
        return field.formfield(label=label, widget=forms.Textarea(attrs={"rows": 4}))
    if name == "cost":
        return field.formfield(label=label, min_value=0)
    return field.formfield(label=label)
