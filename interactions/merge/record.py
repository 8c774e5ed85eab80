"""What a letter says about a contact: strings, made of the frozen inputs.

A pure function of its argument, so that a letter reads the same years later. The
inputs are built by `segments_app.models.letter_inputs`.
"""

import datetime
import functools
from collections.abc import Mapping
from typing import Any

from babel.dates import format_date

from contacts.salutations import greeting

from ..response_codes import SAMPLE, encode
from .fields import ABROAD, DATE, ENVELOPE, LANGUAGE
from .lists import ANSWERS_OF, LISTS, MergeList
from .locales import locale_of
from .subjects import SUBJECT, fill_subject

CITY_COUNTY_POSTCODE = {"AU", "CA", "US"}
CITY_THEN_POSTCODE = {"GB", "GG", "IE", "IM", "JE"}


def build_record(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """Return the text of every merge field; what is missing is an empty text.

    Also the rows of the lists that were frozen, as dicts of texts, and `answers_of`,
    the answers by the code of their question; `pictures` by their codes, each a dict
    of `sha256`, `width` and `height`, or None.
    `sequence` of the snapshot is the number of the letter in its run, if it is in one,
    and `run` the key of that run.
    """
    contact = snapshot["contact"]
    own = snapshot["own_company"]
    person = snapshot["salesperson"] or {}
    line = snapshot["line"]
    locale = snapshot["locale"] or ""
    salutation = snapshot["salutation"]
    record = {
        "contact_mail_address": _mail_address(snapshot, locale),
        "contact_no": contact["number"],
        "contact_company_name": contact["company_name"],
        "contact_name": contact["name"],
        "contact_first_name": contact["first_name"],
        "contact_surname": contact["surname"],
        "contact_address": contact["address"],
        "contact_address_2": contact["address_2"],
        "contact_post_code": contact["postcode"],
        "contact_city": contact["city"],
        "contact_county": contact["county"],
        "contact_country_name": _country(contact["country"], locale),
        "contact_job_title": contact["job_title"],
        "contact_phone_no": contact["phone"],
        "contact_mobile_phone_no": contact["mobile"],
        "contact_email": contact["email"],
        "contact_home_page": contact["home_page"],
        "formal_salutation": _greeting(salutation["formal"], contact),
        "informal_salutation": _greeting(salutation["informal"], contact),
        "salesperson_code": person.get("code"),
        "salesperson_name": person.get("name"),
        "salesperson_job_title": person.get("job_title"),
        "salesperson_phone_no": person.get("phone"),
        "salesperson_email": person.get("email"),
        "document_date": _long_date(snapshot["date"], locale),
        "sequence_no": str(snapshot.get("sequence") or ""),
        "response_code": _response_code(snapshot),
        "campaign_no": line["campaign_number"],
        "campaign_description": line["campaign_description"],
        "segment_no": line["segment_number"],
        "description": line["description"],
        "subject": line["subject"],
        "personal_text": line["personal_text"],
        "company_name": own.get("name"),
        "company_address": own.get("address"),
        "company_address_2": own.get("address_2"),
        "company_post_code": own.get("postcode"),
        "company_city": own.get("city"),
        "company_county": own.get("county"),
        "company_country_name": _country(own.get("country"), locale),
        "company_phone_no": own.get("phone"),
        "company_email": own.get("email"),
        "company_home_page": own.get("home_page"),
        "company_registration_no": own.get("registration_number"),
        "company_vat_no": own.get("vat_number"),
        "company_bank_account": own.get("bank_account"),
    }
    record |= _behind(snapshot, locale)
    texts: dict[str, Any] = {code: value or "" for code, value in record.items()}
    texts[SUBJECT] = fill_subject(texts[SUBJECT], texts)
    if "lists" in snapshot:
        texts.update(_lists(snapshot["lists"], locale))
    if "pictures" in snapshot:
        texts["pictures"] = snapshot["pictures"]
    return texts


def _response_code(snapshot: Mapping[str, Any]) -> str:
    """The code of a letter of a run; any other letter shows a sample."""
    run, sequence = snapshot.get("run"), snapshot.get("sequence")
    return encode(run, sequence) if run and sequence else SAMPLE


def _lists(lists: Mapping[str, list[Any]], locale: str) -> dict[str, Any]:
    rows = {
        each.code: [_row(each, row, locale) for row in lists[each.code]]
        for each in LISTS
        if each.code in lists
    }
    answers: dict[str, list[str]] = {}
    for row in rows.get("answers", ()):
        answers.setdefault(row["question_code"], []).append(row["answer"])
    given = {code: ", ".join(several) for code, several in answers.items()}
    return {**rows, ANSWERS_OF: given}


def _row(of: MergeList, row: Mapping[str, Any], locale: str) -> dict[str, str]:
    texts = {code: row.get(code) or "" for code in of.codes}
    if "date" in texts:
        texts["date"] = _long_date(texts["date"], locale)
    return texts


def _behind(snapshot: Mapping[str, Any], locale: str) -> dict[str, Any]:
    """What Word's own fields are worked out from, beside the merge fields."""
    address = snapshot["address"]
    home = snapshot["own_company"].get("country") or ""
    country = address["country"] or home
    return {
        DATE: snapshot["date"],
        LANGUAGE: locale,
        ENVELOPE["contact_company_name"]: address["company_name"],
        ENVELOPE["contact_address"]: address["address"],
        ENVELOPE["contact_address_2"]: address["address_2"],
        ENVELOPE["contact_post_code"]: address["postcode"],
        ENVELOPE["contact_city"]: address["city"],
        ENVELOPE["contact_county"]: address["county"],
        ENVELOPE["contact_country_name"]: _country(country, locale),
        ABROAD: "1" if country != home else "",
    }


def _greeting(formula: Mapping[str, Any] | None, contact: Mapping[str, Any]) -> str:
    return greeting(formula["text"], formula["parts"], contact) if formula else ""


def _mail_address(snapshot: Mapping[str, Any], locale: str) -> str:
    """The address block: who, where, and the country when it is abroad."""
    contact, address = snapshot["contact"], snapshot["address"]
    home = snapshot["own_company"].get("country") or ""
    country = address["country"] or home
    names = [address["company_name"], contact["name"]]
    if contact["type"] == "company":
        names = [address["company_name"] or contact["name"]]
    lines = [
        *dict.fromkeys(names),
        address["address"],
        address["address_2"],
        *_town(address, country),
        _country(country, locale) if country != home else "",
    ]
    return "\n".join(line for line in lines if line)


def postal_lines(snapshot: Mapping[str, Any]) -> tuple[str, ...]:
    """The same address block as it stands on labels and envelopes.

    The country is in capitals, for the post of ours to read.
    """
    lines = _mail_address(snapshot, snapshot["locale"] or "").split("\n")
    home = snapshot["own_company"].get("country") or ""
    if (snapshot["address"]["country"] or home) != home:
        lines[-1] = lines[-1].upper()
    return tuple(lines)


def _town(address: Mapping[str, Any], country: str) -> list[str]:
    postcode, city = address["postcode"] or "", address["city"] or ""
    county = address["county"] or ""
    if country in CITY_COUNTY_POSTCODE:
        region = f"{county} {postcode}".strip()
        return [", ".join(part for part in (city, region) if part)]
    if country in CITY_THEN_POSTCODE:
        return [city, county if county != city else "", postcode]
    return [f"{postcode} {city}".strip()]


@functools.lru_cache(maxsize=1_000)
def _country(code: str | None, language: str) -> str:
    if not code:
        return ""
    return str(locale_of(language).territories.get(code, code))


@functools.lru_cache(maxsize=1_000)
def _long_date(value: str | None, language: str) -> str:
    if not value:
        return ""
    date = datetime.date.fromisoformat(value[:10])
    return str(format_date(date, format="long", locale=locale_of(language)))
