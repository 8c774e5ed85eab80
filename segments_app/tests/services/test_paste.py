"""Whom a list names: the known are taken, the unknown told with the reason."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.tests.factories import make_company, make_person
from segments_app.lists import read_list
from segments_app.services.paste import Unknown, look_up, sharing_contacts

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Anna and Bo; Cecilie and the company Te share an address."""
    return {
        "anna": make_person("Anna Dahl", number="P-1", email="anna@kaffe.example"),
        "bo": make_person("Bo Lie", number="P-2", email_2="Bø@Kaffe.example"),
        "cecilie": make_person("Cecilie Moe", number="P-3", email="post@te.example"),
        "te": make_company("Te AS", number="P-4", email="Post@TE.example"),
    }


def found(text):
    return look_up(read_list(text))


def test_numbers_and_addresses_whatever_their_case(cast):
    names = found("p-2, Anna Dahl <ANNA@kaffe.example>")
    assert (names.numbers, names.unknown, names.repeated) == ({"P-1", "P-2"}, [], 0)


def test_the_second_address_of_a_contact_counts_too(cast):
    assert found("bø@kaffe.example").numbers == {"P-2"}


def test_what_nobody_is_called_by_is_told_with_the_reason(cast):
    names = found("P-1\nP-99\nnobody@te.example\nP-99\na sentence and no number")
    assert names.numbers == {"P-1"}
    assert names.unknown == [
        Unknown("P-99", "no contact has this number"),
        Unknown("nobody@te.example", "no contact has this e-mail address"),
        Unknown(
            "a sentence and no number",
            "neither a contact number nor an e-mail address",
        ),
    ]


def test_letters_that_have_no_capital_are_found_too():
    make_person("Uwe Gross", number="P-9", email="uwe.groß@te.example")
    assert found("Uwe.Groß@TE.example").numbers == {"P-9"}


def test_who_is_named_twice_is_counted(cast):
    names = found("P-1 ; p-1 ; anna@kaffe.example ; P-2 ; P-99 ; P-99")
    assert (names.entries, names.numbers, names.repeated) == (6, {"P-1", "P-2"}, 2)


def test_an_address_of_several_is_nobodys_until_somebody_chooses(cast):
    names = found("post@te.example, P-1")
    assert names.several == {"post@te.example": ("P-3", "P-4")}
    assert names.chosen(all_sharing=False, ticked=[]) == {"P-1"}
    assert names.chosen(all_sharing=False, ticked=["P-4", "P-2"]) == {"P-1", "P-4"}
    assert names.chosen(all_sharing=True, ticked=[]) == {"P-1", "P-3", "P-4"}
    shown = [contact.name for contact in sharing_contacts(names, at_most=10)]
    assert shown == ["Cecilie Moe", "Te AS"]


def test_who_is_named_by_number_needs_no_choice(cast):
    names = found("post@te.example, P-3")
    assert names.numbers == {"P-3"}
    assert names.sharing() == {"P-4"}


def test_three_queries_whatever_the_length(cast):
    for text in (
        "P-1\na@b.example",
        "\n".join(f"P-{n}\nx{n}@b.example" for n in range(900)),
    ):
        with CaptureQueriesContext(connection) as captured:
            found(text)
        assert len(captured) == 3
