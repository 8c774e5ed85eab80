"""How letters shall come: together or apart, which, called what."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from interactions.choices import BundleBy, RunOrder
from interactions.printing import (
    FileName,
    Numbers,
    NumbersError,
    PatternError,
    parse_numbers,
)
from interactions.printing.names import MOST, SHORT, USUAL
from interactions.services.converting import why_no_pdf
from interactions.services.printing import Output
from interactions.services.printing.output import DOCX, PDF


class KindSelect(forms.RadioSelect):
    """Word or PDF; PDF cannot be chosen where nothing makes it."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> Any:
        option = super().create_option(name, value, *args, **kwargs)
        if value == PDF and why_no_pdf():
            option["attrs"]["disabled"] = True
        return option


def kind_asked(asked: Mapping[str, Any]) -> str:
    """The kind of file in what a browser sends before the form is filled in."""
    return PDF if asked.get("kind") == PDF else DOCX


ONE = "one"
EACH = "each"


class OutputForm(forms.Form):
    """One document for the printer, or a file for every contact."""

    how = forms.ChoiceField(
        label=_("Make"),
        choices=[
            (ONE, _("One document with every letter")),
            (EACH, _("One file per contact, in a zip")),
        ],
        widget=forms.RadioSelect,
        initial=ONE,
    )
    kind = forms.ChoiceField(
        label=_("As"),
        choices=[(DOCX, _("Word")), (PDF, _("PDF"))],
        widget=KindSelect,
        initial=DOCX,
        required=False,
    )
    whole = forms.BooleanField(
        label=_("All letters in one document, however many"),
        help_text=_(
            "Otherwise more than 250 letters, or 1,000 as PDF, come as several "
            "documents in a zip: Word is slow with long ones."
        ),
        required=False,
    )
    bundle_by = forms.ChoiceField(
        label=_("Separator sheets"),
        choices=[("", _("None")), *BundleBy.choices],
        help_text=_(
            "A sheet before each bundle. The letters come as a zip of documents that "
            "sort as they are printed."
        ),
        required=False,
    )
    every = forms.IntegerField(
        label=_("Letters in a bundle"),
        min_value=1,
        max_value=100_000,
        required=False,
    )
    pattern = forms.CharField(
        label=_("Names of the files"),
        max_length=MOST,
        initial=USUAL,
        required=False,
    )

    folded_names: ClassVar = ("whole", "bundle_by", "every", "pattern")

    def __init__(
        self, *args: Any, last: int, names_url: str = "", **kwargs: Any
    ) -> None:
        """`last` is the number of the last letter, `names_url` shows first names."""
        super().__init__(*args, **kwargs)
        self.last = last
        if names_url:
            self.fields["pattern"].widget.attrs.update(
                {
                    "hx-get": names_url,
                    "hx-include": "[name='kind'], [name='order']",
                    "hx-trigger": (
                        "input changed delay:300ms, change from:closest form"
                    ),
                    "hx-target": "#file-names",
                    "hx-swap": "outerHTML",
                    "hx-sync": "this:replace",
                }
            )
        self.fields["kind"].help_text = why_no_pdf()
        fields = ", ".join(f"{{{name}}}" for name in SHORT)
        self.fields["pattern"].help_text = _(
            "For one file per contact. Fields: %s, and every merge field."
        ) % (fields)

    def clean_kind(self) -> str:
        kind = self.cleaned_data["kind"] or DOCX
        if kind == PDF and why_no_pdf():
            raise forms.ValidationError(why_no_pdf())
        return kind

    def clean_pattern(self) -> str:
        pattern = self.cleaned_data["pattern"].strip() or USUAL
        try:
            FileName(pattern, last=self.last)
        except PatternError as error:
            raise forms.ValidationError(str(error)) from error
        return pattern

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or self.cleaned_data
        by = asked.get("bundle_by")
        if by and asked.get("how") == EACH:
            self.add_error(
                "bundle_by",
                _("Sheets lie between documents, not between files of contacts."),
            )
        elif by in (BundleBy.COUNTRY, BundleBy.POSTCODE) and not self.is_postal:
            self.add_error(
                "bundle_by",
                _("Only letters in the order of country and postcode lie together so."),
            )
        elif by == BundleBy.NUMBER and not asked.get("every") and "every" in asked:
            self.add_error("every", _("How many letters shall be in a bundle?"))
        return asked

    @property
    def first(self) -> list[forms.BoundField]:
        """The fields that matter first."""
        return [field for field in self if field.name not in self.folded_names]

    @property
    def folded(self) -> list[forms.BoundField]:
        """Those that are right for most."""
        return [field for field in self if field.name in self.folded_names]

    @property
    def is_open(self) -> bool:
        """Whether something was chosen there, or is wrong."""
        return any(field.errors for field in self.folded) or (
            self.is_bound and bool(set(self.folded_names) & set(self.changed_data))
        )

    @property
    def is_postal(self) -> bool:
        """Whether the letters are numbered by country and postcode."""
        return False

    @property
    def numbers(self) -> Numbers:
        """Which letters, none for all."""
        return ()

    @property
    def output(self) -> Output:
        """What was asked, for the printing."""
        asked = self.cleaned_data
        return Output(
            each=asked["how"] == EACH,
            whole=asked["whole"],
            numbers=self.numbers,
            pattern=asked["pattern"],
            bundle_by=asked["bundle_by"],
            every=asked["every"] or 0,
            kind=asked["kind"],
        )


class MergeForm(OutputForm):
    """Letters of an open segment, numbered now."""

    order = forms.ChoiceField(
        label=_("Order"),
        choices=RunOrder.choices,
        initial=RunOrder.POSTAL,
        required=False,
    )

    field_order = ["how", "kind", "order"]

    def clean_order(self) -> str:
        return self.cleaned_data["order"] or RunOrder.POSTAL

    @property
    def is_postal(self) -> bool:
        return bool(self.cleaned_data.get("order") == RunOrder.POSTAL)


class PrintForm(OutputForm):
    """Letters of a run, which are numbered."""

    numbers_asked = forms.CharField(
        label=_("Which letters"),
        help_text=_("Their numbers, as in 41-57, 60. Leave it empty for all."),
        max_length=2_000,
        required=False,
    )

    field_order = ["how", "kind", "numbers_asked"]

    def __init__(self, *args: Any, postal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.postal = postal

    def clean_numbers_asked(self) -> Numbers:
        try:
            return parse_numbers(self.cleaned_data["numbers_asked"], last=self.last)
        except NumbersError as error:
            raise forms.ValidationError(str(error)) from error

    @property
    def is_postal(self) -> bool:
        return self.postal

    @property
    def numbers(self) -> Numbers:
        return self.cleaned_data["numbers_asked"]
