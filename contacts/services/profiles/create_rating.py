"""A rating is made with its answers in one go (contacts_interactions.md 2.9.4)."""

from collections.abc import Sequence
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ...choices import ClassificationMethod, RatingScheme
from ...models import ProfileAnswer, ProfileQuestion, ProfileQuestionnaire
from ...models.profile import RATING
from ...profiles import Range, first_overlap
from ..errors import ContactError

ANSWERS = {
    RatingScheme.HIGH_LOW: (
        ("HIGH", gettext_lazy("High")),
        ("LOW", gettext_lazy("Low")),
    ),
    RatingScheme.ABC: (("A", "A"), ("B", "B"), ("C", "C")),
}

Bounds = tuple[Decimal | None, Decimal | None]


def create_rating(
    *,
    questionnaire: ProfileQuestionnaire,
    code: str,
    description: str,
    scheme: str,
    ranges: Sequence[Bounds],
    min_answered: int = 0,
) -> ProfileQuestion:
    """Return a new rating, last in the questionnaire, with one answer per range.

    What gives it points is set up on its page. Raises ContactError where a range is
    missing, turned round or meets another, at `from_1` for the first, and at `code`
    where the questionnaire has a question of that code.
    """
    answers = ANSWERS[RatingScheme(scheme)]
    check_ranges(scheme, ranges)
    last = questionnaire.questions.aggregate(last=Max("position"))["last"]
    try:
        with transaction.atomic():
            rating = ProfileQuestion.objects.create(
                questionnaire=questionnaire,
                code=code,
                description=description,
                position=0 if last is None else last + 1,
                source=RATING,
                method=ClassificationMethod.DEFINED_VALUE,
                min_answered=min_answered,
            )
            for place, (answer, bounds) in enumerate(
                zip(answers, ranges, strict=True), start=1
            ):
                ProfileAnswer.objects.create(
                    question=rating,
                    code=answer[0],
                    description=str(answer[1]),
                    position=place,
                    from_value=bounds[0],
                    to_value=bounds[1],
                )
    except IntegrityError as error:
        raise ContactError(
            _("The questionnaire has a question with this code already."), field="code"
        ) from error
    return rating


def check_ranges(scheme: str, ranges: Sequence[Bounds]) -> None:
    """Refuse ranges that are not those of the scheme's answers. Raises ContactError."""
    answers = ANSWERS[RatingScheme(scheme)]
    if len(ranges) != len(answers):
        raise ContactError(_("Give a range for each answer."), field="scheme")
    named = [
        Range(code, *bounds)
        for (code, _label), bounds in zip(answers, ranges, strict=True)
    ]
    for place, each in enumerate(named, start=1):
        if each.is_empty:
            raise ContactError(
                _("Give answer %s at least one bound.") % each.code,
                field=f"from_{place}",
            )
        if each.low is not None and each.high is not None and each.low > each.high:
            raise ContactError(
                _("The range ends before it begins."), field=f"to_{place}"
            )
    overlap = first_overlap(named)
    if overlap:
        earlier, later = overlap
        raise ContactError(
            _("This range overlaps that of %s.") % named[earlier].code,
            field=f"from_{later + 1}",
        )
