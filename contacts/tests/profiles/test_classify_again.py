"""Contacts are classified once more: only what differs is written."""

from datetime import date

import pytest

from contacts.models import ContactChange, ContactProfileAnswer, ProfileAnswer
from contacts.services.profiles.classify import classify_contacts
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import (
    give_points,
    make_question,
    make_questionnaire,
    make_rating,
)

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def firms():
    """Two classified companies, of one and of two persons, the larger rated HOT."""
    leads = make_questionnaire("LEADQ", contact_type="company")
    make_question(
        leads,
        "SIZE",
        ("ONE", 0, 1),
        ("TWO", 2, 2),
        source="people",
        method="defined_value",
    )
    rating = make_rating(leads, "TYPE", ("HOT", 1, None), ("COLD", None, "0.9"))
    give_points(rating, {"SIZE.TWO": 1})
    small, large = make_company("Small AS"), make_company("Large AS")
    for company, people in ((small, 1), (large, 2)):
        for number in range(people):
            make_person(f"Person {number}", company=company)
    assert classify(MONDAY) == 4
    return small, large


def classify(on) -> int:
    *_before, last = classify_contacts(on=on)
    return last.answers


def stored() -> set[tuple]:
    return set(ContactProfileAnswer.objects.values_list())


def told() -> set[tuple]:
    return set(
        ContactProfileAnswer.objects.values_list(
            "contact__name", "answer__code", "value", "last_updated", "answered_percent"
        )
    )


def test_nothing_is_written_where_nothing_changed(firms):
    rows, changes = stored(), ContactChange.objects.count()
    assert classify(TUESDAY) == 0
    assert stored() == rows
    assert ContactChange.objects.count() == changes


def test_who_is_in_another_range_gets_the_other_answer_and_nobody_else(firms):
    small, large = firms
    kept = {row for row in stored() if large.pk in row[1:2]}
    make_person("Ann Ask", company=small)

    assert classify(TUESDAY) == 2

    assert kept <= stored()
    assert told() == {
        ("Small AS", "TWO", "", TUESDAY, None),
        ("Small AS", "HOT", "", TUESDAY, 100),
        ("Large AS", "TWO", "", MONDAY, None),
        ("Large AS", "HOT", "", MONDAY, 100),
    }


def test_who_is_in_no_range_any_more_has_no_answer(firms):
    _small, large = firms
    make_person("Ann Ask", company=large)

    # The rating of nothing answered is that of nobody who answered more.
    assert classify(TUESDAY) == 1

    assert told() == {
        ("Small AS", "ONE", "", MONDAY, None),
        ("Small AS", "COLD", "", MONDAY, 100),
        ("Large AS", "COLD", "", TUESDAY, 0),
    }


def test_a_rating_takes_the_date_of_the_oldest_answer_as_it_is_now(firms):
    ContactProfileAnswer.objects.filter(answer__code="ONE").update(
        last_updated=date(2026, 1, 5)
    )

    assert classify(TUESDAY) == 1

    rated = ContactProfileAnswer.objects.get(answer__code="COLD")
    assert rated.last_updated == date(2026, 1, 5)


def test_a_remark_from_when_people_answered_goes(firms):
    small, _large = firms
    answer = ProfileAnswer.objects.get(code="ONE")
    small.profile_answer_links.filter(answer=answer).update(value="Said so")

    assert classify(TUESDAY) == 2

    assert ("Small AS", "ONE", "", TUESDAY, None) in told()
