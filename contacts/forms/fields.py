"""Form fields: a company among a million, a country, a language, a page sent once."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ..folding import capitals
from ..models import Contact
from ..models.languages import language_tag
from ..models.querysets import ContactQuerySet
from ..places import countries, country_name, languages
from ..postcodes import example, fits


class SuggestingInput(forms.TextInput):
    """A text field with suggestions; what is typed counts, with or without them."""

    template_name = "contacts/widgets/suggesting_input.html"

    def __init__(self, suggestions: Any = (), attrs: dict | None = None) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        widget["list_id"] = f"{widget['attrs'].get('id', name)}_suggestions"
        widget["attrs"] |= {"list": widget["list_id"], "autocomplete": "off"}
        if "hx-get" in widget["attrs"]:
            widget["attrs"]["hx-target"] = f"#{widget['list_id']}"
        suggestions = self.suggestions
        widget["suggestions"] = suggestions() if callable(suggestions) else suggestions
        return context


class RowsField(forms.ModelMultipleChoiceField):
    """Rows by their keys; a number that no key can be is a wrong choice."""

    def clean(self, value: Any) -> QuerySet:
        try:
            return super().clean(value)
        except OverflowError as error:  # SQLite holds 64 bits and Django asks anyway
            raise ValidationError(
                self.error_messages["invalid_choice"],
                "invalid_choice",
                {"value": ", ".join(value)},
            ) from error


class ContactField(forms.CharField):
    """A contact by its number, or by its name where only one is called so.

    The suggestions are looked up while typing and never hold more than a page, so
    the register may be of any size. Without JavaScript the number is typed.
    """

    options = "contacts:contact_options"
    default_error_messages = {
        "unknown": _("There is no contact with the number or name “%(value)s”."),
        "ambiguous": _(
            "Several contacts are called so. Give the number of one: %(numbers)s."
        ),
    }

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault(
            "widget",
            SuggestingInput(
                attrs={
                    "hx-get": reverse_lazy(self.options),
                    "hx-trigger": "input changed delay:250ms",
                }
            ),
        )
        super().__init__(**kwargs)

    def candidates(self) -> ContactQuerySet:
        """Who may be chosen."""
        return Contact.objects.all()

    def prepare_value(self, value: Any) -> Any:
        return value.number if isinstance(value, Contact) else value

    def clean(self, value: Any) -> Contact | None:
        if isinstance(value, Contact):  # of a field that is only looked at
            return value
        text = super().clean(value)
        if not text:
            return None
        candidates = self.candidates()
        if by_number := candidates.filter(number=text).first():
            return by_number
        found = list(candidates.called(text).order_by("name_upper", "number")[:6])
        wanted = capitals(text)
        named = [contact for contact in found if capitals(contact.name) == wanted]
        chosen = named or found
        if not chosen:
            self.refuse_unknown(text)
        if len(chosen) > 1:
            numbers = ", ".join(f"{one.number} ({one.name})" for one in chosen)
            raise ValidationError(
                self.error_messages["ambiguous"], "ambiguous", {"numbers": numbers}
            )
        return chosen[0]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)

    def refuse_unknown(self, text: str) -> None:
        """Say that nobody is called so."""
        raise ValidationError(
            self.error_messages["unknown"], "unknown", {"value": text}
        )


class CompanyField(ContactField):
    """A company by its number, or by its name where only one is called so."""

    options = "contacts:company_options"
    default_error_messages = {
        "unknown": _("There is no company with the number or name “%(value)s”."),
        "person": _("%(contact)s is a person. An employer is a company."),
        "ambiguous": _(
            "Several companies are called so. Give the number of one: %(numbers)s."
        ),
    }

    def candidates(self) -> ContactQuerySet:
        return Contact.objects.companies()

    def refuse_unknown(self, text: str) -> None:
        """Say that it is a person, where one has exactly this number or name."""
        for person in Contact.objects.persons().called(text)[:6]:
            if capitals(text) in (person.number, capitals(person.name)):
                raise ValidationError(
                    self.error_messages["person"], "person", {"contact": person}
                )
        super().refuse_unknown(text)


class CountryField(forms.TypedChoiceField):
    """A country, chosen by name and kept by its ISO 3166 code."""

    default_error_messages = {
        "invalid_choice": _("There is no country “%(value)s”. Choose one of the list.")
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=_country_choices, empty_value="", **kwargs)


class LanguageField(forms.CharField):
    """A language by its name or its BCP 47 tag; kept as the tag."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", SuggestingInput(_language_suggestions))
        super().__init__(max_length=35, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return language_tag(text) if text else ""


def doubtful_postcode(form: forms.ModelForm) -> str:
    """Say that the postcode in a valid form does not look like one of its country.

    Empty where it may be one, or nobody touched it: it is kept all the same.
    """
    typed, country = form.instance.postcode, form.instance.country
    touched = {"postcode", "country"} & set(form.changed_data)
    if not touched or fits(typed, country):
        return ""
    said = _(
        "“%(postcode)s” does not look like a postcode in %(country)s, which is written "
        "as %(example)s. It is kept as you typed it."
    )
    named = country_name(country, get_language() or "en")
    return said % {"postcode": typed, "country": named, "example": example(country)}


def _country_choices() -> list[tuple[str, Any]]:
    return [("", "---------"), *countries(get_language() or "en")]


def _language_suggestions() -> tuple[tuple[str, str], ...]:
    return languages(get_language() or "en")


class OnceField(forms.UUIDField):
    """A random key that the page carries, so that what it asks for is done once.

    A page that is refused and shown again keeps its key; one that is opened anew gets
    another. Who sends none, as a program does, may send as often as they like.
    """

    def __init__(self) -> None:
        # A browser that fills in what stood here before would bring an old key back.
        widget = forms.HiddenInput(attrs={"autocomplete": "off"})
        super().__init__(required=False, initial=uuid.uuid4, widget=widget)
