"""Contacts are classified: automatic questions answered by figures, then ratings.

contacts_interactions.md 2.8 and 2.9. Every question is one transaction of a fixed
number of statements, however many contacts there are.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from graphlib import TopologicalSorter

from django.db import IntegrityError, connection, transaction

from ...models import (
    Contact,
    ProfileQuestion,
    ProfileQuestionnaire,
    RatingPoints,
)
from ...registry import value_sources
from .classify_sql import answer_by_figure, answer_by_points
from .questionnaire_test import Finding, question_findings

# So often is a question begun anew because a contact is gone.
ATTEMPTS = 5


@dataclass(frozen=True)
class Classified:
    """How far a classification is: of `total` questions `done`, so many `answers`.

    These were given; who had the same already is not counted. `question` was done
    last. `left_out` are the questions that could not be, and why;
    what contacts had there stays. `minors` are kept out of all of them.
    """

    total: int
    done: int = 0
    answers: int = 0
    minors: int = 0
    question: ProfileQuestion | None = None
    left_out: tuple[Finding, ...] = ()


def classify_contacts(
    *,
    on: date,
    questionnaire: ProfileQuestionnaire | None = None,
    skip: Collection[int] = (),
) -> Iterator[Classified]:
    """Answer the automatic questions as of that day, then compute all ratings.

    Of one `questionnaire`, or of all; ratings are computed in any case, for they may
    depend on its answers. Yields before the first question and after each. `skip` are
    the keys of questions done before.
    """
    feeds = RatingPoints.objects.feeds()
    automatic = ProfileQuestion.objects.exclude(source="").select_related(
        "questionnaire__business_relation"
    )
    questions = {
        question.pk: question for question in automatic.prefetch_related("answers")
    }
    wrong = {
        pk: next((f for f in question_findings(each, feeds) if f.stops), None)
        for pk, each in questions.items()
    }
    ratings = [pk for pk, each in questions.items() if each.is_rating and not wrong[pk]]
    planned = [
        pk
        for pk, each in questions.items()
        if not each.is_rating and questionnaire in (None, each.questionnaire)
    ]
    left_out = tuple(
        finding
        for pk, finding in wrong.items()
        if finding and (questions[pk].is_rating or pk in planned)
    )
    planned = [pk for pk in planned if not wrong[pk]]
    planned += _leaves_first(ratings, feeds)
    state = Classified(
        total=len(planned),
        done=sum(pk in skip for pk in planned),
        minors=Contact.objects.filter(minor=True).count(),
        left_out=left_out,
    )
    yield state
    for pk in planned:
        if pk in skip:
            continue
        question = questions[pk]
        answers = _answer(question, feeds=feeds, on=on)
        state = replace(
            state,
            done=state.done + 1,
            answers=state.answers + answers,
            question=question,
        )
        yield state


def rate_contact(*, contact: Contact, changed: Collection[int], on: date) -> None:
    """Compute the ratings of one contact that depend on the `changed` questions.

    contacts_interactions.md 2.7.5. Ratings that cannot be computed stay as they are.
    """
    feeds = RatingPoints.objects.feeds()
    reached = set(changed)
    while more := {rating for rating, asked in feeds if asked in reached} - reached:
        reached |= more
    ratings = (
        ProfileQuestion.objects.filter(pk__in=reached, source="rating")
        .select_related("questionnaire__business_relation")
        .prefetch_related("answers")
        .in_bulk()
    )
    sound = [
        pk
        for pk, rating in ratings.items()
        if not any(finding.stops for finding in question_findings(rating, feeds))
    ]
    for pk in _leaves_first(sound, feeds):
        _answer(ratings[pk], feeds=feeds, on=on, contact=contact)


def _answer(
    question: ProfileQuestion,
    *,
    feeds: list[tuple[int, int]],
    on: date,
    contact: Contact | None = None,
) -> int:
    """Bring what contacts, or one contact, got as answers of `question` up to date.

    Who is deleted or merged meanwhile is not asked in the next attempt.
    """
    for _attempt in range(ATTEMPTS - 1):
        try:
            return _bring_up(question, feeds=feeds, on=on, contact=contact)
        except IntegrityError:
            continue
    return _bring_up(question, feeds=feeds, on=on, contact=contact)


def _bring_up(
    question: ProfileQuestion,
    *,
    feeds: list[tuple[int, int]],
    on: date,
    contact: Contact | None,
) -> int:
    asked = Contact.objects.asked_by(question.questionnaire)
    if contact:
        asked = asked.filter(pk=contact.pk)
    with transaction.atomic():
        # Two classifications at once wait for each other, question by question.
        locked = ProfileQuestion.objects.select_for_update(no_key=True)
        locked.filter(pk=question.pk).first()
        if question.is_rating:
            answers = answer_by_points(
                question,
                contributing=[pk for rating, pk in feeds if rating == question.pk],
                asked=asked,
                on=on,
                contact=contact,
            )
        else:
            source = value_sources()[question.source]
            if source.only:
                asked = asked.filter(type=source.only)
            answers = answer_by_figure(question, source, asked=asked, on=on)
        if connection.vendor == "postgresql":
            # Not only at the commit, when it would be too late to begin anew.
            connection.check_constraints()
        return answers


def _leaves_first(ratings: Collection[int], feeds: list[tuple[int, int]]) -> list[int]:
    """The ratings, each after those whose answers give it points (2.9.3)."""
    sorter: TopologicalSorter[int] = TopologicalSorter(dict.fromkeys(ratings, ()))
    for rating, asked in feeds:
        if rating in ratings and asked in ratings:
            sorter.add(rating, asked)
    return list(sorter.static_order())
