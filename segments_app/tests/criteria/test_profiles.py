"""What figures and points say of contacts is asked like any other answer."""

import datetime

import pytest

from contacts.models import ContactProfileAnswer, ProfileAnswer
from contacts.services.profiles.classify import classify_contacts
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import (
    give_points,
    make_question,
    make_questionnaire,
    make_rating,
)
from segments_app.tests.criteria.asking import found, has, where

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 3, 2)


@pytest.fixture
def classified():
    """A company of two people with a project, and one of nobody without."""
    leads = make_questionnaire("LEADQ", contact_type="company")
    make_question(
        leads,
        "SIZE",
        ("NONE", None, 0),
        ("SOME", 1, None),
        source="people",
        method="defined_value",
    )
    make_question(leads, "PROJECT", "CLEAR", "VAGUE")
    rating = make_rating(leads, "TYPE", ("HOT", 150, None), ("COLD", None, 149))
    give_points(rating, {"SIZE.SOME": 100, "PROJECT.CLEAR": "50.5"})
    kaffe, bakeri = make_company("Kaffe AS"), make_company("Bakeri AS")
    for number in range(2):
        make_person(f"Person {number}", company=kaffe)
    ContactProfileAnswer.objects.create(
        contact=kaffe,
        answer=ProfileAnswer.objects.get(code="CLEAR"),
        last_updated=datetime.date(2026, 1, 5),
    )
    list(classify_contacts(on=TODAY))
    return kaffe, bakeri


def answered(question, answer):
    return has(
        "profile_answer",
        {
            "all": [
                where("questionnaire", "is", "LEADQ"),
                where("question", "is", question),
                where("answer", "is", answer),
            ]
        },
    )


def test_an_automatic_answer_and_a_rating_are_found(classified):
    assert found(answered("SIZE", "SOME")) == ["Kaffe AS"]
    assert found(answered("SIZE", "NONE")) == ["Bakeri AS"]
    assert found(answered("TYPE", "HOT")) == ["Kaffe AS"]
    assert found(answered("TYPE", "COLD")) == ["Bakeri AS"]


def test_a_rating_is_as_old_as_the_oldest_answer_behind_it(classified):
    old = where("last_updated", "before", "2026-02-01")
    asked = {"all": [where("answer", "is", "HOT"), old]}
    assert found(has("profile_answer", asked)) == ["Kaffe AS"]
