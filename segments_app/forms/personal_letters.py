"""What is written to one contact alone."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.edits import EditForm
from interactions.forms.templates import WordDocumentField

from ..models import SegmentLine
from ..services.personal_letters import KINDS


class PersonalTextForm(EditForm):
    """The personal text of a line; empty takes it away."""

    class Meta:
        model = SegmentLine
        fields = ["personal_text"]
        widgets = {"personal_text": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["personal_text"].empty_value = None


class OwnDocumentForm(forms.Form):
    """The letter of one contact as it came back from Word.

    It carries what the page showed: the keys of the own document and of the one it
    stands for, which may be gone by now.
    """

    document = WordDocumentField(
        label=_("Edited letter (.docx)"),
        help_text=_(
            "This contact gets exactly this document. Merge fields in it are filled in."
        ),
    )
    written_on = forms.IntegerField(required=False, widget=forms.HiddenInput)
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def on(cls, line: SegmentLine) -> "OwnDocumentForm":
        """The form as it is opened on this line."""
        initial = {"written_on": line.inherited_document_id, "seen": line.document_id}
        return cls(initial=initial)


class SeenDocumentForm(forms.Form):
    """The own document that the user saw when a button was pressed."""

    seen = forms.IntegerField(widget=forms.HiddenInput)


class ResetAllForm(forms.Form):
    """A kind of personal letter that is to go, and how many were said to."""

    kind = forms.ChoiceField(
        choices=[(kind, kind) for kind in KINDS], widget=forms.HiddenInput
    )
    expected = forms.IntegerField(widget=forms.HiddenInput)
