"""How labels, envelopes and cover sheets are to be printed."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interactions.choices import RunOrder
from interactions.paper import ENVELOPES, missing_letters
from interactions.paper.fonts import printable

from ..services.log_covers import cover_template
from ..services.print_paper import (
    OWN_FORMAT,
    REMARKS,
    USUAL_SHEET,
    Asked,
    PaperKind,
    sheets,
)

NOTES = 5
LONGEST = 80


class PaperForm(forms.Form):
    """In which order; the addresses of a run have theirs."""

    kind: PaperKind
    order = forms.ChoiceField(
        label=gettext_lazy("Order"),
        choices=RunOrder.choices,
        initial=RunOrder.POSTAL,
        required=False,
    )

    def __init__(
        self, *args: Any, numbered: bool, may_log: bool = False, **kwargs: Any
    ) -> None:
        """`numbered`: the addresses have an order that does not change.

        `may_log`: the reader may log interactions.
        """
        super().__init__(*args, **kwargs)
        if numbered:
            del self.fields["order"]
        if "log" in self.fields and not (may_log and cover_template()):
            del self.fields["log"]

    @property
    def asked(self) -> Asked:
        """What was asked; of what is wrong or missing the usual."""
        given = {
            name: value
            for name, value in getattr(self, "cleaned_data", {}).items()
            if value not in (None, "")
        }
        return Asked(kind=self.kind, **given)


class LabelForm(PaperForm):
    kind = PaperKind.LABELS
    sheet = forms.ChoiceField(
        label=gettext_lazy("Sheet"),
        initial=USUAL_SHEET,
        help_text=gettext_lazy("The administrator can add sheets of other sizes."),
    )
    first = forms.IntegerField(
        label=gettext_lazy("First label"),
        help_text=gettext_lazy(
            "Where to begin on the first sheet, when some labels of it are used up. "
            "They are counted along the rows."
        ),
        min_value=1,
        initial=1,
        required=False,
    )
    field_order = ["sheet", "first", "order"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = sheets()
        self.fields["sheet"].choices = [
            (code, f"{sheet.name} · {sheet.width:g} × {sheet.height:g} mm")
            for code, sheet in sorted(
                self.sheets.items(), key=lambda item: item[0].startswith(OWN_FORMAT)
            )
        ]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        sheet = self.sheets.get(given.get("sheet", ""))
        first = given.get("first")
        if sheet and first and first > sheet.labels:
            self.add_error(
                "first", _("A sheet of these has %s labels only.") % sheet.labels
            )
        return given


class EnvelopeForm(PaperForm):
    kind = PaperKind.ENVELOPES
    envelope = forms.ChoiceField(
        label=gettext_lazy("Envelope"),
        choices=[
            (each.name, f"{each.name} · {each.width:g} × {each.height:g} mm")
            for each in ENVELOPES.values()
        ],
        initial="DL",
    )
    window = forms.BooleanField(
        label=gettext_lazy("The address where the window is"),
        required=False,
    )
    sender = forms.BooleanField(
        label=gettext_lazy("With our own address"), initial=True, required=False
    )
    field_order = ["envelope", "window", "sender", "order"]


class CoverForm(PaperForm):
    kind = PaperKind.COVERS
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        help_text=gettext_lazy("Up to five lines, the same on every sheet."),
        widget=forms.Textarea(attrs={"rows": NOTES}),
        max_length=NOTES * (LONGEST + 2),
        required=False,
    )
    remarks = forms.MultipleChoiceField(
        label=gettext_lazy("Remarks to tick"),
        choices=REMARKS.items(),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    own_remark = forms.CharField(
        label=gettext_lazy("A remark of our own"), max_length=LONGEST, required=False
    )
    comments = forms.BooleanField(
        label=gettext_lazy("With the comments on each contact"),
        help_text=gettext_lazy("They were written for us: look at them first."),
        required=False,
    )
    log = forms.BooleanField(
        label=gettext_lazy("Log an interaction with each contact"),
        initial=True,
        required=False,
    )
    field_order = ["notes", "remarks", "own_remark", "comments", "order", "log"]

    def clean_notes(self) -> tuple[str, ...]:
        lines = tuple(self.cleaned_data["notes"].rstrip().splitlines())
        if len(lines) > NOTES:
            raise forms.ValidationError(_("These are more than five lines."))
        for line in lines:
            if len(line) > LONGEST:
                said = _(
                    "A line has at most %(most)s characters; “%(line)s” is longer."
                )
                raise forms.ValidationError(
                    said % {"most": LONGEST, "line": f"{line[:30]}…"}
                )
        _check_letters("".join(lines))
        return lines

    def clean_own_remark(self) -> str:
        text = self.cleaned_data["own_remark"]
        _check_letters(text)
        return text

    def clean_remarks(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["remarks"])


def _check_letters(text: str) -> None:
    missing = missing_letters(printable(text))
    if missing:
        said = _("The font has no such letters: %s")
        raise forms.ValidationError(said % " ".join(missing[:20]))


FORMS = {form.kind: form for form in (LabelForm, EnvelopeForm, CoverForm)}
