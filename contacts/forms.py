"""The form of a contact: which input is right, and where it belongs."""

import re
from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from .choices import ContactType
from .duplicate_words import in_words
from .fields import CompanyField, CountryField, LanguageField, RowsField
from .models import Contact, MarketingSetup, Salesperson
from .names import compose_name, split_name
from .phones import e164
from .services.errors import ContactChanged, ContactError
from .services.likeness import COLUMNS, facts
from .services.look_alikes import look_alikes

NAME_PARTS = ("first_name", "middle_name", "surname")
PERSONS_ONLY = (
    "company",
    *NAME_PARTS,
    "job_title",
    "organizational_level",
    "job_responsibilities",
    "minor",
    "parental_consent_received",
)
COMPANIES_ONLY = ("industry_groups", "business_relations")
LINKS = (
    "mailing_groups",
    "industry_groups",
    "business_relations",
    "job_responsibilities",
)
PRIVACY = ("privacy_blocked", "minor", "parental_consent_received")
FIELDSETS = (
    (_("Who"), ("number", "type", "name", "salutation", "language")),
    (
        _("Only for persons"),
        ("company", *NAME_PARTS, "job_title", "organizational_level"),
    ),
    (
        _("Address"),
        ("address", "address_2", "postcode", "city", "county", "country"),
    ),
    (
        _("Communication"),
        ("phone", "mobile", "email", "email_2", "home_page", "correspondence_type"),
    ),
    (_("Responsible"), ("salesperson", "territory")),
    (_("Classification"), LINKS),
    (_("Segments and privacy"), ("exclude_from_segment", *PRIVACY)),
)


class ContactForm(forms.ModelForm):
    """Everything on the card that people type; `save_contact` stores it."""

    company = CompanyField(
        label=_("Company"),
        required=False,
        help_text=_("Type the number, or the start of the name and choose."),
    )
    country = CountryField(label=_("Country"), required=False)
    language = LanguageField(
        label=_("Language"), required=False, help_text=_("For instance nb or pt-BR.")
    )
    version = forms.CharField(required=False, widget=forms.HiddenInput)
    # The numbers of those who look alike and were shown before.
    looked_at = forms.CharField(required=False, widget=forms.HiddenInput)
    changed_meanwhile = False

    class Meta:
        model = Contact
        fields = [name for _title, names in FIELDSETS for name in names]
        help_texts = {
            "number": _("Leave it empty to get the next number."),
            "name": _("The company, or the whole name of a person."),
        }
        field_classes = dict.fromkeys(LINKS, RowsField)
        widgets = dict.fromkeys(LINKS, forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._may_look = user.has_perm("contacts.view_contact")
        self.fields["name"].required = False
        self.initial["company"] = self.instance.company
        self.initial["version"] = self.instance.version
        if self.instance.company:
            self.fields["company"].help_text = self.instance.company.name
        self.fields["salesperson"].queryset = Salesperson.objects.filter(
            Q(blocked=False) | Q(pk=self.instance.salesperson_id)
        )
        for name in LINKS:
            self.fields[name].required = False
            if not self.fields[name].queryset.exists():
                self.fields[name].help_text = _("None are set up.")
        if not user.has_perm("contacts.change_privacy"):
            for name in PRIVACY:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("You may not change this.")

    def fieldsets(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the title and the fields of each group."""
        for title, names in FIELDSETS:
            yield title, [self[name] for name in names]

    @property
    def links(self) -> dict[str, models.QuerySet]:
        """What the contact shall belong to, for `save_contact`."""
        return {name: self.cleaned_data[name] for name in LINKS}

    @property
    def seen(self) -> str:
        """The version of the contact that was looked at, for `save_contact`."""
        return self.cleaned_data["version"]

    def refuse(self, refusal: ContactError) -> None:
        """Say why it was not saved.

        After a change by somebody else the form is one of the contact as it is now:
        sent again, it is saved.
        """
        self.add_error(refusal.field, str(refusal))
        if isinstance(refusal, ContactChanged):
            self.changed_meanwhile = True
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = refusal.version

    def clean_phone(self) -> str:
        return _without_letters(self.cleaned_data["phone"])

    def clean_mobile(self) -> str:
        return _without_letters(self.cleaned_data["mobile"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        is_person = values.get("type") == ContactType.PERSON
        if is_person:
            self._agree_on_name(values)
        refused = COMPANIES_ONLY if is_person else PERSONS_ONLY
        message = _("Only for companies.") if is_person else _("Only for persons.")
        for name in refused:
            if values.get(name):
                self.add_error(name, message)
        if not values.get("name") and "name" not in self.errors:
            self.add_error("name", _("Give a name."))
        if values.get("parental_consent_received") and not values.get("minor"):
            self.add_error("parental_consent_received", _("Only for minors."))
        if self.instance.pk is None and self._may_look and not self.errors:
            self._warn_of_look_alikes(values)
        return values

    def _warn_of_look_alikes(self, values: dict[str, Any]) -> None:
        """Say once who looks like the new contact; sent again, it is made."""
        setup = MarketingSetup.load()
        if not setup.warn_of_duplicates:
            return
        country = values.get("country") or setup.default_country
        company = values.get("company")
        told = dict.fromkeys(COLUMNS, "") | values
        told |= {name: told[name] or "" for name in COLUMNS if name in told}
        told |= {
            "phone_e164": e164(told["phone"] or "", country),
            "mobile_e164": e164(told["mobile"] or "", country),
            "company_id": company.pk if company else None,
        }
        alike = look_alikes(facts=facts(told), least=setup.least_likeness)
        numbers = {one.contact.number for one in alike}
        if numbers <= set(values["looked_at"].split()):
            return
        self.data = self.data.copy()
        self.data[self.add_prefix("looked_at")] = " ".join(sorted(numbers))
        for one in alike:
            link = format_html(
                '<a href="{}" target="_blank">{}</a>',
                one.contact.get_absolute_url(),
                one.contact,
            )
            said = _("This may be {contact} ({reasons}).")
            reasons = in_words(one.reasons)
            self.add_error(None, format_html(said, contact=link, reasons=reasons))
        self.add_error(None, _("Save again if it is another contact all the same."))

    def _agree_on_name(self, values: dict[str, Any]) -> None:
        """Let the name and its parts say the same; the parts win where typed."""
        parts = [values.get(part) or "" for part in NAME_PARTS]
        parts_typed = any(part in self.changed_data for part in NAME_PARTS)
        name_typed = "name" in self.changed_data
        if any(parts) and (parts_typed or not values.get("name")):
            values["name"] = compose_name(*parts)
        elif name_typed and values.get("name"):
            values |= split_name(values["name"])._asdict()


class CommentForm(forms.Form):
    """A note on the card."""

    text = forms.CharField(
        label=_("New comment"), widget=forms.Textarea(attrs={"rows": 3})
    )


def _without_letters(text: str) -> str:
    if re.search(r"[^\W\d_]", text):
        raise forms.ValidationError(_("A phone number has no letters."))
    return text
