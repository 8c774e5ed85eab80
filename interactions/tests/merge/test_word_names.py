"""The names of merge fields: every language, and the names of Word."""

import pytest
from django.utils.translation import override

from interactions.merge.captions import CAPTIONS, COURTESY_TITLES
from interactions.merge.fields import CODES, FIELDS, NAMES, code_of, key_of, nearest
from interactions.merge.wordfields import unknown_field

LANGUAGES = ("en", "nb", "da", "fi", "nl")


def test_no_two_fields_share_a_name():
    named = {}
    for code, captions in CAPTIONS.items():
        for caption in (code, *captions):
            named.setdefault(key_of(caption), set()).add(code)
    assert {key: codes for key, codes in named.items() if len(codes) > 1} == {}
    assert not named.keys() & COURTESY_TITLES


def test_every_field_has_names_and_every_name_a_field():
    assert CAPTIONS.keys() == CODES


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_calls_a_field_is_a_name_of_it(language):
    with override(language):
        found = {field.code: code_of(str(field.label)) for field in FIELDS}
    assert found == {code: code for code in CODES}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("contact_name", "contact_name"),
        ("Contact_Name", "contact_name"),
        ("CONTACT NAME", "contact_name"),
        ("contactname", "contact_name"),
        ("  Contact-Name ", "contact_name"),
        ("Contact Country/Region Name", "contact_country_name"),
        ("Contact E-Mail", "contact_email"),
        ("Contact Mobile Phone No.", "contact_mobile_phone_no"),
        ("First_Name", "contact_first_name"),
        ("Last_Name", "contact_surname"),
        ("Company", "contact_company_name"),
        ("Company_Name", "company_name"),
        ("Address_Line_1", "contact_address"),
        ("ZIP_Code", "contact_post_code"),
        ("Country_or_Region", "contact_country_name"),
        ("AddressBlock", "contact_mail_address"),
        ("GreetingLine", "formal_salutation"),
        ("Fornavn", "contact_first_name"),
        ("Poststed", "contact_city"),
        ("Efternavn", "contact_surname"),
        ("Sähköposti", "contact_email"),
        ("Sa\u0308hko\u0308posti", "contact_email"),
        ("Etunimi", "contact_first_name"),
        ("Voornaam", "contact_first_name"),
        ("Adresregel_1", "contact_address"),
        ("Land_of_regio", "contact_country_name"),
        ("Titel", None),
        ("", None),
    ],
)
def test_names_are_known_however_they_are_written(name, code):
    assert code_of(name) == code


def test_the_nearest_name_is_found_in_every_language():
    found = [
        nearest(name) for name in ("Fornvan", "Etunim", "Postkode", "qqqq", "x" * 999)
    ]
    assert found == [
        *("contact_first_name", "contact_first_name", "contact_post_code"),
        *(None, None),
    ]


@pytest.mark.parametrize(
    ("language", "fix"),
    [
        ("en", "Did you mean contact_city (City of the contact)?"),
        ("nb", "contact_city (Kontaktens poststed)"),
    ],
)
def test_a_suggestion_says_what_the_field_is_called(language, fix):
    with override(language):
        assert fix in unknown_field("Postted", "").fix


def test_a_code_is_no_caption_of_another_field():
    assert {code: NAMES[key_of(code)] for code in CODES} == {
        code: code for code in CODES
    }
