"""Set-up that an administrator fills in: who we are, what new contacts get."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import MarketingSetup, NumberSeries, Salesperson
from .fields import CountryField, LanguageField

CURRENCY_LETTERS = 3
IN_LETTERS = _("A merge field of letters and the head of what is printed.")


class MarketingSetupForm(forms.ModelForm):
    """Countries and languages that exist, a salesperson who still sells."""

    country = CountryField(label=_("country"), required=False, help_text=IN_LETTERS)
    default_country = CountryField(label=_("default country"), required=False)
    default_language = LanguageField(
        label=_("default language"),
        required=False,
        help_text=_("For instance nb or pt-BR."),
    )

    class Meta:
        model = MarketingSetup
        fields: ClassVar[list[str]] = []  # its admin puts them in order
        help_texts: ClassVar[dict[str, str | Promise]] = {
            **dict.fromkeys(
                (
                    *("company_name", "address", "address_2", "postcode", "city"),
                    *("county", "phone", "email", "home_page"),
                    *("registration_number", "vat_number", "bank_account"),
                ),
                IN_LETTERS,
            ),
            "currency": _("Of costs, three letters of ISO 4217, for instance EUR."),
            "default_salesperson": _(
                "Where the user who makes the contact is no salesperson."
            ),
            "default_correspondence_type": _("How new contacts prefer to be written."),
            "inherit_salesperson": _(
                "Nothing of this is done afterwards to contacts that are there."
            ),
        }

    def clean_currency(self) -> str:
        """Keep capitals; anything but three letters is no currency."""
        currency = self.cleaned_data["currency"].strip().upper()
        letters = currency.isascii() and currency.isalpha()
        if not letters or len(currency) != CURRENCY_LETTERS:
            raise ValidationError(_("A currency is three letters, for instance EUR."))
        return currency

    def clean_default_salesperson(self) -> Salesperson | None:
        """Who is blocked gets no new contacts; who was chosen before stays."""
        chosen = self.cleaned_data["default_salesperson"]
        if chosen and chosen.blocked and "default_salesperson" in self.changed_data:
            raise ValidationError(_("%s is blocked. Choose another.") % chosen)
        return chosen


class NumberSeriesForm(forms.ModelForm):
    """A series whose numbers fit where they are kept."""

    class Meta:
        model = NumberSeries
        fields = ("code", "prefix", "next_number", "digits")
        help_texts: ClassVar[dict[str, Any]] = {
            "code": _(
                "CONTACT, SEGMENT and CAMPAIGN are asked for by the program; others "
                "by the commands that name them."
            ),
            "prefix": _("What every number begins with, for instance C-."),
            "next_number": _(
                "Numbers that somebody typed already are passed over. Gaps are no harm."
            ),
            "digits": _("Shorter numbers are filled up with zeros."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Too many digits do not get to the series, which would write them out."""
        super().__init__(*args, **kwargs)
        if "digits" in self.fields:
            digits = NumberSeries._meta.get_field("digits")
            self.fields["digits"].validators = [*digits.validators]
