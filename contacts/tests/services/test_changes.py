"""The audit trail: who, when, what; one contact, or many at once."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from contacts.choices import ChangeKind
from contacts.models import Contact, ContactChange, MailingGroup, Salesperson
from contacts.services.changes import (
    codes_changed,
    differences,
    record_change,
    record_changes,
)
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_what_differs_is_told_by_names_and_codes():
    company = make_company(city="Oslo")
    before = Contact.objects.get()
    company.city = "Bergen"
    company.salesperson = Salesperson.objects.create(code="JO", name="Jo Berg")
    company.privacy_blocked = True
    company.updated_at = NOW

    assert differences(before, company) == {
        "city": ["Oslo", "Bergen"],
        "salesperson": ["", "JO"],
        "privacy_blocked": [False, True],
    }


def test_of_a_new_contact_what_it_has_is_told():
    told = differences(None, make_person("Kari Nes", country="NO"))

    assert told == {
        "number": ["", "C-000001"],
        "type": ["", "person"],
        "name": ["", "Kari Nes"],
        "first_name": ["", "Kari"],
        "surname": ["", "Nes"],
        "country": ["", "NO"],
    }


def test_a_set_of_groups_is_told_by_codes():
    news, card = (MailingGroup.objects.create(code=code) for code in ("NEWS", "CARD"))

    changed = codes_changed("mailing_groups", [news], [news, card])

    assert changed == {"mailing_groups": [["NEWS"], ["CARD", "NEWS"]]}
    assert codes_changed("mailing_groups", [news, card], [card, news]) == {}


def test_what_changed_nothing_is_not_written():
    company = make_company()

    record_change(
        contact=company, kind=ChangeKind.CHANGED, values={}, user=None, at=NOW
    )

    assert not ContactChange.objects.exists()


def test_the_trail_of_a_deleted_contact_keeps_its_number():
    company = make_company()
    user = User.objects.create(username="kari")
    values = {"city": ["Oslo", "Bergen"]}

    record_change(
        contact=company, kind=ChangeKind.CHANGED, values=values, user=user, at=NOW
    )
    company.delete()

    (change,) = ContactChange.objects.all()
    assert (change.contact, change.number) == (None, "C-000001")
    assert (change.user, change.at, change.values) == (user, NOW, values)


@pytest.mark.parametrize("people", [2, 200])
def test_one_statement_writes_the_change_of_many(people, django_assert_num_queries):
    for number in range(people):
        make_person(f"Kari Nes{number}")
    values = {"phone": ["22 00 00 00", "+47 22 00 00 01"]}

    with django_assert_num_queries(1):
        written = record_changes(
            contacts=Contact.objects.all(),
            kind=ChangeKind.INHERITED,
            values=values,
            user=None,
            at=NOW,
        )

    assert written == people
    stored = ContactChange.objects.order_by("number").values_list("number", "values")
    numbers = Contact.objects.order_by("number").values_list("number", flat=True)
    assert list(stored) == [(number, values) for number in numbers]
