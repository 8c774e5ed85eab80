"""What a letter says, from the inputs that were frozen."""

import copy

from interactions.merge import build_record
from interactions.merge.fields import ABROAD, CODES, DATE, ENVELOPE, LANGUAGE

INPUTS = {
    "locale": "nb-NO",
    "date": "2026-11-20",
    "contact": {
        "number": "C-17",
        "type": "person",
        "name": "Åse Vik",
        "first_name": "Åse",
        "middle_name": "",
        "surname": "Vik",
        "job_title": "Daglig leder",
        "company_name": "Kaffe AS",
        "phone": "22",
        "mobile": "900",
        "email": "aase@example.no",
        "home_page": "https://example.no",
        "address": "Bakken 3",
        "address_2": "Oppgang B",
        "postcode": "5003",
        "city": "Bergen",
        "county": "Vestland",
        "country": "NO",
    },
    "address": {
        "company_name": "Kaffe AS avd. Voss",
        "address": "Hytta",
        "address_2": "",
        "postcode": "5700",
        "city": "Voss",
        "county": "Vestland",
        "country": "NO",
    },
    "salesperson": {
        "code": "JON",
        "name": "Jon",
        "job_title": "Selger",
        "phone": "33",
        "email": "jon@example.no",
    },
    "salutation": {
        "formal": {"text": "Kjære %1 %2 %3,", "parts": ["first_name", "middle_name"]},
        "informal": None,
    },
    "line": {
        "description": "Julebrev",
        "subject": "God jul",
        "personal_text": "Takk!\nHilsen oss",
        "segment_number": "SM-9",
        "campaign_number": "CP-1",
        "campaign_description": "Jul",
    },
    "own_company": {
        "name": "Demo AS",
        "address": "Havnegata 1",
        "address_2": "",
        "postcode": "0150",
        "city": "Oslo",
        "county": "Oslo",
        "country": "NO",
        "phone": "44",
        "email": "post@example.no",
        "home_page": "https://demo.example",
        "registration_number": "987",
        "vat_number": "NO987",
        "bank_account": "1234",
    },
}


def inputs(**changes):
    """The inputs with single values changed, as in contact__country="US"."""
    result = copy.deepcopy(INPUTS)
    for path, value in changes.items():
        place, *names = path.split("__")
        if names:
            result[place][names[0]] = value
        else:
            result[place] = value
    return result


def fields_of(snapshot):
    """The record of the merge fields, without what stands behind them."""
    record = build_record(snapshot)
    return {code: text for code, text in record.items() if code in CODES}


def test_every_field_has_its_text():
    assert fields_of(INPUTS) == {
        "contact_mail_address": "Kaffe AS avd. Voss\nÅse Vik\nHytta\n5700 Voss",
        "contact_no": "C-17",
        "contact_company_name": "Kaffe AS",
        "contact_name": "Åse Vik",
        "contact_first_name": "Åse",
        "contact_surname": "Vik",
        "contact_address": "Bakken 3",
        "contact_address_2": "Oppgang B",
        "contact_post_code": "5003",
        "contact_city": "Bergen",
        "contact_county": "Vestland",
        "contact_country_name": "Norge",
        "contact_job_title": "Daglig leder",
        "contact_phone_no": "22",
        "contact_mobile_phone_no": "900",
        "contact_email": "aase@example.no",
        "contact_home_page": "https://example.no",
        "formal_salutation": "Kjære Åse,",
        "informal_salutation": "",
        "salesperson_code": "JON",
        "salesperson_name": "Jon",
        "salesperson_job_title": "Selger",
        "salesperson_phone_no": "33",
        "salesperson_email": "jon@example.no",
        "document_date": "20. november 2026",
        "sequence_no": "",
        "response_code": "SAMPLE",
        "campaign_no": "CP-1",
        "campaign_description": "Jul",
        "segment_no": "SM-9",
        "description": "Julebrev",
        "subject": "God jul",
        "personal_text": "Takk!\nHilsen oss",
        "company_name": "Demo AS",
        "company_address": "Havnegata 1",
        "company_address_2": "",
        "company_post_code": "0150",
        "company_city": "Oslo",
        "company_county": "Oslo",
        "company_country_name": "Norge",
        "company_phone_no": "44",
        "company_email": "post@example.no",
        "company_home_page": "https://demo.example",
        "company_registration_no": "987",
        "company_vat_no": "NO987",
        "company_bank_account": "1234",
    }


def test_only_a_letter_of_a_run_has_a_code_of_its_own():
    def code(**more):
        return build_record({**INPUTS, **more})["response_code"]

    assert code(run=7, sequence=3) == "137A"
    assert (code(sequence=3), code(run=7)) == ("SAMPLE", "SAMPLE")


def test_a_record_has_exactly_the_declared_fields():
    behind = {DATE, LANGUAGE, ABROAD, *ENVELOPE.values()}
    assert build_record(INPUTS).keys() == CODES | behind


def test_what_word_works_its_fields_out_from_comes_along():
    abroad = inputs(address__country="SE", address__city="Arvika")
    record = build_record(abroad)
    behind = {name: text for name, text in record.items() if name not in CODES}
    assert behind == {
        "_date": "2026-11-20",
        "_language": "nb-NO",
        "_envelope_company_name": "Kaffe AS avd. Voss",
        "_envelope_address": "Hytta",
        "_envelope_address_2": "",
        "_envelope_postcode": "5700",
        "_envelope_city": "Arvika",
        "_envelope_county": "Vestland",
        "_envelope_country_name": "Sverige",
        "_envelope_abroad": "1",
    }


def test_dates_and_countries_are_in_the_language_of_the_letter():
    told = {}
    for locale in ("en-GB", "en-US", "da", "fi-FI", "nl-BE", "", "xx-YY"):
        record = build_record(inputs(locale=locale))
        told[locale] = record["document_date"], record["contact_country_name"]
    assert told == {
        "en-GB": ("20 November 2026", "Norway"),
        "en-US": ("November 20, 2026", "Norway"),
        "da": ("20. november 2026", "Norge"),
        "fi-FI": ("20. marraskuuta 2026", "Norja"),
        "nl-BE": ("20 november 2026", "Noorwegen"),
        "": ("20 November 2026", "Norway"),
        "xx-YY": ("20 November 2026", "Norway"),
    }


def test_an_address_abroad_is_written_as_there_and_names_the_country():
    american = inputs(
        address={
            "company_name": "",
            "address": "1 Main St",
            "address_2": "Suite 4",
            "postcode": "07660",
            "city": "Ridgefield Park",
            "county": "NJ",
            "country": "US",
        }
    )
    assert build_record(american)["contact_mail_address"].split("\n") == [
        "Åse Vik",
        "1 Main St",
        "Suite 4",
        "Ridgefield Park, NJ 07660",
        "USA",
    ]
    british = inputs(
        address__country="GB", address__postcode="N1 9GU", address__city="London"
    )
    british["address"].update(county="London", company_name="")
    assert build_record(british)["contact_mail_address"].split("\n") == [
        "Åse Vik",
        "Hytta",
        "London",
        "N1 9GU",
        "Storbritannia",
    ]


def test_a_company_is_named_once_in_its_address():
    company = inputs(contact__type="company", contact__name="Kaffe AS")
    company["address"].update(company_name="")
    assert build_record(company)["contact_mail_address"] == "Kaffe AS\nHytta\n5700 Voss"


def test_what_is_missing_is_empty():
    bare = inputs(
        salesperson=None, locale="", line__campaign_number=None, own_company={}
    )
    bare["contact"] = {**dict.fromkeys(INPUTS["contact"], ""), "name": "Åse"}
    bare["address"] = dict.fromkeys(INPUTS["address"], "")
    bare["salutation"] = {"formal": None, "informal": None}
    bare["line"] = dict.fromkeys(INPUTS["line"])
    record = fields_of(bare)
    said = {code: text for code, text in record.items() if text}
    assert said == {
        "contact_name": "Åse",
        "contact_mail_address": "Åse",
        "document_date": "20 November 2026",
        "response_code": "SAMPLE",
    }
