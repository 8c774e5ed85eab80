"""Contacts found while somebody types."""

import pytest

from contacts.models import Contact
from contacts.services import find_contacts as find
from contacts.services.find_contacts import find_contacts
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def register():
    """Four contacts who share starts of words."""
    kaffe = make_company(
        "Fjordheim Kaffe AS", number="K-100", city="Bergen", email="post@kaffe.example"
    )
    make_company("Nordlys A/S", number="K-200", city="Tromsø")
    make_person(
        "Åse O'Brien-Lund",
        company=kaffe,
        number="P-1",
        email="ase@kaffe.example",
        phone="22 12 34 56",
        phone_e164="+4722123456",
    )
    make_person("Berg Straße", number="P-2", city="Oslo", mobile="+46 8 123 456")
    Contact.objects.filter(number="P-2").update(mobile_e164="+468123456")


FINDS = [
    ("fjord", ["K-100"]),
    ("KAFFE", ["K-100"]),
    ("affe", []),
    ("k-2", ["K-200"]),
    ("k", ["K-100", "K-200"]),
    ("100", ["K-100"]),
    ("000200", ["K-200"]),
    ("kaffe 100", ["K-100"]),
    ("post@kaffe", ["K-100"]),
    ("åse", ["P-1"]),
    ("ase", ["P-1"]),
    ("ase bri", ["P-1"]),
    ("tromso", ["K-200"]),
    ("tromsö", ["K-200"]),
    ("strasse", ["P-2"]),
    ("fjørdheim", ["K-100"]),
    ("o'brien", ["P-1"]),
    ("brien-lund", ["P-1"]),
    ("lund åse", ["P-1"]),
    ("lund berg", []),
    ("berg", ["P-2", "K-100"]),
    ("kaffe berg", ["K-100"]),
    ("straße", ["P-2"]),
    ("trom", ["K-200"]),
    ("nordlys a/s", ["K-200"]),
    ("+47 22 12", ["P-1"]),
    ("22 12 34 56", ["P-1"]),
    ("22123", ["P-1"]),
    ("004722", ["P-1"]),
    ("08 123", ["P-2"]),
    ("lund 22 12", ["P-1"]),
    ("lund 22 13", []),
    ("& Nordlys", ["K-200"]),
    ("100%", []),
    ("_", []),
    ("--", []),
    ("", []),
    ("kaffe\0", []),
]


@pytest.mark.parametrize(("text", "numbers"), FINDS)
def test_the_start_of_every_word_finds(register, text, numbers):
    found = find_contacts(text=text).contacts
    assert [contact.number for contact in found] == numbers


@pytest.mark.parametrize(("text", "numbers"), [f for f in FINDS if f[0]])
def test_the_list_finds_the_same(register, text, numbers):
    found = Contact.objects.found_by(text).values_list("number", flat=True)
    assert sorted(found) == sorted(numbers)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("moller", ["Moller", "Møller", "Möller"]),
        ("møller", ["Møller", "Moller", "Möller"]),
        ("möller", ["Möller", "Moller", "Møller"]),
        ("saeter", ["Saeter", "Sæter", "Säter"]),
        ("sæter", ["Sæter", "Sater", "Saeter", "Säter"]),
        ("sater", ["Sater", "Saeter", "Sæter", "Säter"]),
        ("łodz", ["Łodz", "Lodz"]),
        ("dorde", ["Đorđe"]),
        ("hakon", ["Håkon"]),
    ],
)
def test_the_spelling_that_was_typed_stands_before_others(typed, names):
    for name in (
        *("Moller", "Møller", "Möller", "Sater", "Saeter", "Sæter", "Säter"),
        *("Łodz", "Lodz", "Đorđe", "Håkon"),
    ):
        make_person(name)
    assert [each.name for each in find_contacts(text=typed).contacts] == names
    assert Contact.objects.found_by(typed).count() == len(names)


def test_nothing_typed_leaves_nobody_out_of_the_list(register):
    assert Contact.objects.found_by(" ").count() == 4


def test_so_many_are_shown_and_that_there_are_more_is_said():
    for number in range(5):
        make_person(f"Anna Annasen Nr{number}", number=f"A-{number}", city="Annaby")
    hits = find_contacts(text="anna", most=3)
    assert [contact.number for contact in hits.contacts] == ["A-0", "A-1", "A-2"]
    assert hits.has_more
    assert not find_contacts(text="anna", most=5).has_more


def test_a_rare_word_finds_beside_a_common_one(monkeypatch):
    monkeypatch.setattr(find, "LOOKED_AT", 2)
    for number in range(5):
        make_person(f"Anna Nr{number}", number=f"A-{number}")
    for text in ("anna nr4", "nr4 anna"):
        hits = find_contacts(text=text)
        assert [contact.number for contact in hits.contacts] == ["A-4"]
        assert not hits.has_more


def test_where_all_words_are_common_it_is_said_that_there_may_be_more(monkeypatch):
    monkeypatch.setattr(find, "LOOKED_AT", 2)
    for number in range(5):
        make_person(f"Anna Bo{number}", number=f"A-{number}")
    make_person("Anna Zorn", number="A-9", city="Bodø")
    hits = find_contacts(text="anna bo")
    assert [contact.number for contact in hits.contacts] == ["A-0", "A-1"]
    assert hits.has_more
    assert Contact.objects.found_by("anna bo").count() == 6


@pytest.mark.parametrize("people", [1, 40])
@pytest.mark.parametrize("text", ["anna", "anna o'l dahl", "+47 22 anna", "x"])
def test_the_number_of_queries_is_the_same(people, text, django_assert_max_num_queries):
    for number in range(people):
        make_person(f"Anna O'Lie Dahl{number}", company=make_company())
    with django_assert_max_num_queries(3 if " " in text else 2):
        [contact.company for contact in find_contacts(text=text).contacts]


def test_more_words_than_anybody_types_are_no_burden(register):
    letters = " ".join(f"kaffe{number}" for number in range(500))
    assert find_contacts(text=letters).contacts == []
    assert find_contacts(text="-".join(letters)).contacts == []
    assert Contact.objects.found_by(letters).count() == 0
    (found,) = find_contacts(text="kaffe " * 500).contacts
    assert found.number == "K-100"
