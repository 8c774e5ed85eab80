"""Points that answers give to ratings; no rating depends on itself."""

from collections.abc import Iterable
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .profile import RATING, ProfileAnswer, ProfileQuestion


class RatingPointsQuerySet(models.QuerySet):
    def feeds(self) -> list[tuple[int, int]]:
        """Return each rating with each question whose answers give it points."""
        pairs = self.order_by().values_list("rating_id", "answer__question_id")
        return list(pairs.distinct())


class RatingPoints(models.Model):
    """So many points an answer gives to a rating (contacts_interactions.md 2.9.1).

    Whoever deletes a questionnaire as a whole deletes its points; else an answer that
    gives points stays.
    """

    rating = models.ForeignKey(
        ProfileQuestion,
        verbose_name=_("rating"),
        on_delete=models.CASCADE,
        related_name="points",
        limit_choices_to={"source": RATING},
        db_index=False,
    )
    answer = models.ForeignKey(
        ProfileAnswer,
        verbose_name=_("answer"),
        on_delete=models.RESTRICT,
        related_name="points",
    )
    points = models.DecimalField(_("points"), max_digits=12, decimal_places=4)

    objects = RatingPointsQuerySet.as_manager()

    class Meta:
        ordering = ["rating", "answer"]
        verbose_name = _("points of a rating")
        verbose_name_plural = _("points of ratings")
        constraints = [
            models.UniqueConstraint(
                fields=["rating", "answer"], name="rating_points_once"
            ),
            models.CheckConstraint(
                condition=~Q(points=Decimal(0)),
                name="rating_points_some",
                violation_error_message=_("0 points say nothing: delete the row."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rating} {self.answer} {self.points}"

    def clean(self) -> None:
        """Refuse points of what is no rating, and a rating that feeds itself."""
        if self.rating_id is None or self.answer_id is None:
            return
        if not self.rating.is_rating:
            raise ValidationError(
                {"rating": _("Points are for a question that is answered by rating.")}
            )
        added = (self.rating_id, self.answer.question_id)
        edges = RatingPoints.objects.exclude(pk=self.pk).feeds()
        circle = circle_of([*edges, added])
        if circle:
            said = gettext("This rating would depend on itself: %s.")
            raise ValidationError({"answer": said % say_circle(circle)})


def circle_of(feeds: Iterable[tuple[int, int]]) -> list[int]:
    """Return the questions of a circle among `(rating, question)`, else nothing."""
    sorter: TopologicalSorter[int] = TopologicalSorter()
    for rating, question in feeds:
        sorter.add(rating, question)
    try:
        sorter.prepare()
    except CycleError as error:
        return error.args[1]
    return []


def say_circle(circle: Iterable[int]) -> str:
    """Return the way round in words, from a rating back to itself."""
    questions = ProfileQuestion.objects.select_related("questionnaire")
    named = questions.in_bulk(list(circle))
    return " → ".join(
        f"{named[pk].questionnaire.code} {named[pk].code}" for pk in circle
    )
