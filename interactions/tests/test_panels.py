"""What the card of a contact counts of what was said."""

import datetime
from decimal import Decimal

import pytest
from django.template.loader import render_to_string

from contacts.tests.factories import make_company, make_person
from interactions.panels import STATISTICS, statistics
from interactions.tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"))


def counted(contact):
    found = statistics(contact, None)["statistics"]
    return found["number"], found["cost"], found["duration"], found["last_contact"]


def day(number):
    return datetime.date(2026, 3, number)


def test_a_person_has_own_figures_and_a_company_those_of_its_people_too(anna):
    kaffe = anna.company
    make_entry(make_person("Bo Lie"), cost=99, date=day(30))
    make_entry(kaffe, company=kaffe, cost=Decimal("1.50"), duration=5, date=day(2))
    make_entry(anna, company=kaffe, cost=Decimal("2.25"), duration=10, date=day(1))
    assert counted(anna) == (1, Decimal("2.25"), 10, day(1))
    assert counted(kaffe) == (2, Decimal("3.75"), 15, day(2))


def test_what_was_said_stays_with_the_company_of_that_day(anna):
    kaffe = anna.company
    make_entry(anna, company=kaffe)
    anna.company = make_company("Te AS")
    anna.save()
    assert [counted(one)[0] for one in (anna, kaffe, anna.company)] == [1, 1, 0]


def test_cancelled_and_postponed_count_nowhere_and_failed_is_no_contact(anna):
    """Also the dates, where BC counts cancelled ones (contacts_interactions.md 11)."""
    make_entry(anna, date=day(1), cost=1, duration=1, initiated_by="us")
    make_entry(anna, date=day(2), cost=2, duration=2, initiated_by="them")
    make_entry(anna, date=day(3), cost=4, initiated_by="us", attempt_failed=True)
    make_entry(anna, date=day(4), cost=8, initiated_by="us", cancelled=True)
    make_entry(anna, date=day(5), cost=16, initiated_by="us", postponed=True)
    found = statistics(anna, None)["statistics"]
    assert found == {
        "number": 3,
        "cost": 7,
        "duration": 3,
        "last_contact": day(2),
        "last_attempt": day(3),
    }


@pytest.mark.parametrize("entries", [0, 30])
def test_the_figures_cost_one_query_and_one_for_the_currency(
    anna, entries, django_assert_num_queries
):
    for _number in range(entries):
        make_entry(anna, cost=1)
    with django_assert_num_queries(2):
        assert counted(anna)[:2] == (entries, entries)


def test_the_panel_says_the_figures_and_leads_to_the_entries(anna, rf):
    make_entry(anna, cost=Decimal("1234.5"), duration=61, date=day(2))
    html = render_to_string(STATISTICS.template, statistics(anna, None), rf.get("/"))
    for told in (
        f'href="/interactions/?contact={anna.number}">1</a>',
        "1,234.50 EUR",
        "61 minutes",
        "03/02/2026",
    ):
        assert told in html
