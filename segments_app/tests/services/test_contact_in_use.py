"""A contact that is in use is not deleted, and it is said where it is used."""

import pytest
from django.urls import reverse

from contacts.models import Contact
from contacts.services.delete_contact import delete_contact
from contacts.services.errors import ContactError
from contacts.services.references import references
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person
from contacts.tests.visitors import make_user
from interactions.models import InteractionLogEntry
from interactions.tests.factories import (
    freeze_letter,
    make_entry,
    make_logged_segment,
)
from segments_app.services import go_back
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"))


def refused(contact):
    with pytest.raises(ContactError) as refusal:
        delete_contact(contact=contact, user=None, at=NOW)
    assert Contact.objects.filter(pk=contact.pk).exists()
    assert not contact.changes.exists()
    return str(refusal.value)


def told(contact):
    return [
        (reference.counted, [(place.label, place.url) for place in reference.places])
        for reference in references(contact)
    ]


def test_a_line_says_its_segment(anna):
    segment = make_segment(anna, number="SM-1")
    assert refused(anna) == (
        "Anna Dahl is still referred to. segment lines: 1 (SM-1 Christmas letter)."
    )
    assert told(anna) == [
        (
            "segment lines: 1",
            [("SM-1 Christmas letter", segment.get_absolute_url())],
        )
    ]


def test_no_more_are_counted_than_anybody_reads(anna, monkeypatch):
    monkeypatch.setattr("contacts.bounded.MOST", 6)
    monkeypatch.setattr("contacts.services.references.MOST", 6)
    for number in range(8):
        make_segment(anna, number=f"SM-{number}")
    said = refused(anna)
    assert "segment lines: more than 6 (SM-7 Christmas letter, " in said
    assert said.endswith("SM-3 Christmas letter, …).")


def test_a_line_that_going_back_took_off_may_come_again(anna):
    segment = make_segment(anna, number="SM-1")
    go_back(segment=segment, user=None)
    assert "(SM-1 Christmas letter, an earlier step)" in refused(anna)


def test_the_segments_it_is_on_now_are_named_first(anna):
    make_segment(anna, number="SM-1")
    gone = make_segment(anna, number="SM-2")
    go_back(segment=gone, user=None)
    ((_counted, places),) = told(anna)
    assert [label for label, _url in places] == [
        "SM-1 Christmas letter",
        "SM-2 Christmas letter, an earlier step",
    ]


def test_an_entry_says_its_logged_segment_or_itself(anna):
    logged = make_logged_segment("SM-7")
    for _number in range(2):
        make_entry(anna, logged_segment=logged, segment_number="SM-7")
    call = make_entry(anna, description="Call")
    draft = make_entry(anna, description="", postponed=True, date=None)
    assert told(anna) == [
        (
            "interaction log entries: 4",
            [
                ("SM-7 Spring letter", logged.get_absolute_url()),
                ("A draft", draft.get_absolute_url()),
                ("Call, 2026-03-02", call.get_absolute_url()),
            ],
        )
    ]


def test_an_entry_of_a_company_counts_once(anna):
    make_entry(anna.company, company=anna.company)
    assert {counted for counted, _places in told(anna.company)} == {
        "people of the company: 1",
        "interaction log entries: 1",
    }


def test_a_letter_of_a_run_says_its_segment(anna):
    entry = make_entry(anna, description="Call")
    freeze_letter(entry)
    assert "letters of runs: 1 (SM-7)" in refused(anna)


def test_of_many_the_first_are_named_and_the_rest_counted(anna):
    for number in range(7):
        make_person(f"Person No{number}", company=anna.company)
    message = refused(anna.company)
    assert message.startswith(
        "Kaffe AS is still referred to. people of the company: 8 (C-000002 Anna Dahl, "
    )
    assert message.endswith(", 3 more).")
    assert Contact.objects.count() == 9


@pytest.mark.parametrize("many", [1, 12])
def test_as_many_queries_however_much_refers(anna, many, django_assert_max_num_queries):
    for _number in range(many):
        make_entry(anna, logged_segment=make_logged_segment(f"SM-9{_number}"))
        make_entry(anna, description="Call")
        make_segment(anna)
    with django_assert_max_num_queries(10):
        references(anna)


def test_the_page_links_to_each(anna, client):
    rights = ("contacts.view_contact", "contacts.delete_contact")
    client.force_login(make_user("maja", *rights))
    segment = make_segment(anna, number="SM-1")
    page = client.get(reverse("contacts:delete", args=[anna.pk])).content.decode()
    link = f'<a href="{segment.get_absolute_url()}">SM-1 Christmas letter</a>'
    assert link in page
    company = client.get(reverse("contacts:delete", args=[anna.company.pk]))
    told_so = "The people of a company are never deleted with it."
    assert told_so in company.content.decode()


def test_a_type_stays_once_something_was_said(anna):
    """contacts_interactions.md 1.6.1: cancelled and postponed entries too."""
    make_entry(anna, cancelled=True)
    make_entry(anna, postponed=True)
    anna.type, anna.company = "company", None
    with pytest.raises(ContactError, match="interaction log entries: 2"):
        save_contact(contact=anna, links={}, user=None, at=NOW)


def test_history_stays_with_a_person_who_changes_the_employer(anna):
    """Defect 2 of BC: there it moves to the company."""
    kaffe = anna.company
    make_entry(anna, company=kaffe)
    lone = make_person("Bo Lie")
    make_entry(lone)
    for person in (anna, lone):
        person.company = make_company("Te AS")
        save_contact(contact=person, links={}, user=None, at=NOW)
    entries = InteractionLogEntry.objects.order_by("pk")
    assert list(entries.values_list("contact", "company")) == [
        (anna.pk, kaffe.pk),
        (lone.pk, None),
    ]
