"""Documents of a segment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import LanguageField
from interactions.forms.templates import WordDocumentField
from interactions.models.mail import sound_subject


class DocumentForm(forms.Form):
    """A Word document for one language; every problem in it is said at the field."""

    language = LanguageField(
        label=_("Language"),
        help_text=_("As nb or pt-BR. A document in this language is replaced."),
    )
    document = WordDocumentField(label=_("Word document (.docx)"))
    subject = forms.CharField(
        label=_("Subject"),
        max_length=200,
        required=False,
        validators=[sound_subject],
        help_text=_("Of the e-mail in this language; empty: the segment's subject."),
    )
