"""What a contact is found by: the database keeps it, whoever writes."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat

from contacts.models import Contact, ContactTerm
from contacts.models.insert_select import insert_from
from contacts.models.upsert import insert_rows, update_rows
from contacts.search import triggers
from contacts.search.terms import COLUMNS, terms_of, typed_words, words_of
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db


def kept():
    """The terms in the database, by the key of the contact."""
    terms = {}
    for contact, kind, term in ContactTerm.objects.values_list(
        "contact", "kind", "term"
    ):
        terms.setdefault(contact, set()).add((kind, term))
    return terms


def wanted():
    """The terms that the contacts as they are now must have."""
    return {
        pk: set(terms_of(*values))
        for pk, *values in Contact.objects.values_list("pk", *COLUMNS)
    }


@pytest.fixture
def register():
    """Contacts with everything that a term is made of."""
    kaffe = make_company(
        "Fjordheim Kaffe & Te A/S",
        number="K-100",
        city="København K",
        email="post@fjordheim.example",
        phone="+45 33 12 34 56",
        phone_e164="+4533123456",
    )
    ase = make_person(
        "Åse O’Brien-Ødegård",
        company=kaffe,
        city="straßburg, æ'\\søre",
        email="ÅSE@fjordheim.example",
        email_2="ase@home.example",
        phone="0047 22 12 34 56",
        phone_e164="+4722123456",
        mobile="ext. 0815 / 7",
    )
    jari = make_person("jari jari virtanen", phone="+39 02 1234", city="Roma")
    Contact.objects.filter(pk=jari.pk).update(phone_e164="+39021234")
    return [kaffe, ase, jari]


def test_words_are_parted_by_blanks_and_punctuation_and_folded():
    assert words_of(" Åse O’Brien-Ødegård,\tstraße A/S… ") == [
        *("ÅSE", "O", "BRIEN", "ØDEGÅRD", "STRAßE", "A", "S")
    ]


def test_the_terms_of_a_contact(register):
    _kaffe, ase, jari = register
    assert kept()[ase.pk] == {
        (1, ase.number),
        (1, ase.number.removeprefix("C-").lstrip("0")),
        *((2, word) for word in ("ÅSE", "O", "BRIEN", "ØDEGÅRD")),
        *((3, email) for email in ("ÅSE@FJORDHEIM.EXAMPLE", "ASE@HOME.EXAMPLE")),
        *((4, digits) for digits in ("4722123456", "22123456", "8157")),
        *((5, word) for word in ("STRAßBURG", "Æ", "SØRE")),
        *((6, word) for word in ("ASE", "ODEGARD")),
        *((7, word) for word in ("STRASSBURG", "A", "SORE")),
    }
    assert {term for kind, term in kept()[jari.pk] if kind == 4} == {
        *("39021234", "21234")
    }


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Bjørn", "BJORN"),
        ("Bærum", "BARUM"),
        ("Baerum", "BARUM"),
        ("Ålesund", "ALESUND"),
        ("Härnösand", "HARNOSAND"),
        ("Straße", "STRASSE"),
        ("Đorđe Łódź", "DORDE LODZ"),
        ("Œuvre", "OEUVRE"),
        ("Þór", "THOR"),
        ("Ďaľšia ŽĚŘ", "DALSIA ZER"),
        ("Иванов", ""),
        ("Oslo", ""),
    ],
)
def test_a_word_with_marks_is_a_term_in_plain_letters_too(name, plain):
    """On PostgreSQL by its own expression, on SQLite by the engine."""
    contact = make_person(name)
    terms = kept()[contact.pk]
    assert {term for kind, term in terms if kind == 6} == set(plain.split())
    assert terms == wanted()[contact.pk]


def test_both_databases_write_what_the_engine_says(register):
    assert kept() == wanted()


def test_every_way_of_writing_keeps_the_terms(register):
    kaffe, ase, jari = register
    ase.name = "Åse Lund"
    ase.save()
    Contact.objects.filter(pk=kaffe.pk).update(city="Århus", email="")
    Contact.objects.update(name=Concat(F("name"), Value(" Ny")))
    jari.refresh_from_db()
    jari.phone_e164 = ""
    Contact.objects.bulk_update([jari], ["phone_e164"])
    Contact.objects.bulk_create([Contact(number="B-1", name="Bulk AS", country="NO")])
    insert_rows([Contact(number="B-2", name="Rows AS", country="NO")])
    update_rows(
        [Contact(number="B-1", name="Changed AS", country="NO")],
        key="number",
        columns={"name"},
    )
    source = Contact.objects.filter(number="B-2")
    insert_from(Contact, source, number=Value("B-3"), name=Value("Copied AS"))
    assert kept() == wanted()
    names = {term for terms in kept().values() for kind, term in terms if kind == 2}
    assert {"LUND", "NY", "CHANGED", "ROWS", "COPIED"} <= names
    assert names.isdisjoint({"BRIEN", "BULK"})


def test_what_is_deleted_is_found_no_more(register):
    kaffe, ase, jari = register
    jari.delete()
    Contact.objects.filter(pk=ase.pk)._raw_delete("default")
    assert kept().keys() == {kaffe.pk}
    assert kept() == wanted()


def test_another_change_writes_no_terms(register):
    before = list(ContactTerm.objects.order_by("contact", "place").values_list())
    Contact.objects.update(home_page="https://new.example", minor=True)
    assert list(ContactTerm.objects.order_by("contact", "place").values_list()) == (
        before
    )


def test_terms_are_made_anew_where_a_trigger_was_lost(register):
    on = " ON contacts_contact" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER contact_terms_update{on}")
    Contact.objects.update(city="Nowhere")
    assert kept() != wanted()
    call_command("migrate", verbosity=0)
    assert kept() == wanted()
    Contact.objects.update(city="Voss")
    assert kept() == wanted()


def test_terms_are_made_anew_where_what_makes_them_is_another(register, monkeypatch):
    """A newer list of calling codes, or another separator, comes with an upgrade."""
    kaffe = register[0]
    ContactTerm.objects.filter(contact=kaffe.pk).delete()
    call_command("migrate", verbosity=0)
    assert not ContactTerm.objects.filter(contact=kaffe.pk).exists()

    monkeypatch.setattr(triggers, "CALLING_CODE", "^(39|45|47)")
    call_command("migrate", verbosity=0)
    assert kept() == wanted()

    Contact.objects.filter(pk=kaffe.pk).update(city="Voss")
    assert kept() == wanted()
    ContactTerm.objects.filter(contact=kaffe.pk).delete()
    call_command("migrate", verbosity=0)
    assert not ContactTerm.objects.filter(contact=kaffe.pk).exists()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  ", []),
        ("& --", []),
        ("åse lund", [("ÅSE", ("ÅSE",), ""), ("LUND", ("LUND",), "")]),
        ("k-200", [("K-200", ("K", "200"), "")]),
        ("+47 22 12", [("+472212", ("47", "22", "12"), "472212")]),
        (
            "(08) 12 34 lie",
            [("(08)1234", ("08", "12", "34"), "81234"), ("LIE", ("LIE",), "")],
        ),
        ("0047-22", [("0047-22", ("0047", "22"), "4722")]),
    ],
)
def test_what_was_typed(text, words):
    assert [(w.whole, w.parts, w.digits) for w in typed_words(text)] == words
