"""What is wrong with a questionnaire, found before anybody is classified by it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ...models import ProfileQuestion, ProfileQuestionnaire, RatingPoints
from ...models.rating import circle_of, say_circle
from ...profiles import first_overlap
from ...registry import value_sources


@dataclass(frozen=True)
class Finding:
    """Something about a question, or about the whole questionnaire.

    What `stops` keeps the question out of a classification; the rest is a hint.
    """

    said: str
    question: ProfileQuestion | None = None
    stops: bool = False


def questionnaire_findings(questionnaire: ProfileQuestionnaire) -> list[Finding]:
    """Return everything that is wrong, in the order of the questions.

    contacts_interactions.md 2.6.9
    """
    questions = list(
        questionnaire.questions.select_related("questionnaire").prefetch_related(
            "answers"
        )
    )
    if not questions:
        return [Finding(_("No question created."))]
    feeds = RatingPoints.objects.feeds()
    return [
        finding
        for question in questions
        for finding in question_findings(question, feeds)
    ]


def question_findings(
    question: ProfileQuestion, feeds: Iterable[tuple[int, int]]
) -> Iterator[Finding]:
    """Yield what is wrong with one question.

    `feeds` is every rating with the questions whose answers give it points.
    """
    answers = list(question.answers.all())
    if not answers:
        yield Finding(_("No answer created."), question, stops=question.is_automatic)
        return
    if not question.is_automatic:
        return
    if question.is_rating:
        yield from _rating_findings(question, feeds)
    elif question.source not in value_sources():
        said = _("Nothing knows the figure “%s” that it is answered by.")
        yield Finding(said % question.source, question, stops=True)
    elif value_sources()[question.source].needs_period and not question.period:
        yield Finding(_("No period chosen."), question, stops=True)
    for answer in answers:
        if answer.range.is_empty:
            said = _("Answer %s has no range: nobody gets it.")
            yield Finding(said % answer.code, question)
    overlap = first_overlap([answer.range for answer in answers])
    if overlap and not question.multiple_answers:
        said = _("The ranges of %(one)s and %(other)s overlap.")
        one, other = (answers[place].code for place in overlap)
        yield Finding(said % {"one": one, "other": other}, question, stops=True)


def _rating_findings(
    question: ProfileQuestion, feeds: Iterable[tuple[int, int]]
) -> Iterator[Finding]:
    feeds = list(feeds)
    contributing = [asked for rating, asked in feeds if rating == question.pk]
    if not contributing:
        yield Finding(_("No answer gives points to this rating."), question)
    circle = circle_of(_behind(question.pk, feeds))
    if circle:
        said = _("This rating depends on itself: %s.")
        yield Finding(said % say_circle(circle), question, stops=True)


def _behind(rating: int, feeds: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The part of `feeds` that the rating depends on, over any number of ratings."""
    feeds = list(feeds)
    reached, found = [rating], []
    for each in reached:  # grows while it is gone through
        for pair in feeds:
            if pair[0] == each and pair not in found:
                found.append(pair)
                reached.append(pair[1])
    return found
