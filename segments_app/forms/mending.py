"""What mends a problem before logging: values of contacts, own values of lines."""

from typing import Any

from django import forms
from django.forms import modelform_factory

from contacts.forms.fields import CountryField
from contacts.models import Contact
from contacts.services.errors import ContactChanged, ContactError

from ..models import Segment
from .line_changes import own_value_field
from .seen import SeenAtField, SeenForm

OPTIONAL = {"address_2", "postcode", "country"}


class OwnValueForm(SeenForm):
    """One own value for all lines that have a problem."""

    seen_at = SeenAtField()

    def __init__(self, *args: Any, segment: Segment, name: str, **kwargs: Any) -> None:
        super().__init__(*args, segment=segment, **kwargs)
        self.name = name
        self.fields["seen_at"].initial = segment.updated_at.isoformat()
        self.fields[name] = own_value_field(name)
        self.fields[name].required = True

    @property
    def values(self) -> dict[str, Any]:
        """What `change_lines` shall write."""
        return {self.name: self.cleaned_data[self.name]}

    def look_again(self, segment: Segment) -> None:
        super().look_again(segment)
        self.data["seen_at"] = segment.updated_at.isoformat()


class _ContactForm(forms.ModelForm):
    version = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        for name, field in self.fields.items():
            field.required = name not in OPTIONAL

    def refuse(self, refusal: ContactError) -> None:
        """Say why it was not saved; after a look it may be tried again."""
        known = refusal.field if refusal.field in self.fields else None
        self.add_error(known, str(refusal))
        if isinstance(refusal, ContactChanged):
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = refusal.version


def contact_form(
    names: tuple[str, ...], contact: Contact, data: Any = None
) -> forms.ModelForm:
    """Return a form of these fields of one contact among many on a page."""
    classes = {"country": CountryField} if "country" in names else None
    form = modelform_factory(
        Contact, form=_ContactForm, fields=names, field_classes=classes
    )
    return form(data, instance=contact, prefix=f"contact-{contact.pk}")
