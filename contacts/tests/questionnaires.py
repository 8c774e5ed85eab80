"""Questionnaires for tests: questions, answers with ranges, points."""

from decimal import Decimal
from typing import Any

from contacts.models import (
    Contact,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    RatingPoints,
)

LAST_YEAR = {"period": "last_year"}


def make_questionnaire(code: str = "LEADQ", **values: Any) -> ProfileQuestionnaire:
    """Return a stored questionnaire for everybody."""
    return ProfileQuestionnaire.objects.create(code=code, **values)


def make_question(
    questionnaire: ProfileQuestionnaire, code: str, *answers: Any, **values: Any
) -> ProfileQuestion:
    """Return a stored question; answers are codes, or codes with both bounds."""
    values.setdefault("description", f"{code.capitalize()}?")
    values.setdefault("position", questionnaire.questions.count() + 1)
    question = ProfileQuestion.objects.create(
        questionnaire=questionnaire, code=code, **values
    )
    for position, answer in enumerate(answers, start=1):
        code, *bounds = (answer,) if isinstance(answer, str) else answer
        low, high = bounds or (None, None)
        ProfileAnswer.objects.create(
            question=question,
            code=code,
            description=code.capitalize(),
            position=position,
            from_value=low,
            to_value=high,
        )
    return question


def make_rating(
    questionnaire: ProfileQuestionnaire, code: str, *answers: Any, **values: Any
) -> ProfileQuestion:
    """Return a stored rating without points."""
    values |= {"source": "rating", "method": "defined_value"}
    return make_question(questionnaire, code, *answers, **values)


def give_points(rating: ProfileQuestion, points: dict[str, Any]) -> None:
    """Let answers, as `PROJECT.CLEAR`, give points to the rating."""
    for path, number in points.items():
        question, answer = path.split(".")
        RatingPoints.objects.create(
            rating=rating,
            answer=ProfileAnswer.objects.get(code=answer, question__code=question),
            points=Decimal(number),
        )


def profile(contact: Contact) -> list[str]:
    """Return what the contact answered, as `PROJECT.CLEAR`."""
    links = contact.profile_answer_links.order_by(
        "answer__question__code", "answer__code"
    )
    return [f"{link.answer.question.code}.{link.answer.code}" for link in links]
