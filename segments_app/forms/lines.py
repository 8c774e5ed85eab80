"""Single contacts of a segment: put on, taken off, and their own values."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from contacts.edit_forms import EditForm
from contacts.fields import RowsField
from contacts.models import AlternativeAddress, Contact, Salesperson
from interactions.forms import WordDocumentField
from interactions.models import Attachment, Campaign, InteractionTemplate
from interactions.services.documents import store_document

from ..models import Segment, SegmentLine
from .dates import LetterDateField
from .steps import StepForm

# A choice that was made: nothing at all, whatever the segment says.
NOTHING = "nothing"
CHOSEN_FROM = ("correspondence_type", "information_flow", "initiated_by", "email_form")
MAY_BE_NOTHING = ("correspondence_type", "information_flow", "initiated_by")
RELATED = {
    "template": InteractionTemplate,
    "campaign": Campaign,
    "salesperson": Salesperson,
    "alternative_address": AlternativeAddress,
    "document": Attachment,
}
ANNOTATED_AS = {"alternative_address": "effective_address_id"}


class AddByHandForm(StepForm):
    """The contacts to put on the segment."""

    contacts = RowsField(
        queryset=Contact.objects.all(),
        error_messages={"required": _("Choose at least one contact.")},
    )


class RemoveForm(StepForm):
    """The lines to take off the segment."""

    line = RowsField(
        queryset=SegmentLine.objects.none(), widget=forms.MultipleHiddenInput
    )

    def __init__(self, *args: Any, segment: Segment, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        self.fields["line"].queryset = _lines(segment)

    @staticmethod
    def chosen(segment: Segment, keys: list[str]) -> list[SegmentLine]:
        """The lines that were ticked; none where one of the keys is wrong."""
        try:
            return list(RowsField(_lines(segment), required=False).clean(keys))
        except ValidationError:
            return []


class LineForm(EditForm):
    """Own values of a line: what is empty inherits.

    The line comes with its effective values; where it inherits, they are shown
    behind the empty field.
    """

    own_document = WordDocumentField(
        label=_("Own document (.docx)"),
        required=False,
        help_text=_("A letter for this contact alone."),
    )
    drop_document = forms.BooleanField(
        label=_("Take the own document away"), required=False
    )
    uploads = {"own_document": "document"}

    class Meta:
        model = SegmentLine
        fields = [
            "personal_text",
            "correspondence_type",
            "language",
            "subject",
            "template",
            "description",
            "date",
            "salesperson",
            "campaign",
            "campaign_target",
            "campaign_response",
            "alternative_address",
            "email_form",
            "information_flow",
            "initiated_by",
            "cost",
            "duration",
            "evaluation",
        ]
        field_classes = {"date": LetterDateField}
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "personal_text": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = self.instance
        addresses = AlternativeAddress.objects.filter(contact=line.contact_id)
        self.fields["alternative_address"].queryset = addresses
        for name in CHOSEN_FROM:
            self._offer_nothing(name)
        self.fields["personal_text"].empty_value = None
        for name, field in self.fields.items():
            if name in self.Meta.fields:
                self._say_what_is_inherited(name, field)
        if line.document_id:
            self.fields["own_document"].help_text = _("Now: %s") % line.document.name
        else:
            del self.fields["drop_document"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("own_document") and cleaned.get("drop_document"):
            self.add_error("drop_document", _("Upload a document or take it away."))
        return cleaned

    @property
    def changed_values(self) -> dict[str, Any]:
        """The own values that were changed, by name; a new document is stored."""
        values = super().changed_values
        upload = self.cleaned_data.get("own_document")
        if upload:
            values["document"] = store_document(data=upload.data, name=upload.name)
        elif self.cleaned_data.get("drop_document"):
            values["document"] = None
        return values

    def as_opened(self, name: str, value: Any) -> str:
        chosen = name in MAY_BE_NOTHING and value == ""
        return NOTHING if chosen else super().as_opened(name, value)

    def _offer_nothing(self, name: str) -> None:
        field = self.fields[name]
        choices = [choice for choice in field.choices if choice[0]]
        if name in MAY_BE_NOTHING:
            choices.append((NOTHING, _("none, on purpose")))
            field.coerce = lambda value: "" if value == NOTHING else value
            if getattr(self.instance, name) == "":
                self.initial[name] = NOTHING
        field.choices = [("", "---------"), *choices]

    def _say_what_is_inherited(self, name: str, field: forms.Field) -> None:
        inherits = getattr(self.instance, field_column(name)) is None
        text = self._inherited(name) if inherits else ""
        said = _("from the segment: %s") % text if text else _("from the segment")
        if name in ("evaluation", "personal_text"):
            return
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
        elif isinstance(field, forms.DateField):
            field.help_text = said if inherits else ""
        else:
            field.widget.attrs["placeholder"] = said

    def _inherited(self, name: str) -> str:
        """What the empty field stands for, in words."""
        column = ANNOTATED_AS.get(name, f"effective_{field_column(name)}")
        value = getattr(self.instance, column)
        if value in (None, ""):
            return ""
        if name in RELATED:
            return str(RELATED[name].objects.get(pk=value))
        choices = dict(SegmentLine._meta.get_field(name).flatchoices)
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        if name == "date":
            return date_format(value, "SHORT_DATE_FORMAT")
        return str(choices.get(value, value))


def _lines(segment: Segment) -> QuerySet[SegmentLine]:
    return segment.lines.live().select_related("contact__company").order_by("position")


def field_column(name: str) -> str:
    """The attribute of a line that holds the own value, a key for a related row."""
    return SegmentLine._meta.get_field(name).attname
