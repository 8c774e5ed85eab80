"""What a contact answers is written down, and the ratings follow at once."""

from datetime import UTC, date, datetime

import pytest

from contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactChange,
    ProfileAnswer,
    ProfileQuestionnaire,
)
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.errors import (
    ContactAnonymised,
    ContactChanged,
    ContactError,
    ContactGone,
)
from contacts.services.profiles.answer_questionnaire import answer_questionnaire
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import (
    give_points,
    make_question,
    make_questionnaire,
    make_rating,
    profile,
)

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 3, 2, 10, tzinfo=UTC)
TUESDAY = datetime(2026, 3, 3, 10, tzinfo=UTC)


@pytest.fixture
def ingrid():
    return make_person()


@pytest.fixture
def leads():
    leads = make_questionnaire("LEADQ")
    make_question(leads, "PROJECT", "CLEAR", "VAGUE")
    make_question(leads, "WANTS", "DESKS", "LAMPS", multiple_answers=True)
    rating = make_rating(leads, "TYPE", ("HOT", 100, None), ("COLD", None, 99))
    give_points(rating, {"PROJECT.CLEAR": 100})
    index = make_rating(leads, "INDEX", ("TOP", 1, None))
    give_points(index, {"TYPE.HOT": 1})
    return leads


def answer(contact, questionnaire, *paths, at=MONDAY, asked=(), **given):
    """Answer with `PROJECT.CLEAR` or `PROJECT.CLEAR=a remark`."""
    chosen = {}
    for path in paths:
        called, _, said = path.partition("=")
        question, code = called.split(".")
        found = ProfileAnswer.objects.get(question__code=question, code=code)
        chosen.setdefault(found.question_id, {})[found.pk] = said
    for question in asked:
        pk = questionnaire.questions.get(code=question).pk
        chosen.setdefault(pk, {})
    return answer_questionnaire(
        contact=contact,
        questionnaire=questionnaire,
        given=chosen,
        user=None,
        at=at,
        **given,
    )


def test_an_answer_counts_one_contact(ingrid, leads):
    """MProfiling.CreateContactProfileManually"""
    answer(ingrid, leads, "PROJECT.VAGUE=asks again in May")
    (link,) = ProfileAnswer.objects.get(code="VAGUE").links.all()
    assert (link.contact, link.value, link.last_updated) == (
        ingrid,
        "asks again in May",
        date(2026, 3, 2),
    )


def test_ratings_follow_at_once_also_those_of_ratings(ingrid, leads):
    answer(ingrid, leads, "PROJECT.CLEAR")
    assert profile(ingrid) == ["INDEX.TOP", "PROJECT.CLEAR", "TYPE.HOT"]
    answer(ingrid, leads, "PROJECT.VAGUE")
    assert profile(ingrid) == ["PROJECT.VAGUE", "TYPE.COLD"]
    assert profile(make_person("Bo Lie")) == []


def test_what_stays_keeps_its_date(ingrid, leads):
    answer(ingrid, leads, "WANTS.DESKS", "WANTS.LAMPS=floor lamps")
    answer(ingrid, leads, "WANTS.DESKS", "WANTS.LAMPS=table lamps", at=TUESDAY)
    links = ingrid.profile_answer_links.filter(answer__question__code="WANTS")
    assert list(
        links.order_by("answer__code").values_list(
            "answer__code", "value", "last_updated"
        )
    ) == [
        ("DESKS", "", date(2026, 3, 2)),
        ("LAMPS", "table lamps", date(2026, 3, 3)),
    ]


def test_answers_are_taken_back_and_the_rest_is_left_alone(ingrid, leads):
    answer(ingrid, leads, "PROJECT.CLEAR", "WANTS.DESKS")
    answer(ingrid, leads, asked=["WANTS"])
    assert profile(ingrid) == ["INDEX.TOP", "PROJECT.CLEAR", "TYPE.HOT"]


def test_taking_back_what_was_never_given_changes_nothing(ingrid, leads):
    """MProfiling.UncheckQuestionAfterQuestionBeSelectedOnQuestionnaire"""
    before = ingrid.version
    assert answer(ingrid, leads, asked=["PROJECT"]) is False
    ingrid.refresh_from_db()
    assert (ingrid.version, ContactChange.objects.count()) == (before, 0)


def test_the_audit_trail_says_what_was_answered(ingrid, leads, django_user_model):
    answer(ingrid, leads, "PROJECT.CLEAR")
    change = ContactChange.objects.get()
    assert (change.kind, change.values, change.at) == (
        "classified",
        {"profile_answers": [[], ["PROJECT CLEAR"]]},
        MONDAY,
    )
    ingrid.refresh_from_db()
    assert ingrid.updated_at == MONDAY


@pytest.mark.parametrize("consent", [True, False])
def test_minors_are_asked_nothing(leads, consent):
    minor = make_person(minor=True, parental_consent_received=consent)
    with pytest.raises(ContactError, match="Minors"):
        answer(minor, leads, "PROJECT.CLEAR")
    assert profile(minor) == []


def test_who_was_anonymised_is_asked_nothing(leads):
    gone = make_person()
    anonymise_contact(contact=gone, user=None, at=MONDAY, reason="Asked for it")
    with pytest.raises(ContactAnonymised):
        answer(gone, leads, "PROJECT.CLEAR")


def test_two_answers_to_a_question_that_takes_one(ingrid, leads):
    with pytest.raises(ContactError, match="takes one answer"):
        answer(ingrid, leads, "PROJECT.CLEAR", "PROJECT.VAGUE")
    assert profile(ingrid) == []


def test_nobody_answers_for_a_rating(ingrid, leads):
    with pytest.raises(ContactError, match="changed meanwhile"):
        answer(ingrid, leads, "TYPE.HOT")


def test_an_answer_of_another_questionnaire(ingrid, leads):
    other = make_questionnaire("OTHER")
    make_question(other, "Q", "A")
    with pytest.raises(ContactError, match="changed meanwhile"):
        answer(ingrid, leads, "Q.A")


def test_somebody_changed_the_contact_meanwhile(ingrid, leads):
    seen = ingrid.version
    Contact.objects.update(updated_at=TUESDAY)
    with pytest.raises(ContactChanged):
        answer(ingrid, leads, "PROJECT.CLEAR", seen=seen)
    Contact.objects.all().delete()
    with pytest.raises(ContactGone):
        answer(ingrid, leads, "PROJECT.CLEAR")


class TestWhichQuestionnaires:
    """contacts_interactions.md 2.7.1"""

    def codes(self, contact):
        found = ProfileQuestionnaire.objects.for_contact(contact)
        return sorted(found.values_list("code", flat=True))

    def test_by_type_and_by_the_relation_of_the_company_or_the_own(self):
        customer = BusinessRelation.objects.create(code="CUSTOMER")
        make_questionnaire("ALL")
        make_questionnaire("FIRMS", contact_type="company")
        make_questionnaire("PEOPLE", contact_type="person")
        make_questionnaire("CUSTOMERS", business_relation=customer)
        company, other = make_company(), make_company("Bergen Bakeri AS")
        employee, alone = make_person(company=company), make_person("Bo Lie")
        for contact in (company, alone):
            ContactBusinessRelation.objects.create(
                contact=contact, business_relation=customer
            )
        assert self.codes(company) == ["ALL", "CUSTOMERS", "FIRMS"]
        assert self.codes(other) == ["ALL", "FIRMS"]
        assert self.codes(employee) == ["ALL", "CUSTOMERS", "PEOPLE"]
        assert self.codes(alone) == ["ALL", "CUSTOMERS", "PEOPLE"]

    def test_what_was_answered_once_stays_in_reach(self, ingrid, leads):
        answer(ingrid, leads, "PROJECT.CLEAR")
        ProfileQuestionnaire.objects.update(contact_type="company")
        assert self.codes(ingrid) == ["LEADQ"]
        assert self.codes(make_person("Bo Lie")) == []
        with pytest.raises(ContactError, match="not for this contact"):
            answer(make_person("Dag Bu"), leads, "PROJECT.CLEAR")
