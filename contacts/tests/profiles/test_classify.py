"""Contacts are classified by the figures that the register has of them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import connection, transaction

from contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactProfileAnswer,
    ProfileAnswer,
    RatingPoints,
)
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.profiles.classify import classify_contacts
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import (
    give_points,
    make_question,
    make_questionnaire,
    make_rating,
    profile,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
PEOPLE = {"source": "people", "method": "defined_value"}


def classify(**asked):
    *_before, last = classify_contacts(on=TODAY, **asked)
    return last


def company_of(people, name="Fjordheim Kaffe AS"):
    company = make_company(name)
    for number in range(people):
        make_person(f"Person {name} {number}", company=company)
    return company


def test_companies_are_classified_by_how_many_people_they_have():
    firm = make_questionnaire("FIRM", contact_type="company")
    make_question(
        firm, "SIZE", ("NONE", 0, 0), ("FEW", 1, 2), ("MANY", 3, None), **PEOPLE
    )
    nobody, two, five = (company_of(n, f"Firm {n}") for n in (0, 2, 5))

    done = classify()

    assert [profile(each) for each in (nobody, two, five)] == [
        ["SIZE.NONE"],
        ["SIZE.FEW"],
        ["SIZE.MANY"],
    ]
    assert (done.total, done.done, done.answers, done.left_out) == (1, 1, 3, ())
    link = two.profile_answer_links.get()
    assert (link.last_updated, link.value, link.answered_percent) == (TODAY, "", None)


def test_days_in_the_register_are_counted_from_day_to_day():
    age = make_questionnaire("AGE")
    make_question(
        age,
        "AGE",
        ("TODAY", None, 0),
        ("YESTERDAY", 1, 1),
        ("OLD", 365, None),
        source="days_in_register",
        method="defined_value",
    )
    late = datetime(2026, 3, 1, 22, 59, tzinfo=UTC)  # 23:59 in Oslo
    old = datetime(2025, 3, 1, 23, 30, tzinfo=UTC)  # 2 March there
    today, yesterday, last_year = (
        make_person(name, created_at=at)
        for name, at in (
            ("Anna Dahl", datetime(2026, 3, 1, 23, 0, tzinfo=UTC)),
            ("Bo Lie", late),
            ("Cecilie Moe", old),
        )
    )
    classify()
    assert [profile(each) for each in (today, yesterday, last_year)] == [
        ["AGE.TODAY"],
        ["AGE.YESTERDAY"],
        ["AGE.OLD"],
    ]


def test_how_complete_a_card_is():
    data = make_questionnaire("DATA")
    make_question(
        data,
        "CARD",
        ("LITTLE", None, "11.1"),
        ("MORE", "33.3", "33.3"),
        source="completeness",
        method="defined_value",
        decimals=1,
    )
    little = make_person("Anna Dahl")
    more = make_person("Bo Lie", city="Oslo", email="bo@example.com")
    classify()
    assert [profile(each) for each in (little, more)] == [
        ["CARD.LITTLE"],
        ["CARD.MORE"],
    ]


def test_percentage_of_value_is_the_own_share():
    """MProfiling.QuestionnairesClassificationMethodPercentageOfValue"""
    firm = make_questionnaire("FIRM")
    make_question(
        firm,
        "SHARE",
        ("SMALL", 0, 20),
        ("MIDDLE", 21, 40),
        ("LARGE", 41, 100),
        source="people",
        method="percentage_of_value",
    )
    one, two, three = (company_of(n, f"Firm {n}") for n in (1, 2, 3))
    classify()
    assert [profile(each) for each in (one, two, three)] == [
        ["SHARE.SMALL"],
        ["SHARE.MIDDLE"],
        ["SHARE.LARGE"],
    ]


def test_of_nothing_there_are_no_shares():
    firm = make_questionnaire("FIRM")
    make_question(
        firm, "SHARE", ("ALL", 0, 100), source="people", method="percentage_of_value"
    )
    make_company()
    assert classify().answers == 0


@pytest.mark.parametrize(("sorting", "top"), [("descending", {5}), ("ascending", {0})])
def test_percentage_of_contacts_is_the_place_among_them(sorting, top):
    firm = make_questionnaire("FIRM")
    make_question(
        firm,
        "PLACE",
        ("TOP", None, 25),
        ("REST", 26, None),
        source="people",
        method="percentage_of_contacts",
        sorting=sorting,
    )
    companies = {n: company_of(n, f"Firm {n}") for n in (0, 1, 2, 5)}
    classify()
    places = {n: profile(each) for n, each in companies.items()}
    assert {n for n, found in places.items() if found == ["PLACE.TOP"]} == top
    assert {n for n, found in places.items() if found == ["PLACE.REST"]} == {
        0,
        1,
        2,
        5,
    } - top


def test_equals_share_their_last_place_so_a_quarter_holds_no_more_than_a_quarter():
    firm = make_questionnaire("FIRM")
    make_question(
        firm,
        "PLACE",
        ("TOP", None, 25),
        ("HALF", 26, 50),
        ("REST", 51, None),
        source="people",
        method="percentage_of_contacts",
        sorting="descending",
    )
    first, second, *others = (
        company_of(n, f"Firm {place}") for place, n in enumerate((2, 2, 1, 0))
    )
    classify()
    assert profile(first) == profile(second) == ["PLACE.HALF"]
    assert [profile(other) for other in others] == [["PLACE.REST"]] * 2


def test_figures_are_rounded_away_from_zero_before_they_are_compared():
    data = make_questionnaire("DATA")
    make_question(
        data,
        "CARD",
        ("TENS", 10, 10),
        source="completeness",
        method="defined_value",
        decimals=-1,
    )
    person = make_person("Anna Dahl")  # 11.11 %
    classify()
    assert profile(person) == ["CARD.TENS"]


def test_only_those_asked_are_classified_and_never_minors():
    customer = BusinessRelation.objects.create(code="CUSTOMER")
    people = make_questionnaire(
        "PERSON", contact_type="person", business_relation=customer
    )
    make_question(
        people,
        "CARD",
        ("ANY", 0, None),
        source="completeness",
        method="defined_value",
    )
    company = make_company()
    ContactBusinessRelation.objects.create(contact=company, business_relation=customer)
    through, own, without, minor = (
        make_person("Anna Dahl", company=company),
        make_person("Bo Lie"),
        make_person("Cecilie Moe"),
        make_person(
            "Dag Bu", company=company, minor=True, parental_consent_received=True
        ),
    )
    ContactBusinessRelation.objects.create(contact=own, business_relation=customer)
    done = classify()
    found = {each: profile(each) for each in (company, through, own, without, minor)}
    assert [each for each, answers in found.items() if answers] == [through, own]
    assert done.minors == 1


def test_who_became_a_minor_loses_what_the_figures_said():
    data = make_questionnaire("DATA")
    make_question(
        data, "CARD", ("ANY", 0, None), source="completeness", method="defined_value"
    )
    person = make_person()
    classify()
    assert profile(person) == ["CARD.ANY"]
    Contact.objects.update(minor=True)
    classify()
    assert profile(person) == []


def test_nothing_is_said_again_of_who_was_anonymised():
    data = make_questionnaire("DATA")
    make_question(
        data, "CARD", ("ANY", 0, None), source="completeness", method="defined_value"
    )
    person = make_person()
    at = datetime(2026, 3, 1, tzinfo=UTC)
    anonymise_contact(contact=person, user=None, at=at, reason="Asked for it")
    classify()
    assert profile(person) == []


class TestRatings:
    @pytest.fixture
    def leads(self):
        leads = make_questionnaire("LEADQ")
        make_question(leads, "PROJECT", "CLEAR", "VAGUE")
        make_question(leads, "FIT", "GOOD", "BAD")
        return leads

    def answer(self, contact, path, on=TODAY):
        question, answer = path.split(".")
        ContactProfileAnswer.objects.create(
            contact=contact,
            answer=ProfileAnswer.objects.get(question__code=question, code=answer),
            last_updated=on,
        )

    def test_points_are_decimals_and_the_date_that_of_the_oldest_answer(self, leads):
        rating = make_rating(
            leads,
            "TYPE",
            ("HOT", "1.5", None),
            ("COLD", None, "1.4"),
            min_answered=75,
            decimals=1,
        )
        give_points(
            rating,
            {"PROJECT.CLEAR": "0.7", "FIT.GOOD": "0.8", "FIT.BAD": "-100"},
        )
        hot, cold, half, unscored = map(
            make_person, ("Anna Dahl", "Bo Lie", "Cecilie Moe", "Dag Bu")
        )
        self.answer(hot, "PROJECT.CLEAR", date(2026, 1, 5))
        self.answer(hot, "FIT.GOOD", date(2026, 2, 5))
        self.answer(cold, "PROJECT.CLEAR")
        self.answer(cold, "FIT.BAD")
        self.answer(half, "PROJECT.CLEAR")
        self.answer(unscored, "PROJECT.VAGUE")
        self.answer(unscored, "FIT.GOOD")

        classify()

        assert profile(hot) == ["FIT.GOOD", "PROJECT.CLEAR", "TYPE.HOT"]
        assert profile(cold)[-1] == profile(unscored)[-1] == "TYPE.COLD"
        assert profile(half) == ["PROJECT.CLEAR"]
        link = hot.profile_answer_links.get(answer__code="HOT")
        assert (link.last_updated, link.answered_percent) == (date(2026, 1, 5), 100)

    def test_a_rating_of_a_rating_comes_after_it(self, leads):
        index = make_rating(leads, "INDEX", ("A", 60, None), position=1)
        rating = make_rating(leads, "TYPE", ("HOT", 200, None), position=9)
        give_points(rating, {"PROJECT.CLEAR": 200})
        give_points(index, {"TYPE.HOT": 60})
        person = make_person()
        self.answer(person, "PROJECT.CLEAR")
        classify()
        assert profile(person) == ["INDEX.A", "PROJECT.CLEAR", "TYPE.HOT"]

    def test_a_rating_that_depends_on_itself_is_left_out_and_said(self, leads):
        one = make_rating(leads, "ONE", ("A", 1, None))
        two = make_rating(leads, "TWO", ("B", 1, None))
        sound = make_rating(leads, "SOUND", ("C", None, 0))
        give_points(one, {"TWO.B": 1})
        give_points(two, {"ONE.A": 1})
        person = make_person()
        done = classify()
        assert profile(person) == ["SOUND.C"]
        assert {finding.question for finding in done.left_out} == {one, two}
        assert sound not in {finding.question for finding in done.left_out}
        assert "LEADQ ONE → LEADQ TWO → LEADQ ONE" in {
            finding.said.removeprefix("This rating depends on itself: ").rstrip(".")
            for finding in done.left_out
        }

    @pytest.mark.parametrize("filtered", [True, False])
    def test_a_rating_without_points_is_0_for_everybody(self, filtered):
        """MProfiling.CreateQuestionnairesWithRating, .CreateQuestionnairesWithNoFilter

        Ratings are computed whichever questionnaire is asked for.
        """
        people = make_questionnaire("PEOPLE", contact_type="person")
        question = make_rating(people, "LEVEL", ("LOW", None, 7))
        anna, firm = make_person("Anna Dahl"), make_company()
        classify(questionnaire=people if filtered else make_questionnaire("OTHER"))
        (answer,) = question.answers.all()
        assert (profile(anna), profile(firm)) == (["LEVEL.LOW"], [])
        assert answer.links.count() == ContactProfileAnswer.objects.count() == 1
        assert answer.links.get().last_updated == TODAY

    def test_a_whole_questionnaire_goes_with_its_points(self, leads):
        rating = make_rating(leads, "TYPE", ("HOT", 200, None))
        give_points(rating, {"PROJECT.CLEAR": 200})
        leads.delete()
        assert not RatingPoints.objects.exists()


def test_what_is_set_up_wrongly_is_left_out_and_keeps_its_answers():
    firm = make_questionnaire("FIRM")
    size = make_question(firm, "SIZE", ("ANY", 0, None), **PEOPLE)
    company = make_company()
    classify()
    size.answers.create(code="SOME", position=2, from_value=1, to_value=5)
    done = classify()
    assert profile(company) == ["SIZE.ANY"]
    assert [finding.said for finding in done.left_out] == [
        "The ranges of ANY and SOME overlap."
    ]
    assert (done.total, done.answers) == (0, 0)


def test_a_question_done_before_is_skipped():
    firm = make_questionnaire("FIRM")
    done, todo = (
        make_question(firm, code, ("ANY", 0, None), **PEOPLE) for code in "AB"
    )
    company = make_company()
    before, after = classify_contacts(on=TODAY, skip=[done.pk])
    assert (before.done, after.done, after.total) == (1, 2, 2)
    assert profile(company) == ["B.ANY"]
    assert after.question == todo


def test_the_number_of_queries_does_not_depend_on_the_contacts(
    django_assert_num_queries,
):
    leads = make_questionnaire("LEADQ")
    make_question(leads, "SIZE", ("ANY", 0, None), **PEOPLE)
    rating = make_rating(leads, "TYPE", ("ANY", None, None), ("HOT", 1, None))
    give_points(rating, {"SIZE.ANY": Decimal("1.5")})
    company_of(2, "Small")
    asked = 4 + 2 * 5  # the plan; a savepoint, a lock, who has it no more, who gets it
    if connection.vendor == "postgresql":
        asked += 2 * 1  # these two at once; the constraints, now and then later again
    with transaction.atomic(), django_assert_num_queries(asked):
        classify()
    for number in range(20):
        company_of(3, f"Large {number}")
    with transaction.atomic(), django_assert_num_queries(asked):
        classify()
    assert ContactProfileAnswer.objects.count() == 2 * 21
