"""The header of a segment."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from contacts.forms.edits import EditForm
from contacts.forms.fields import LanguageField, OnceField
from contacts.models import NumberSeries

from ..models import Segment
from ..models.segment import FROM_TEMPLATE, NUMBER_SERIES
from ..services.copy_segment import CopyParts
from .dates import LetterDateField
from .folded import FoldedFields
from .inherited import NOTHING, field_in_words, offer_nothing, say_when_empty
from .seen import SeenForm

FIRST = (
    "description",
    "template",
    "date",
    "subject",
    "salesperson",
    "campaign",
    "language",
)
FOLDED = {
    _("How it goes out"): (
        "correspondence_type",
        "ignore_contact_correspondence_type",
        "email_form",
    ),
    _("What is logged besides"): (
        "campaign_target",
        "campaign_response",
        "unit_cost",
        "unit_duration",
        "information_flow",
        "initiated_by",
    ),
    _("Notes and upkeep"): ("notes", "living"),
}
MAY_BE_NOTHING = ("information_flow", "initiated_by")


class HeaderForm(FoldedFields, EditForm):
    """What all lines inherit; what is empty comes from the template.

    Where the segment leaves a value open, the field says what its template gives.
    """

    folded_names: ClassVar[dict[Promise, tuple[str, ...]]] = FOLDED

    language = LanguageField(
        label=_("Language"),
        required=False,
        help_text=_("For contacts without a document in their own language."),
    )

    class Meta:
        model = Segment
        fields = [*FIRST, *(name for names in FOLDED.values() for name in names)]
        field_classes = {"date": LetterDateField}
        labels = {"living": _("Keep up to date")}
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        salespeople = self.fields["salesperson"].queryset
        self.fields["salesperson"].queryset = salespeople.filter(
            Q(blocked=False) | Q(pk=self.instance.salesperson_id)
        )
        say_when_empty(self.fields["salesperson"], _("that of each contact"))
        for name in FROM_TEMPLATE.keys() & self.fields.keys():
            say_when_empty(self.fields[name], self._from_template(name))
        if "subject" in self.fields:
            say_when_empty(self.fields["subject"], _("the description"))
        offer_nothing(self, self.fields.keys() & set(MAY_BE_NOTHING))

    def as_opened(self, name: str, value: Any) -> str:
        chosen = name in MAY_BE_NOTHING and value == ""
        return NOTHING if chosen else super().as_opened(name, value)

    def _from_template(self, name: str) -> str:
        given = field_in_words(Segment, name, self.instance.from_template(name))
        if name == "correspondence_type":
            return self._channel(given)
        if not given:
            return _now("from the template")
        return _now("from the template: %s") % given

    def _channel(self, given: str) -> str:
        template = self.instance.template
        if template and template.ignore_contact_correspondence_type:
            said = _now("from the template, for everybody: %s")
            return said % (given or _now("none"))
        if given:
            said = _now("as each contact prefers, else from the template: %s")
            return said % given
        return _now("as each contact prefers")


class NewSegmentForm(HeaderForm):
    """What a segment starts with; the rest of its header can wait."""

    folded_names: ClassVar = {_("A number of your own"): ("number", "series")}
    language = None
    once_key = OnceField()
    series = forms.ModelChoiceField(
        label=_("Number series"),
        queryset=NumberSeries.objects.filter(code__startswith=f"{NUMBER_SERIES}-"),
        to_field_name="code",
        empty_label=_("the usual one"),
        required=False,
    )

    class Meta(HeaderForm.Meta):
        fields = [
            *("description", "template", "date", "salesperson", "campaign"),
            "number",
        ]
        help_texts = {"number": _("Leave it empty for the next number of the series.")}
        error_messages = {
            "number": {
                "unique": _(
                    "There is a segment with this number. Choose another, or leave "
                    "it empty for the next of the series."
                )
            }
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.fields["series"].queryset.exists():
            del self.fields["series"]

    @property
    def values(self) -> dict[str, Any]:
        """The header as the service takes it."""
        values = dict(self.cleaned_data)
        del values["once_key"]
        series = values.pop("series", None)
        return values | {"series": series.code if series else NUMBER_SERIES}

    def _get_validation_exclusions(self) -> set[str]:
        """Leave out a number that the series will give."""
        exclude = super()._get_validation_exclusions()
        return exclude if self.cleaned_data.get("number") else {*exclude, "number"}


class CopyForm(SeenForm):
    """What of a segment is copied, and what the copy is called."""

    once_key = OnceField()
    description = forms.CharField(label=_("Description"), max_length=100)
    parts = forms.ChoiceField(
        label=_("What is copied"), choices=CopyParts, widget=forms.RadioSelect
    )
    ignore_exclusion = forms.BooleanField(
        label=_("Also contacts excluded from segments"), required=False
    )

    def __init__(
        self, *args: Any, segment: Segment, excluded: bool, **kwargs: Any
    ) -> None:
        initial = {
            "description": (_now("Copy of %s") % segment.description)[:100],
            "parts": CopyParts.CONTACTS if segment.position else CopyParts.HEADER,
        }
        super().__init__(*args, segment=segment, initial=initial, **kwargs)
        if not segment.position:
            header = CopyParts.HEADER
            self.fields["parts"].choices = [(header.value, header.label)]
        if not excluded:
            del self.fields["ignore_exclusion"]

    @property
    def values(self) -> dict[str, Any]:
        """What was chosen, for `copy_segment`."""
        values = dict(self.cleaned_data)
        del values["once_key"]
        return values
