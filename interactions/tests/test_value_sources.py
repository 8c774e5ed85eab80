"""Contacts are classified by what was said to them."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contacts.models import ContactProfileAnswer, ProfileQuestionnaire
from contacts.services.profiles.classify import classify_contacts
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import make_question, make_questionnaire, profile
from interactions.models import InteractionLogEntry
from interactions.tests.factories import make_entry, make_template

TODAY = date(2026, 3, 2)
LAST_YEAR = {"period": "last_year"}


def classify():
    *_before, last = classify_contacts(on=TODAY)
    return last


def ask(source, *answers, **values):
    values = LAST_YEAR | {"source": source, "method": "defined_value"} | values
    return make_question(make_questionnaire("LOG"), "Q", *answers, **values)


@pytest.mark.django_db
class TestFigures:
    def test_what_was_cancelled_postponed_or_outside_does_not_count(self):
        ask("interaction_quantity", ("NONE", None, 0), ("TWO", 2, 2), ("MORE", 3, None))
        anna, bo = make_person("Anna Dahl"), make_person("Bo Lie")
        for day in (date(2025, 1, 1), date(2025, 12, 31)):
            make_entry(anna, date=day)
        for day in (date(2024, 12, 31), date(2026, 1, 1)):
            make_entry(anna, date=day)
        make_entry(anna, date=date(2025, 6, 1), cancelled=True)
        make_entry(anna, date=date(2025, 6, 1), postponed=True)
        classify()
        assert (profile(anna), profile(bo)) == (["Q.TWO"], ["Q.NONE"])

    def test_a_company_has_its_own_entries_and_those_of_its_people(self):
        ask("interaction_quantity", ("ONE", 1, 1), ("THREE", 3, 3))
        company = make_company()
        anna = make_person("Anna Dahl", company=company)
        make_entry(company, company=company, date=date(2025, 5, 1))
        make_entry(anna, company=company, date=date(2025, 5, 1))
        gone = make_person("Bo Lie")  # worked there that day
        make_entry(gone, company=company, date=date(2025, 5, 1))
        classify()
        assert [profile(each) for each in (company, anna, gone)] == [
            ["Q.THREE"],
            ["Q.ONE"],
            ["Q.ONE"],
        ]

    def test_frequency_is_per_year(self):
        ask(
            "interaction_frequency",
            ("OFTEN", "36.5", "36.5"),
            ("NEVER", 0, 0),
            period="last_days",
            period_days=10,
            decimals=1,
        )
        anna, bo = make_person("Anna Dahl"), make_person("Bo Lie")
        make_entry(anna, date=TODAY)
        make_entry(bo, date=TODAY - timedelta(days=10))
        classify()
        assert (profile(anna), profile(bo)) == (["Q.OFTEN"], ["Q.NEVER"])

    @pytest.mark.parametrize(
        ("source", "column"),
        [("interaction_cost", "cost"), ("interaction_duration", "duration")],
    )
    def test_an_average_of_nothing_is_none(self, source, column):
        ask(source, ("FREE", 0, 0), ("HALF", "7.5", "7.5"), decimals=1)
        anna, bo, cecilie = map(make_person, ("Anna Dahl", "Bo Lie", "Cecilie Moe"))
        for value in (5, 10):
            make_entry(anna, date=date(2025, 5, 1), **{column: value})
        make_entry(bo, date=date(2025, 5, 1))
        classify()
        assert [profile(each) for each in (anna, bo, cecilie)] == [
            ["Q.HALF"],
            ["Q.FREE"],
            [],
        ]


def twin(entries, question, contacts):
    """What every contact gets, worked out one by one."""
    numerators, counts = defaultdict(Fraction), defaultdict(int)
    for entry in entries:
        for pk in {entry.contact_id, entry.company_id} - {None}:
            counts[pk] += 1
            numerators[pk] += {
                "interaction_quantity": Fraction(1),
                "interaction_frequency": Fraction(1),
                "interaction_cost": Fraction(entry.cost),
                "interaction_duration": Fraction(entry.duration),
            }[question.source]
    figures = {}
    for pk in contacts:
        if question.source == "interaction_quantity":
            figures[pk] = numerators[pk]
        elif question.source == "interaction_frequency":
            figures[pk] = numerators[pk] * 365 / 365
        elif counts[pk]:
            figures[pk] = numerators[pk] / counts[pk]
    if question.method != "defined_value":
        figures = {pk: rounded(figure, 4) for pk, figure in figures.items()}
    if question.method == "percentage_of_value":
        total = sum(figures.values())
        figures = {pk: 100 * one / total for pk, one in figures.items() if total}
    elif question.method == "percentage_of_contacts":
        up = question.sorting == "ascending"
        figures = {
            pk: Fraction(
                100 * sum(o <= one if up else o >= one for o in figures.values()),
                len(figures),
            )
            for pk, one in figures.items()
        }
    return {
        (pk, answer.code)
        for pk, figure in figures.items()
        for answer in question.answers.all()
        if holds(answer, rounded(figure, question.decimals))
    }


def rounded(figure, decimals):
    scaled = figure * Fraction(10) ** decimals
    half_up = int(abs(scaled) + Fraction(1, 2)) * (1 if scaled >= 0 else -1)
    return Fraction(half_up) / Fraction(10) ** decimals


def holds(answer, figure):
    low, high = answer.from_value, answer.to_value
    if low is None and high is None:
        return False
    return (low is None or figure >= low) and (high is None or figure <= high)


BOUND = st.none() | st.integers(-2, 120) | st.sampled_from(["0.5", "33.33", "7.25"])
ENTRY = st.tuples(
    st.integers(0, 4),
    st.decimals(0, 20, places=2),
    st.integers(0, 40),
    st.sampled_from(["counted", "cancelled", "postponed", "outside"]),
)


class TestTheTwin(TestCase):
    """Worked out one by one in Python the answers are the same."""

    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(
        entries=st.lists(ENTRY, max_size=12),
        source=st.sampled_from(["quantity", "frequency", "cost", "duration"]),
        method=st.sampled_from(
            ["defined_value", "percentage_of_value", "percentage_of_contacts"]
        ),
        sorting=st.sampled_from(["ascending", "descending"]),
        decimals=st.integers(-2, 4),
        bounds=st.lists(st.tuples(BOUND, BOUND), min_size=1, max_size=3),
    )
    def test_figures(self, entries, source, method, sorting, decimals, bounds):
        company = make_company()
        contacts = [company, *(make_person(company=company) for _ in range(2))]
        contacts += [make_person(), make_company("Bergen Bakeri AS")]
        template = make_template()
        for who, cost, duration, what in entries:
            make_entry(
                contacts[who],
                template=template,
                company_id=contacts[who].organisation_id,
                date=date(2024 if what == "outside" else 2025, 6, 1),
                cost=cost,
                duration=duration,
                cancelled=what == "cancelled",
                postponed=what == "postponed",
            )
        ordered = [
            (f"A{place}", low, high)
            for place, (low, high) in enumerate(bounds)
            if low is None or high is None or Decimal(low) <= Decimal(high)
        ]
        question = ask(
            f"interaction_{source}",
            *ordered,
            method=method,
            sorting=sorting if method == "percentage_of_contacts" else "",
            decimals=decimals,
            multiple_answers=True,
        )
        classify()
        counted = InteractionLogEntry.objects.counted().filter(date__year=2025)
        found = ContactProfileAnswer.objects.values_list("contact_id", "answer__code")
        assert set(found) == twin(counted, question, [one.pk for one in contacts])
        assert ProfileQuestionnaire.objects.count() == 1
