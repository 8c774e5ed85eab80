"""Profile questionnaires: what is asked of contacts and what they answered."""

from datetime import date
from typing import Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ..choices import (
    ClassificationMethod,
    ContactType,
    PeriodKind,
    Priority,
    QuestionnairePriority,
    Sorting,
)
from ..profiles import Period, Range, days_of
from .classification import BusinessRelation
from .fields import CodedModel, CodeField

RATING = "rating"
MOST_DAYS = 36_500
DECIMALS = (-9, 4)
BY_HAND = Q(
    source="",
    method="",
    sorting="",
    period="",
    decimals=0,
    min_answered=0,
)
RATED = Q(
    source=RATING, method=ClassificationMethod.DEFINED_VALUE, sorting="", period=""
)
BY_FIGURE = ~Q(source__in=["", RATING]) & Q(
    method__in=ClassificationMethod.values, min_answered=0
)
NO_DAYS = Q(
    period_days__isnull=True, period_first__isnull=True, period_last__isnull=True
)


class ProfileQuestionnaireQuerySet(models.QuerySet):
    def for_contact(self, contact: models.Model) -> Self:
        """What a contact may be asked, or has answered already.

        By type and by the relation of its company or itself; what was answered once
        stays in reach (contacts_interactions.md 2.7.1).
        """
        related = BusinessRelation.objects.filter(
            links__contact__in=[
                pk for pk in (contact.pk, contact.organisation_id) if pk
            ]
        )
        fitting = Q(contact_type__in=["", contact.type]) & (
            Q(business_relation=None) | Q(business_relation__in=related)
        )
        answered = ContactProfileAnswer.objects.filter(contact=contact)
        return self.filter(
            fitting | Q(pk__in=answered.values("answer__question__questionnaire"))
        )


class ProfileQuestionnaire(CodedModel):
    """Questions asked of companies, of persons, or of both.

    With a business relation only of contacts that have it, themselves or through
    their company.
    """

    contact_type = models.CharField(
        _("for"),
        max_length=10,
        choices=ContactType,
        blank=True,
        help_text=_("Empty: for companies and for persons."),
    )
    business_relation = models.ForeignKey(
        BusinessRelation,
        verbose_name=_("business relation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="questionnaires",
        help_text=_("Empty: whatever the relation."),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"),
        choices=QuestionnairePriority,
        default=QuestionnairePriority.NORMAL,
    )

    objects = ProfileQuestionnaireQuerySet.as_manager()

    class Meta(CodedModel.Meta):
        verbose_name = _("profile questionnaire")
        verbose_name_plural = _("profile questionnaires")
        permissions = [
            ("classify_contacts", _("Can classify contacts by questionnaires")),
        ]


class ProfileQuestion(models.Model):
    """A question; its code is unique in its questionnaire.

    `source` says who answers: nobody but people when it is empty, `rating` the points
    of other answers, else the figure of that code in `registry.value_sources()`
    (contacts_interactions.md 2.6).
    """

    questionnaire = models.ForeignKey(
        ProfileQuestionnaire,
        verbose_name=_("questionnaire"),
        on_delete=models.CASCADE,
        related_name="questions",
    )
    code = CodeField(_("code"))
    description = models.CharField(_("question"), max_length=250)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    multiple_answers = models.BooleanField(_("multiple answers"), default=False)
    source = models.CharField(_("answered by"), max_length=40, blank=True)
    method = models.CharField(
        _("classification method"),
        max_length=30,
        choices=ClassificationMethod,
        blank=True,
    )
    sorting = models.CharField(
        _("sorting"),
        max_length=10,
        choices=Sorting,
        blank=True,
        help_text=_("Of the percentage of contacts: who comes first."),
    )
    period = models.CharField(
        _("period"), max_length=10, choices=PeriodKind, blank=True
    )
    period_days = models.PositiveIntegerField(
        _("number of days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)],
        help_text=_("Of the last days, today included."),
    )
    period_first = models.DateField(_("starting date"), null=True, blank=True)
    period_last = models.DateField(_("ending date"), null=True, blank=True)
    decimals = models.SmallIntegerField(
        _("decimals"),
        default=0,
        validators=[MinValueValidator(DECIMALS[0]), MaxValueValidator(DECIMALS[1])],
        help_text=_("The figure is rounded before it is compared; -2 is hundreds."),
    )
    min_answered = models.PositiveSmallIntegerField(
        _("least percentage of questions answered"),
        default=0,
        validators=[MaxValueValidator(100)],
        help_text=_("Of a rating: who answered less gets none."),
    )

    class Meta:
        ordering = ["questionnaire", "position", "code"]
        verbose_name = _("profile question")
        verbose_name_plural = _("profile questions")
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "code"], name="profile_question_unique"
            ),
            models.CheckConstraint(
                condition=BY_HAND | RATED | BY_FIGURE,
                name="profile_question_classified",
                violation_error_message=_(
                    "What a classification needs does not fit how it is answered."
                ),
            ),
            models.CheckConstraint(
                condition=Q(
                    method=ClassificationMethod.PERCENTAGE_OF_CONTACTS,
                    sorting__in=Sorting.values,
                )
                | ~Q(method=ClassificationMethod.PERCENTAGE_OF_CONTACTS)
                & Q(sorting=""),
                name="profile_question_sorted",
                violation_error_message=_(
                    "The percentage of contacts needs a sorting, and nothing else does."
                ),
            ),
            models.CheckConstraint(
                condition=(Q(period__in=["", "this_year", "last_year"]) & NO_DAYS)
                | Q(
                    period=PeriodKind.LAST_DAYS,
                    period_days__isnull=False,
                    period_days__range=(1, MOST_DAYS),
                    period_first__isnull=True,
                    period_last__isnull=True,
                )
                | Q(
                    period=PeriodKind.DATES,
                    period_days__isnull=True,
                    period_first__isnull=False,
                    period_last__isnull=False,
                    period_first__lte=F("period_last"),
                ),
                name="profile_question_period",
                violation_error_message=_("The period is not complete."),
            ),
            models.CheckConstraint(
                condition=Q(decimals__range=DECIMALS) & Q(min_answered__lte=100),
                name="profile_question_in_bounds",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire.code} {self.code} {self.description}"

    @property
    def is_rating(self) -> bool:
        return self.source == RATING

    @property
    def is_automatic(self) -> bool:
        """Whether nobody answers it by hand."""
        return bool(self.source)

    def days(self, on: date) -> Period | None:
        """Return the period of its figures as it is `on` that day."""
        return days_of(
            self.period,
            on=on,
            days=self.period_days,
            first=self.period_first,
            last=self.period_last,
        )


class ProfileAnswer(models.Model):
    """A possible answer; its code is unique in its question."""

    question = models.ForeignKey(
        ProfileQuestion,
        verbose_name=_("question"),
        on_delete=models.CASCADE,
        related_name="answers",
    )
    code = CodeField(_("code"))
    description = models.CharField(_("answer"), max_length=250)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    from_value = models.DecimalField(
        _("from value"), max_digits=15, decimal_places=4, null=True, blank=True
    )
    to_value = models.DecimalField(
        _("to value"), max_digits=15, decimal_places=4, null=True, blank=True
    )

    class Meta:
        ordering = ["question", "position", "code"]
        verbose_name = _("profile answer")
        verbose_name_plural = _("profile answers")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "code"], name="profile_answer_unique"
            ),
            models.CheckConstraint(
                condition=Q(from_value__isnull=True)
                | Q(to_value__isnull=True)
                | Q(from_value__lte=F("to_value")),
                name="profile_answer_range",
                violation_error_message=_("The range ends before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question.code} {self.code} {self.description}"

    def clean(self) -> None:
        """Refuse a range that is turned round, at its end."""
        low, high = self.from_value, self.to_value
        if low is not None and high is not None and low > high:
            raise ValidationError({"to_value": _("The range ends before it begins.")})

    @property
    def range(self) -> Range:
        """The figures it stands for."""
        return Range(self.code, self.from_value, self.to_value)


class ContactProfileAnswer(models.Model):
    """An answer that a contact gave, or got by its figures.

    `value` is what was said beside it. `answered_percent` is how many of the questions
    behind a rating had been answered.
    """

    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="profile_answer_links",
        db_index=False,
    )
    answer = models.ForeignKey(
        ProfileAnswer,
        verbose_name=_("answer"),
        on_delete=models.PROTECT,
        related_name="links",
        db_index=False,
    )
    last_updated = models.DateField(_("last updated"))
    value = models.CharField(_("remark"), max_length=250, blank=True)
    answered_percent = models.PositiveSmallIntegerField(
        _("questions answered %"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("profile answer of a contact")
        verbose_name_plural = _("profile answers of contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "answer"], name="contact_profile_answer_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_percent__isnull=True)
                | Q(answered_percent__lte=100),
                name="contact_profile_answer_percent",
            ),
        ]
        indexes = [
            models.Index(fields=["answer", "contact"], name="profile_answer_contacts")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.answer_id}"
