"""What the demo company asks its contacts, and what they answered."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from contacts.choices import ClassificationMethod, PeriodKind
from contacts.models import (
    BusinessRelation,
    Contact,
    ContactProfileAnswer,
    ProfileAnswer,
    ProfileQuestion,
    ProfileQuestionnaire,
    RatingPoints,
)
from contacts.models.profile import RATING
from contacts.services.profiles.classify import classify_contacts

YES_NO = {"YES": "Yes", "NO": "No"}
CONTENT = {
    "DELIGHTED": "Extremely satisfied",
    "SATISFIED": "Satisfied",
    "UNHAPPY": "Not satisfied",
    "ANGRY": "Dissatisfied",
}
QUALITY = {
    "EXCELLENT": "Excellent",
    "GOOD": "Good",
    "FAIR": "Sufficient",
    "POOR": "Insufficient",
}
# Code: what it is called, for whom, only with which business relation.
QUESTIONNAIRES = {
    "CUSTOMER": ("What we know of customers", "", ""),
    "COMPANY": ("General company information", "company", ""),
    "PERSON": ("General personal information", "person", ""),
    "LEADQ": ("Lead qualification", "company", "PROSPECT"),
    "SATISF": ("Customer satisfaction", "", "CUSTOMER"),
}
# Questionnaire and code: the question, whether it takes several answers, the answers.
QUESTIONS: dict[tuple[str, str], tuple[str, bool, dict[str, str]]] = {
    ("CUSTOMER", "SIZE"): (
        "How many desks do they have?",
        False,
        {"SMALL": "Up to 10", "MEDIUM": "11 to 100", "LARGE": "Over 100"},
    ),
    ("CUSTOMER", "INTEREST"): (
        "What are they interested in?",
        True,
        {"DESKS": "Desks", "CHAIRS": "Chairs", "LIGHT": "Lamps"},
    ),
    ("COMPANY", "OWNERSHIP"): (
        "Who owns it?",
        False,
        {
            "LISTED": "It is on the stock exchange",
            "FAMILY": "A family",
            "FOUNDATION": "A foundation",
            "PUBLIC": "The state or the municipality",
        },
    ),
    ("PERSON", "HOBBY"): (
        "What do they do in their spare time?",
        True,
        {
            "FOOTBALL": "Football",
            "SKIING": "Skiing",
            "READING": "Reading",
            "DESIGN": "Design",
        },
    ),
    ("PERSON", "EDUCATION"): (
        "What is their education?",
        False,
        {"MASTER": "Master", "BACHELOR": "Bachelor", "SKILLED": "Skilled worker"},
    ),
    ("LEADQ", "PROJECT"): (
        "Is there a well-defined project?",
        False,
        {"CLEAR": "Very much", "PARTLY": "Partially", "NONE": "Not yet"},
    ),
    ("LEADQ", "FIT"): (
        "Do our products fit?",
        False,
        {"EXCELLENT": "Excellent", "GOOD": "Good", "BAD": "Bad"},
    ),
    ("LEADQ", "SUPPORT"): (
        "Are we supported within?",
        False,
        {"STRONG": "Strongly", "MODERATE": "Moderately", "WEAK": "Weakly"},
    ),
    ("LEADQ", "STRATEGIC"): ("Is it of strategic value?", False, YES_NO),
    ("SATISF", "OVERALL"): ("How do they find us?", False, QUALITY),
    ("SATISF", "PRODUCT"): ("How do they find the furniture?", False, QUALITY),
    ("SATISF", "SERVICE"): ("How do they find the service?", False, CONTENT),
    ("SATISF", "AGAIN"): (
        "Would they buy again?",
        False,
        {
            "LIKELY": "Very likely",
            "POSSIBLY": "Possibly",
            "UNSURE": "Not sure",
            "NEVER": "Certainly not",
        },
    ),
}
# Points of the answers of a question, in their order.
POINTS: dict[tuple[str, str], tuple[int, ...]] = {
    ("LEADQ", "PROJECT"): (200, 100, 1),
    ("LEADQ", "FIT"): (200, 100, -100),
    ("LEADQ", "SUPPORT"): (200, 100, -100),
    ("LEADQ", "STRATEGIC"): (300, 1),
    **dict.fromkeys(
        (("SATISF", code) for code in ("OVERALL", "PRODUCT", "SERVICE", "AGAIN")),
        (300, 200, 100, -100),
    ),
}
Ranges = tuple[tuple[str, str, int | None, int | None], ...]
# Questionnaire: code and text of its rating, and what how many points stand for.
RATINGS: dict[str, tuple[str, str, Ranges]] = {
    "LEADQ": (
        "TYPE",
        "Type of lead",
        (
            ("HOT", "Very hot", 700, None),
            ("WARM", "Hot", 400, 699),
            ("COLD", "Cold", 100, 399),
            ("DEAD", "Dead", None, 99),
        ),
    ),
    "SATISF": (
        "INDEX",
        "How loyal are they?",
        (
            ("AMBASSADOR", "Ambassador", 1_100, None),
            ("LOYAL", "Loyal", 800, 1_099),
            ("AT-RISK", "At risk", 200, 799),
            ("LOST", "Lost", None, 199),
        ),
    ),
}
MIN_ANSWERED = 75


def load_questionnaires() -> None:
    """Make the questionnaires, their ratings, and a question that the log answers."""
    made = {
        code: ProfileQuestionnaire.objects.create(
            code=code,
            description=description,
            contact_type=contact_type,
            business_relation=BusinessRelation.objects.filter(code=relation).first(),
        )
        for code, (description, contact_type, relation) in QUESTIONNAIRES.items()
    }
    for place, (key, (text, multiple, answers)) in enumerate(
        QUESTIONS.items(), start=1
    ):
        question = ProfileQuestion.objects.create(
            questionnaire=made[key[0]],
            code=key[1],
            description=text,
            position=place,
            multiple_answers=multiple,
        )
        _add_answers(question, ((*each, None, None) for each in answers.items()))
    contacted = ProfileQuestion.objects.create(
        questionnaire=made["CUSTOMER"],
        code="CONTACTED",
        description="How often were we in touch in the last year?",
        position=len(QUESTIONS) + 1,
        source="interaction_quantity",
        method=ClassificationMethod.DEFINED_VALUE,
        period=PeriodKind.LAST_DAYS,
        period_days=365,
    )
    often = (("OFTEN", "More than twice", 3, None), ("SELDOM", "Once or twice", 1, 2))
    _add_answers(contacted, (*often, ("NEVER", "Not at all", None, 0)))
    for code, (rating_code, text, ranges) in RATINGS.items():
        rating = ProfileQuestion.objects.create(
            questionnaire=made[code],
            code=rating_code,
            description=text,
            position=len(QUESTIONS) + 1,
            source=RATING,
            method=ClassificationMethod.DEFINED_VALUE,
            min_answered=MIN_ANSWERED,
        )
        _add_answers(rating, ranges)
        _give_points(rating)


def load_answers(at: datetime) -> None:
    """Let contacts answer, each a little differently, and classify them."""
    companies = Contact.objects.companies().filter(minor=False)
    persons = Contact.objects.persons().filter(minor=False)
    _answer(companies, "CUSTOMER", at)
    for code, asked in (
        ("COMPANY", companies),
        ("PERSON", persons),
        ("LEADQ", companies),
        ("SATISF", companies),
    ):
        questionnaire = ProfileQuestionnaire.objects.get(code=code)
        allowed = Contact.objects.asked_by(questionnaire).filter(pk__in=asked)
        _answer(allowed, code, at)
    for _state in classify_contacts(on=at.date()):
        pass  # all of it


def _add_answers(
    question: ProfileQuestion,
    answers: Iterable[tuple[str, str, int | None, int | None]],
) -> None:
    ProfileAnswer.objects.bulk_create(
        ProfileAnswer(
            question=question,
            code=code,
            description=label,
            position=place,
            from_value=low,
            to_value=high,
        )
        for place, (code, label, low, high) in enumerate(answers, start=1)
    )


def _give_points(rating: ProfileQuestion) -> None:
    for question in rating.questionnaire.questions.exclude(pk=rating.pk):
        points = POINTS[rating.questionnaire.code, question.code]
        RatingPoints.objects.bulk_create(
            RatingPoints(rating=rating, answer=answer, points=number)
            for answer, number in zip(question.answers.all(), points, strict=True)
        )


def _answer(contacts: QuerySet[Contact], code: str, at: datetime) -> None:
    """Give every contact one answer to each question, the next contact the next."""
    questions = ProfileQuestion.objects.filter(questionnaire__code=code, source="")
    answers = [list(question.answers.all()) for question in questions]
    ContactProfileAnswer.objects.bulk_create(
        ContactProfileAnswer(
            contact=contact,
            answer=choices[(place // step) % len(choices)],
            last_updated=at.date(),
        )
        for place, contact in enumerate(contacts.order_by("pk"))
        for step, choices in enumerate(answers, start=1)
    )
