"""Ratings worked out one by one in Python are the same."""

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from contacts.models import ContactProfileAnswer, ProfileAnswer, RatingPoints
from contacts.services.profiles.classify import classify_contacts
from contacts.tests.factories import make_person
from contacts.tests.questionnaires import (
    make_question,
    make_questionnaire,
    make_rating,
)

TODAY = date(2026, 3, 2)
QUESTIONS, ANSWERS, CONTACTS = 3, 2, 3
PLACE = st.tuples(st.integers(0, QUESTIONS - 1), st.integers(0, ANSWERS - 1))
POINTS = st.decimals(-300, 300, places=4).filter(bool)


def percent(part, whole):
    share = Decimal(100 * part) / whole if whole else Decimal(0)
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def twin(rating, contact):
    """The answer of one contact: its code, its date, and how much was answered."""
    given = {row.answer_id: row.points for row in rating.points.all()}
    behind = {row.answer.question_id for row in rating.points.all()}
    links = [
        link
        for link in contact.profile_answer_links.select_related("answer")
        if link.answer.question_id in behind
    ]
    answered = len({link.answer.question_id for link in links})
    if answered * 100 < rating.min_answered * max(len(behind), 1):
        return None
    total = sum((given.get(link.answer_id, Decimal(0)) for link in links), Decimal(0))
    step = Decimal(1).scaleb(-rating.decimals)
    value = (total / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step
    code = "HIGH" if value >= 100 else "MIDDLE" if 0 <= value <= 50 else None
    oldest = min((link.last_updated for link in links), default=TODAY)
    return code and (contact.pk, code, oldest, percent(answered, len(behind)))


class TestTheTwin(TestCase):
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
    )
    @given(
        points=st.dictionaries(PLACE, POINTS, max_size=QUESTIONS * ANSWERS),
        answers=st.dictionaries(
            st.tuples(st.integers(0, CONTACTS - 1), PLACE),
            st.integers(0, 500),
            max_size=10,
        ),
        min_answered=st.integers(0, 100),
        decimals=st.integers(-2, 4),
    )
    def test_ratings(self, points, answers, min_answered, decimals):
        leads = make_questionnaire()
        for number in range(QUESTIONS):
            codes = [f"A{place}" for place in range(ANSWERS)]
            make_question(leads, f"Q{number}", *codes, multiple_answers=True)
        stored = {
            (int(answer.question.code[1]), int(answer.code[1])): answer
            for answer in ProfileAnswer.objects.select_related("question")
        }
        rating = make_rating(
            leads,
            "TYPE",
            ("HIGH", 100, None),
            ("MIDDLE", 0, 50),
            min_answered=min_answered,
            decimals=decimals,
        )
        for place, number in points.items():
            RatingPoints.objects.create(
                rating=rating, answer=stored[place], points=number
            )
        contacts = [make_person() for _number in range(CONTACTS)]
        for (who, place), days in answers.items():
            ContactProfileAnswer.objects.create(
                contact=contacts[who],
                answer=stored[place],
                last_updated=TODAY - timedelta(days=days),
            )
        expected = {twin(rating, contact) for contact in contacts} - {None}
        list(classify_contacts(on=TODAY))
        found = ContactProfileAnswer.objects.filter(answer__question=rating)
        assert (
            set(
                found.values_list(
                    "contact_id", "answer__code", "last_updated", "answered_percent"
                )
            )
            == expected
        )
