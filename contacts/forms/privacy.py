"""What is typed to anonymise somebody."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import Contact
from ..services.errors import ContactError


class AnonymiseForm(forms.Form):
    """The number typed again, so that nobody does it by a slip, and why."""

    number = forms.CharField(label=_("Number of the contact"), max_length=20)
    reason = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("It stays in the trail of changes: do not name the person."),
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._contact = contact
        self.fields["number"].help_text = gettext("Type %s.") % contact.number

    def clean_number(self) -> str:
        typed = self.cleaned_data["number"].strip().upper()
        if typed != self._contact.number:
            raise forms.ValidationError(
                gettext("This is not the number of the contact, %s.")
                % self._contact.number
            )
        return typed

    def clean_reason(self) -> str:
        """Keep what is to be forgotten out of the trail."""
        reason = self.cleaned_data["reason"]
        contact = self._contact
        words = {contact.first_name, contact.surname, contact.email, contact.name}
        if any(word and word.casefold() in reason.casefold() for word in words):
            raise forms.ValidationError(_("Do not name the person here."))
        return reason

    def refuse(self, refusal: ContactError) -> None:
        self.add_error(refusal.field, str(refusal))
