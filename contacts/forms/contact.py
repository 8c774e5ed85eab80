"""The form of a contact: which input is right, and where it belongs."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..card.reasons import say_reasons
from ..choices import ContactType
from ..home_pages import check_home_page
from ..models import Contact, MarketingSetup, Salesperson, SavedView
from ..names import compose_name, split_name
from ..phones import check_phone, e164
from ..services.duplicates.likeness import COLUMNS, facts
from ..services.duplicates.look_alikes import look_alikes
from ..services.errors import ContactChanged, ContactError
from .fields import CompanyField, CountryField, LanguageField, RowsField

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
PHONES = ("phone", "mobile")
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
    taken_from = forms.CharField(required=False, widget=forms.HiddenInput)
    changed_meanwhile = False

    class Meta:
        model = Contact
        fields = [name for _title, names in FIELDSETS for name in names]
        help_texts = {
            "number": _("Leave it empty to get the next number."),
            "name": _("The company, or the whole name of a person."),
        }
        error_messages = {
            "email": {
                "invalid": _(
                    "Write one valid e-mail address, as name@example.com. "
                    "A second one goes into E-mail 2."
                )
            },
            "email_2": {
                "invalid": _("Write one valid e-mail address, as name@example.com.")
            },
        }
        field_classes = dict.fromkeys(LINKS, RowsField)
        widgets = dict.fromkeys(LINKS, forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._may_look = user.has_perm("contacts.view_contact")
        self.fields["name"].required = False
        self.initial["company"] = self.instance.company
        self.initial["version"] = self.instance.version
        self._was = self.instance.type if self.instance.pk else None
        if self._was is not None:
            self.fields["number"].help_text = ""
        if self._was is None and self.instance.company:
            self.initial["taken_from"] = self.instance.company.number
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

    @property
    def inherits(self) -> bool:
        """Whether the person still takes from its company, for `save_contact`.

        What a company gives stood in the form already when it was opened for a person
        of that company.
        """
        company = self.cleaned_data.get("company")
        return not company or company.number != self.cleaned_data["taken_from"]

    def clean_number(self) -> str:
        """A contact that has a number keeps it where none is typed."""
        return self.cleaned_data["number"] or self.instance.number

    def clean_home_page(self) -> str:
        check_home_page(self.cleaned_data["home_page"])
        return str(self.cleaned_data["home_page"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        is_person = values.get("type") == ContactType.PERSON
        turned = self._was is not None and values.get("type") != self._was
        if turned and not is_person:
            values |= dict.fromkeys((*NAME_PARTS, "job_title"), "") | {"company": None}
        if is_person:
            self._agree_on_name(values, anew=turned)
        refused = set(COMPANIES_ONLY if is_person else PERSONS_ONLY)
        if turned:
            # Why these stand in the way of another type is said with the others.
            refused -= set(LINKS)
        message = _("Only for companies.") if is_person else _("Only for persons.")
        for name in refused:
            if values.get(name):
                employed = name == "company"
                said = _("A company has no employer.") if employed else message
                self.add_error(name, said)
        if not values.get("name") and "name" not in self.errors:
            self.add_error("name", _("Give a name."))
        no_minor = not values.get("minor") and not self.initial.get("minor")
        if values.get("parental_consent_received") and no_minor:
            self.add_error("parental_consent_received", _("Only for minors."))
        self._check_phones(values)
        if self.instance.pk is None and self._may_look and not self.errors:
            self._warn_of_look_alikes(values)
        return values

    def _check_phones(self, values: dict[str, Any]) -> None:
        """Read the numbers as of the country that the contact will have.

        What was stored before and not touched now is left alone.
        """
        company = values.get("company")
        country = values.get("country") or (company.country if company else "")
        if not country and self._was is None:
            country = MarketingSetup.load().default_country
        for name in PHONES:
            if {name, "country"} & set(self.changed_data) and values.get(name):
                try:
                    check_phone(values[name], country, get_language() or "en")
                except forms.ValidationError as error:
                    self.add_error(name, error)

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
            reasons = say_reasons(one.reasons)
            self.add_error(None, format_html(said, contact=link, reasons=reasons))
        self.add_error(None, _("Save again if it is another contact all the same."))

    def _agree_on_name(self, values: dict[str, Any], *, anew: bool) -> None:
        """Let the name and its parts say the same; the parts win where typed."""
        parts = [values.get(part) or "" for part in NAME_PARTS]
        parts_typed = any(part in self.changed_data for part in NAME_PARTS)
        name_typed = "name" in self.changed_data
        if any(parts) and (parts_typed or not values.get("name")):
            values["name"] = compose_name(*parts)
        elif (name_typed or anew) and values.get("name"):
            values |= split_name(values["name"])._asdict()


class CommentForm(forms.Form):
    """A note on the card."""

    text = forms.CharField(
        label=_("New comment"), widget=forms.Textarea(attrs={"rows": 3})
    )


class ViewNameForm(forms.Form):
    """What a saved view is called."""

    name = forms.CharField(
        label=_("Name"), max_length=SavedView._meta.get_field("name").max_length
    )
