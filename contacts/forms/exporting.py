"""What an export has: its columns and the kind of file."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..importing import FIELDS
from ..services.errors import ContactError
from ..services.export_contacts import FORMATS

NAMES = {"csv": _("CSV file"), "xlsx": _("Spreadsheet (.xlsx)")}


class ExportForm(forms.Form):
    suffix = forms.ChoiceField(
        label=_("Kind of file"),
        choices=[(suffix, NAMES[suffix]) for suffix in FORMATS],
        widget=forms.RadioSelect,
        initial="xlsx",
    )
    columns = forms.MultipleChoiceField(
        label=_("Columns"), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, capfirst(field.label)) for code, field in FIELDS.items()]
        self.fields["columns"].choices = choices
        self.fields["columns"].initial = list(FIELDS)

    def refuse(self, refusal: ContactError) -> None:
        self.add_error(refusal.field, str(refusal))
