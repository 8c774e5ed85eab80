"""How sure it is that two contacts are one: a table of pairs."""

import pytest

from contacts.duplicates import Facts, compare, keys_of
from contacts.duplicates.facts import core_name, domain_of, fold, sound


def person(name: str, **values) -> Facts:
    return Facts(is_company=False, name=name, **values)


def company(name: str, **values) -> Facts:
    return Facts(is_company=True, name=name, **values)


OSLO = {"address": "Storgata 1", "postcode": "0155", "city": "Oslo"}
BERGEN = {"address": "Bryggen 7", "postcode": "5003", "city": "Bergen"}
IN_FIRM = {"company": 7}
MAIL = {"emails": ("ingrid@fjord.no", "")}
OTHER_MAIL = {"emails": ("is@work.no", "")}
PHONE = {"phones": ("+4722334455", "")}
MOBILE = {"phones": ("", "+4722334455")}
PAIRS = [
    # Persons
    (person("Ingrid Solberg", **MAIL), person("Ingrid Solberg", **MAIL), 100),
    (person("Ingrid Solberg", **MAIL), person("Solberg, Ingrid", **MAIL), 100),
    (person("Ingrid Solberg", **MAIL), person("I. Solberg", **MAIL), 91),
    (person("Ingrid Solberg", **MAIL), person("INGRID SOLBREG", **MAIL), 90),
    (person("Ingrid Solberg", **PHONE), person("Ingrid Solberg", **MOBILE), 86),
    (person("Ingrid Solberg", **OSLO), person("Ingrid Solberg", **OSLO), 86),
    (person("Ingrid Solberg", **IN_FIRM), person("Ingrid Solberg", **IN_FIRM), 79),
    # What only one of them has counts neither for nor against.
    (person("Ingrid Solberg", **MAIL, **OSLO), person("Ingrid Solberg", **MAIL), 100),
    # The same name proves little, and less with another address.
    (person("Ingrid Solberg"), person("Ingrid Solberg"), 57),
    (person("Ingrid Solberg", **OSLO), person("Ingrid Solberg", **BERGEN), 57),
    (person("Ingrid Solberg", **MAIL), person("Ingrid Solberg", **OTHER_MAIL), 57),
    # Colleagues who share a switchboard, an address and info@.
    (
        person("Ingrid Solberg", **MAIL, **PHONE, **OSLO, **IN_FIRM),
        person("Kåre Berntsen", **MAIL, **PHONE, **OSLO, **IN_FIRM),
        52,
    ),
    (
        person("Ingrid Solberg", **PHONE, **OSLO, **IN_FIRM),
        person("Kåre Berntsen", **PHONE, **OSLO, **IN_FIRM),
        41,
    ),
    # Companies
    (company("Fjordheim Kaffe AS", **OSLO), company("Fjordheim Kaffe", **OSLO), 86),
    (company("Müller & Söhne GmbH", **PHONE), company("Muller Sohne", **PHONE), 86),
    (
        company("Fjordheim Kaffe AS", home_page="https://www.fjordheim.no/om"),
        company("Fjordheim Kaffe", emails=("post@fjordheim.no",)),
        79,
    ),
    (company("Rema 1000 Oslo", **OSLO), company("Rema 1000 Bergen", **BERGEN), 10),
    # One kind only with its own.
    (company("Ingrid Solberg", **MAIL), person("Ingrid Solberg", **MAIL), 0),
]


@pytest.mark.parametrize(("one", "other", "score"), PAIRS)
def test_a_pair_has_its_score_both_ways(one, other, score):
    assert (compare(one, other).score, compare(other, one).score) == (score, score)


def test_the_reasons_say_what_was_compared_and_how_alike_it_is():
    one = person("Ingrid Solberg", **MAIL, **OSLO)
    other = person("Ingrid Solbreg", **MAIL, **BERGEN)

    reasons = [(reason.what, str(reason.how)) for reason in compare(one, other).reasons]

    assert reasons == [
        ("name", "similar"),
        ("email", "same"),
        ("address", "different"),
        ("postcode", "different"),
    ]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Ærlig Østbø Ålesund", "aerlig ostbo alesund"),
        ("  Müller-Straße,  7b ", "muller strasse 7b"),
        ("O'Brien", "obrien"),
        ("Foss A/S", "foss as"),
        ("株式会社", "株式会社"),
        ("", ""),
    ],
)
def test_case_accents_and_punctuation_do_not_count(text, folded):
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("Foss A/S", "foss"),
        ("Foss Ltd.", "foss"),
        ("Berg og Dal AS", "berg dal"),
        ("AS", "as"),
    ],
)
def test_the_legal_form_is_no_part_of_the_name(name, core):
    assert core_name(name) == core


@pytest.mark.parametrize(
    ("one", "other"),
    [("kristian", "christian"), ("pettersen", "petersen"), ("sofie", "sophie")],
)
def test_names_that_sound_alike(one, other):
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.fjord.no/om?x=1", "fjord.no"),
        ("FJORD.no", "fjord.no"),
        ("post@fjord.no", "fjord.no"),
        ("ingrid@gmail.com", ""),
        ("nowhere", ""),
        ("", ""),
    ],
)
def test_the_domain_tells_who_they_work_for(address, domain):
    assert domain_of(address) == domain


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        (person("Ingrid Solberg", **MAIL), person("Kåre Lie", **MAIL), True),
        (person("Ingrid Solberg", **PHONE), person("Kåre Lie", **MOBILE), True),
        (person("Ingrid Solberg", **OSLO), person("SOLBERG Ingrid", **OSLO), True),
        (
            person("Kristian Petersen", company=1),
            person("C. Pettersen", company=1),
            True,
        ),
        (
            person("Kristian Petersen", company=1),
            person("A Pettersen", company=1),
            False,
        ),
        (
            person("Ingrid Solberg", company=1),
            person("Ingrid Solberg", company=2),
            False,
        ),
        (person("Ingrid Solberg", **OSLO), person("Ingrid Solberg", **BERGEN), False),
        (company("Foss AS"), company("Foss ApS"), True),
        (company("Foss", **MAIL), person("Foss", **MAIL), False),
    ],
)
def test_only_who_shares_a_key_is_compared(one, other, shared):
    assert bool(keys_of(one) & keys_of(other)) is shared


def test_a_key_fits_the_column_of_any_database():
    keys = keys_of(company("Foss AS", **MAIL, **PHONE, **OSLO))
    assert len(keys) > 5
    assert all(0 <= key < 2**63 for key in keys)
