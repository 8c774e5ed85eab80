"""The own values of one line, as a page and as a row of the table."""

from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.forms.edits import EditForm
from contacts.forms.fields import LanguageField
from contacts.models import AlternativeAddress, Salesperson
from interactions.forms.templates import WordDocumentField
from interactions.models import Attachment, Campaign, InteractionTemplate
from interactions.services.documents import store_document

from ..choices import Origin
from ..models import SegmentLine
from .dates import LetterDateField
from .inherited import NOTHING, field_in_words, offer_nothing, say_when_empty

NO_CHOICE = "---------"
MAY_BE_NOTHING = ("correspondence_type", "information_flow", "initiated_by")
OF_THE_LINE_ALONE = ("evaluation", "personal_text")
RELATED = {
    "template": InteractionTemplate,
    "campaign": Campaign,
    "salesperson": Salesperson,
    "alternative_address": AlternativeAddress,
    "document": Attachment,
}
EFFECTIVE_NAMES = {"alternative_address": "address"}
IN_A_ROW = (
    "correspondence_type",
    "language",
    "subject",
    "template",
    "description",
    "date",
    "salesperson",
    "campaign",
    "cost",
    "duration",
    "evaluation",
    "personal_text",
)


class LineRowForm(EditForm):
    """The own values that a row of the table shows: what is empty inherits.

    The line comes with its effective values and their origins; where it inherits,
    they are shown behind the empty field.
    """

    language = LanguageField(label=_("Language"), required=False)
    inherits: ClassVar[Promise] = _("inherit")
    inherited: ClassVar[dict[Origin, Promise]] = {
        Origin.SEGMENT: _("from the segment: %s"),
        Origin.CONTACT: _("from the contact: %s"),
        Origin.TEMPLATE: _("from the template: %s"),
    }

    class Meta:
        model = SegmentLine
        fields = IN_A_ROW
        field_classes = {"date": LetterDateField}
        widgets = {
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "personal_text": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_nothing(self, self.fields.keys() & set(MAY_BE_NOTHING))
        for name in ("personal_text", "language"):
            self.fields[name].empty_value = None
        for name, field in self.fields.items():
            if name in self._meta.fields:
                self._say_what_is_inherited(name, field)

    def as_opened(self, name: str, value: Any) -> str:
        chosen = name in MAY_BE_NOTHING and value == ""
        return NOTHING if chosen else super().as_opened(name, value)

    def clean_language(self) -> str | None:
        return self.cleaned_data["language"] or None

    def _say_what_is_inherited(self, name: str, field: forms.Field) -> None:
        if name in OF_THE_LINE_ALONE:
            return
        own = getattr(self.instance, field_column(name))
        said = self._inherited(name) if own is None else str(self.inherits)
        if isinstance(field, forms.DateField):
            field.help_text = said if own is None else ""
        elif own == "" and not isinstance(field, forms.ChoiceField):
            say_when_empty(field, _("blank on purpose"))
        else:
            say_when_empty(field, said)

    def _inherited(self, name: str) -> str:
        """What the empty field stands for and where it comes from, in words."""
        line: Any = self.instance
        effective = EFFECTIVE_NAMES.get(name, name)
        origin = getattr(line, f"origin_{effective}", "")
        column = f"effective_{effective}" + ("_id" if name in RELATED else "")
        value = getattr(line, column, None)
        if value in (None, "") or origin not in self.inherited:
            return self.inherits_nothing(name)
        if name in RELATED:
            value = RELATED[name]._default_manager.get(pk=value)
        words = field_in_words(SegmentLine, name, value)
        return str(self.inherited[Origin(origin)] % words)

    def inherits_nothing(self, name: str) -> str:
        """What the empty field says where no source gives it a value."""
        return NO_CHOICE


class LineForm(LineRowForm):
    """All own values of a line, a document of its own among them."""

    own_document = WordDocumentField(
        label=_("Own document (.docx)"),
        required=False,
        help_text=_("A letter for this contact alone."),
    )
    drop_document = forms.BooleanField(
        label=_("Take the own document away"), required=False
    )
    uploads = {"own_document": "document"}

    class Meta(LineRowForm.Meta):
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        line = self.instance
        addresses = AlternativeAddress.objects.filter(contact=line.contact_id)
        self.fields["alternative_address"].queryset = addresses
        if line.document_id:
            self.tell_document()
        else:
            del self.fields["drop_document"]

    def tell_document(self) -> None:
        """Say at the field which own document there is."""
        document: Any = self.instance.document
        self.fields["own_document"].help_text = _("Now: %s") % document.name
        self.initial["own_document"] = document.pk

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


class ResetForm(forms.Form):
    """One own value that is to go; `seen` is what it was when it was looked at."""

    name = forms.ChoiceField(choices=[(name, name) for name in SegmentLine.OWN_VALUES])
    seen = forms.CharField(required=False, strip=False)

    def has_seen(self, line: SegmentLine) -> bool:
        """Whether the line still has the value that was looked at."""
        seen = self.cleaned_data["seen"].replace("\r\n", "\n")
        return own_as_text(line, self.cleaned_data["name"]) == seen


def own_as_text(line: SegmentLine, name: str) -> str:
    """Write an own value as a page carries it."""
    value = getattr(line, field_column(name))
    return "" if value is None else str(value).replace("\r\n", "\n")


def field_column(name: str) -> str:
    """The attribute of a line that holds the own value, a key for a related row."""
    return SegmentLine._meta.get_field(name).attname
