"""The forms of an import: the file, then what each of its columns is."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..importing import FIELDS, ImportProblem
from ..importing.headings import map_columns
from ..importing.read import MAX_BYTES, MAX_SHEET_BYTES, WORKBOOKS, check_size
from ..models import Salesperson, Territory
from .fields import CountryField, LanguageField

DEFAULTS = ("country", "language", "salesperson", "territory")


class UploadForm(forms.Form):
    file = forms.FileField(label=_("File"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        most = {"csv": MAX_BYTES >> 20, "sheet": MAX_SHEET_BYTES >> 20}
        self.fields["file"].help_text = (
            gettext(
                "A CSV file of at most %(csv)s MB, or a spreadsheet (.xlsx) of at most "
                "%(sheet)s MB. The first line has the headings."
            )
            % most
        )

    def clean_file(self) -> UploadedFile:
        """Refuse what is too large before anybody reads it."""
        file = self.cleaned_data["file"]
        start = file.read(8)
        file.seek(0)
        try:
            check_size(file.size, is_workbook=start.startswith(WORKBOOKS))
        except ImportProblem as problem:
            raise forms.ValidationError(str(problem)) from problem
        return file


class ColumnsForm(forms.Form):
    """Which column fills which field, and what fills a field that stays empty."""

    country = CountryField(label=_("Country"), required=False)
    language = LanguageField(label=_("Language"), required=False)
    salesperson = forms.ModelChoiceField(
        label=_("Salesperson"),
        queryset=Salesperson.objects.filter(blocked=False),
        to_field_name="code",
        required=False,
    )
    territory = forms.ModelChoiceField(
        label=_("Territory"),
        queryset=Territory.objects.all(),
        to_field_name="code",
        required=False,
    )

    use_setup = forms.BooleanField(
        label=_("New contacts take what they still lack from the marketing set-up"),
        required=False,
    )

    def __init__(self, *args: Any, header: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._columns = dict(named_columns(header))
        choices = [("", _("Not used"))]
        choices += [(code, capfirst(field.label)) for code, field in FIELDS.items()]
        for place, heading in self._columns.items():
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=heading, choices=choices, required=False
            )

    def columns(self, rows: Sequence[Sequence[str]]) -> Iterator[dict[str, Any]]:
        """Yield the field of each column beside what stands in it."""
        for place in self._columns:
            samples = [row[place] for row in rows if place < len(row) and row[place]]
            yield {"field": self[f"column_{place}"], "samples": samples}

    def defaults(self) -> list[forms.BoundField]:
        return [self[name] for name in DEFAULTS]

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        taken: set[str] = set()
        for place in self._columns:
            code = values.get(f"column_{place}")
            if code and code in taken:
                self.add_error(
                    f"column_{place}", _("Another column is already used for this.")
                )
            taken.add(code)
        return values

    @property
    def chosen(self) -> dict[str, Any]:
        """The mapping, the constants and `use_setup`, as the import takes them."""
        values = self.cleaned_data
        constants = {
            "country": values["country"],
            "language": values["language"],
            "salesperson": values["salesperson"] and values["salesperson"].code,
            "territory": values["territory"] and values["territory"].code,
        }
        return {
            "mapping": {
                heading: values[f"column_{place}"]
                for place, heading in self._columns.items()
            },
            "constants": {code: value for code, value in constants.items() if value},
            "use_setup": values["use_setup"],
        }


def named_columns(header: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield place and heading of what can be mapped: the first of each heading."""
    seen = set()
    for place, heading in enumerate(header):
        if heading and heading not in seen:
            seen.add(heading)
            yield place, heading


def usual_columns(header: Sequence[str]) -> dict[str, str]:
    """Return what the headings say by themselves; nothing where none is known."""
    try:
        places = map_columns(header, {}).places
    except ImportProblem:
        places = {}
    codes = {place: code for code, place in places.items()}
    return {heading: codes.get(place, "") for place, heading in named_columns(header)}


def initial_of(header: Sequence[str], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form shows for choices that were made."""
    columns = {
        f"column_{place}": chosen["mapping"].get(heading, "")
        for place, heading in named_columns(header)
    }
    return columns | chosen["constants"] | {"use_setup": chosen["use_setup"]}
