"""What the card of a contact says of what was said."""

import datetime

import pytest
from django.template.loader import render_to_string

from contacts.tests.factories import make_company, make_person
from interactions.panels import LATEST_INTERACTIONS, latest_interactions
from interactions.tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"))


def latest(contact):
    entries = latest_interactions(contact, None)["entries"]
    return [entry.description for entry in entries]


def test_a_person_has_own_entries_and_a_company_those_of_its_people_too(anna):
    kaffe = anna.company
    make_entry(make_person("Bo Lie"), description="To somebody else")
    make_entry(kaffe, company=kaffe, description="To the company")
    make_entry(
        anna, company=kaffe, description="To Anna", date=datetime.date(2026, 5, 1)
    )
    assert latest(anna) == ["To Anna"]
    assert latest(kaffe) == ["To Anna", "To the company"]


def test_what_was_said_stays_with_the_company_of_that_day(anna):
    kaffe = anna.company
    make_entry(anna, company=kaffe, description="Before she left")
    anna.company = make_company("Te AS")
    anna.save()
    assert latest(kaffe) == ["Before she left"]
    assert latest(anna.company) == []


def test_drafts_are_left_out_and_ten_are_enough_in_one_query(
    anna, django_assert_num_queries
):
    make_entry(anna, postponed=True, description="Draft")
    for number in range(11):
        make_entry(anna, description=f"Letter {number}")
    with django_assert_num_queries(1):
        assert latest(anna) == [f"Letter {number}" for number in range(10, 0, -1)]


def test_the_panel_links_to_the_entries_and_to_all_of_them(anna, rf):
    entry = make_entry(anna, cancelled=True)
    html = render_to_string(
        LATEST_INTERACTIONS.template, latest_interactions(anna, None), rf.get("/")
    )
    assert f'href="{entry.get_absolute_url()}"' in html
    assert f'href="/interactions/?contact={anna.number}"' in html
    assert "Cancelled" in html
