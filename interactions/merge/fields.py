"""The merge fields: declared once for the picker, the check and the preview.

The names are those of Business Central; `Contact_Mail_Address`, `CONTACT MAIL
ADDRESS` and `contact_mail_address` are the same field, and so is every caption of
it in any language.
"""

import difflib
import functools
import re
import unicodedata
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..response_codes import SAMPLE
from .captions import CAPTIONS


@dataclass(frozen=True)
class MergeField:
    """A field a letter may use: its name, what people call it, and a sample."""

    code: str
    label: str | Promise
    sample: str


FIELDS = [
    MergeField(
        "contact_mail_address",
        _("Mail address (several lines)"),
        "Kaffe AS\nÅse Vik\nBakken 3\n5003 Bergen",
    ),
    MergeField("contact_no", _("Contact number"), "C-000017"),
    MergeField("contact_company_name", _("Company of the contact"), "Kaffe AS"),
    MergeField("contact_name", _("Name of the contact"), "Åse Vik"),
    MergeField("contact_first_name", _("First name"), "Åse"),
    MergeField("contact_surname", _("Surname"), "Vik"),
    MergeField("contact_address", _("Address of the contact"), "Bakken 3"),
    MergeField("contact_address_2", _("Address 2 of the contact"), "2nd floor"),
    MergeField("contact_post_code", _("Postcode of the contact"), "5003"),
    MergeField("contact_city", _("City of the contact"), "Bergen"),
    MergeField("contact_county", _("County of the contact"), "Vestland"),
    MergeField("contact_country_name", _("Country of the contact"), "Norway"),
    MergeField("contact_job_title", _("Job title of the contact"), "Manager"),
    MergeField("contact_phone_no", _("Phone of the contact"), "+47 22 33 44 55"),
    MergeField("contact_mobile_phone_no", _("Mobile phone"), "+47 900 11 222"),
    MergeField("contact_email", _("E-mail of the contact"), "aase@example.com"),
    MergeField("contact_home_page", _("Home page"), "https://example.com"),
    MergeField("formal_salutation", _("Formal salutation"), "Dear Ms. Åse Vik,"),
    MergeField("informal_salutation", _("Informal salutation"), "Hi Åse,"),
    MergeField("salesperson_code", _("Salesperson code"), "JON"),
    MergeField("salesperson_name", _("Name of the salesperson"), "Jon Berg"),
    MergeField("salesperson_job_title", _("Job title of the salesperson"), "Sales"),
    MergeField(
        "salesperson_phone_no", _("Phone of the salesperson"), "+47 22 00 11 22"
    ),
    MergeField("salesperson_email", _("E-mail of the salesperson"), "jon@example.com"),
    MergeField("document_date", _("Date of the letter"), "20 November 2026"),
    MergeField("sequence_no", _("Number of the letter in its run"), "17"),
    MergeField("response_code", _("Response code of the letter"), SAMPLE),
    MergeField("campaign_no", _("Campaign number"), "CP-0001"),
    MergeField("campaign_description", _("Campaign"), "Christmas"),
    MergeField("segment_no", _("Segment number"), "SM-000009"),
    MergeField("description", _("Description"), "Christmas letter"),
    MergeField("subject", _("Subject"), "Season's greetings"),
    MergeField("personal_text", _("Personal text"), "Thank you for your visit!"),
    MergeField("company_name", _("Our name"), "Demo Company Ltd."),
    MergeField("company_address", _("Our address"), "Harbour Street 1"),
    MergeField("company_address_2", _("Our address 2"), "Harbour House"),
    MergeField("company_post_code", _("Our postcode"), "0150"),
    MergeField("company_city", _("Our city"), "Oslo"),
    MergeField("company_county", _("Our county"), "Oslo"),
    MergeField("company_country_name", _("Our country"), "Norway"),
    MergeField("company_phone_no", _("Our phone"), "+47 22 00 00 00"),
    MergeField("company_email", _("Our e-mail"), "post@example.com"),
    MergeField("company_home_page", _("Our home page"), "https://example.com"),
    MergeField("company_registration_no", _("Our registration number"), "987 654 321"),
    MergeField("company_vat_no", _("Our VAT number"), "NO 987 654 321 MVA"),
    MergeField("company_bank_account", _("Our bank account"), "1234 56 78901"),
]
CODES = frozenset(field.code for field in FIELDS)
LABELS = {field.code: field.label for field in FIELDS}
SAMPLES = {field.code: field.sample for field in FIELDS}

# What a record has besides the fields: what Word's own fields are worked out from.
DATE = "_date"
SAMPLE_DATE = "2026-11-20"
LANGUAGE = "_language"
LETTER_NUMBER = "_letter_number"
RECORD_NUMBER = "_record_number"
# The number of the letter in its run, if it is in one.
SEQUENCE = "sequence_no"
# The address on the envelope, part by part; the fields have the contact's own.
ENVELOPE = {
    "contact_company_name": "_envelope_company_name",
    "contact_address": "_envelope_address",
    "contact_address_2": "_envelope_address_2",
    "contact_post_code": "_envelope_postcode",
    "contact_city": "_envelope_city",
    "contact_county": "_envelope_county",
    "contact_country_name": "_envelope_country_name",
}
ABROAD = "_envelope_abroad"


def key_of(name: str) -> str:
    """Return a name as it is compared: without case, blanks and punctuation."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "", letters)


# The code of every field by its codes and captions, as they are compared.
NAMES = {
    key_of(name): code for code in CODES for name in (code, *CAPTIONS.get(code, ()))
}


def code_of(name: str) -> str | None:
    """Return the code of a field as a template writes it, or None."""
    return NAMES.get(key_of(name))


@functools.lru_cache(maxsize=1_000)
def nearest(name: str) -> str | None:
    """Return the code of the field that was probably meant."""
    found = difflib.get_close_matches(key_of(name)[:60], NAMES, n=1, cutoff=0.75)
    return NAMES[found[0]] if found else None
