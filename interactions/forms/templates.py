"""Forms of templates, and of the documents and pictures they are made with."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.forms.models import BaseInlineFormSet, inlineformset_factory
from django.utils.translation import gettext_lazy as _

from contacts.forms.edits import EditForm
from contacts.forms.fields import LanguageField

from ..merge.findings import Finding
from ..merge.upload import MAX_FILE
from ..models import (
    InteractionTemplate,
    InteractionTemplateLanguage,
    LetterPicture,
)
from ..services.checking import check_document
from ..services.pages import can_count_pages
from ..services.pictures import MAX_BYTES, BadPicture, check_picture
from ..services.templates import Language, NewDocument

# Documents, and what Word saves as a template.
WORD_FILES = ".docx,.dotx"


class WordDocumentField(forms.FileField):
    """A Word template; every problem in it is said at the field."""

    widget = forms.FileInput(attrs={"accept": WORD_FILES})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(template_name="interactions/_document_field.html", **kwargs)

    def clean(self, data: Any, initial: Any = None) -> NewDocument | None:
        upload = super().clean(data)
        return self.checked(upload) if upload else None

    def checked(self, upload: UploadedFile) -> NewDocument:
        """Return the document, or say every problem in it."""
        data = upload.read(MAX_FILE + 1)
        findings = check_document(data)
        if not findings.usable:
            raise ValidationError([_error(finding) for finding in findings.problems])
        return NewDocument(data=data, name=upload.name)


def _error(finding: Finding) -> ValidationError:
    """A problem as text, and whole for who shows it."""
    said = {"said": str(finding), "finding": finding}
    return ValidationError("%(said)s", finding.kind, params=said)


class CheckForm(forms.Form):
    """A Word document to be checked and not kept."""

    file = forms.FileField(
        label=_("Word document"),
        widget=forms.FileInput(attrs={"accept": WORD_FILES}),
    )
    pages = forms.BooleanField(
        label=_("Count the pages too"),
        required=False,
        help_text=_("With sample values. Takes some seconds."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_count_pages():
            del self.fields["pages"]


class TemplateForm(EditForm):
    """The defaults of a kind of interaction; `save_template` stores it."""

    default_language = LanguageField(
        label=_("Default language"),
        required=False,
        help_text=_(
            "For contacts whose own language has no document. Empty: the first "
            "language below."
        ),
    )

    class Meta:
        model = InteractionTemplate
        fields = [
            "code",
            "description",
            "group",
            "correspondence_type",
            "ignore_contact_correspondence_type",
            "email_form",
            "information_flow",
            "initiated_by",
            "unit_cost",
            "unit_duration",
            "campaign",
            "campaign_target",
            "campaign_response",
            "default_language",
        ]
        help_texts = {
            "code": _("A short key of your own, for instance SPRING."),
            "description": _(
                "What the interaction is called in the log, and the subject of an "
                "e-mail that has no other."
            ),
            "group": _("The kind of interaction this counts as in statistics."),
            "correspondence_type": _(
                "How the letter goes out when the contact has no preference. Empty: "
                "it is logged and goes nowhere."
            ),
            "ignore_contact_correspondence_type": _(
                "Everybody gets it as chosen above, whatever they prefer. For calls "
                "and visits choose none above, so that they do not count as letters."
            ),
            "email_form": _("What the letter is when it goes out by e-mail."),
            "information_flow": _("Outbound: we tell them. Inbound: they tell us."),
            "initiated_by": _("Who took the first step."),
            "unit_cost": _("What one interaction costs, in your own currency."),
            "unit_duration": _("How many minutes one interaction takes."),
            "campaign": _("The campaign its interactions count for."),
            "campaign_target": _("Whoever gets it is a target of the campaign."),
            "campaign_response": _("Whoever has it answered the campaign."),
        }


class TemplateLanguageForm(EditForm):
    """One language of a template, with its Word document."""

    language = LanguageField(
        label=_("Language"), help_text=_("For instance nb or pt-BR.")
    )
    file = WordDocumentField(label=_("Word document"), required=False)
    note = forms.CharField(
        label=_("What is new in it"),
        max_length=200,
        required=False,
        help_text=_("For the list of versions."),
    )
    uploads = {"file": "document"}

    class Meta:
        model = InteractionTemplateLanguage
        fields = ["language", "description"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["file"].help_text = _(
                "Choose a file to replace the document. The one it has is kept as a "
                "former version, and letters that were sent keep theirs."
            )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if (
            not self.instance.pk
            and not values.get("file")
            and "file" not in self.errors
        ):
            self.add_error("file", _("Choose a Word document."))
        return values


class TemplateLanguageFormSet(BaseInlineFormSet):
    """The languages of a template, existing and new."""

    def add_fields(self, form: forms.ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Take this language away")

    @property
    def languages(self) -> list[Language]:
        """What was filled in or changed, for `save_template`."""
        return [
            Language(
                row=form.instance,
                values=form.changed_values,
                document=form.cleaned_data.get("file"),
                note=form.cleaned_data.get("note", ""),
                seen=form.seen,
            )
            for form in self.forms
            if form.has_changed() and form not in self.deleted_forms
        ]

    @property
    def removed(self) -> list[InteractionTemplateLanguage]:
        """What shall go, for `save_template`."""
        return [form.instance for form in self.deleted_forms if form.instance.pk]


TemplateLanguages = inlineformset_factory(
    InteractionTemplate,
    InteractionTemplateLanguage,
    form=TemplateLanguageForm,
    formset=TemplateLanguageFormSet,
    extra=1,
    can_delete_extra=False,
)


class LetterPictureForm(forms.ModelForm):
    """A PNG or JPEG, and either a code or the salesperson whose signature it is.

    Once valid `checked` is the picture written anew.
    """

    file = forms.FileField(label=_("Picture"), help_text=_("PNG or JPEG."))

    class Meta:
        model = LetterPicture
        fields = ["code", "salesperson"]

    def clean_file(self) -> Any:
        """Refuse what is no picture, at its field."""
        file = self.cleaned_data["file"]
        try:
            self.checked = check_picture(file.read(MAX_BYTES + 1))
        except BadPicture as error:
            raise ValidationError(str(error)) from error
        return file
