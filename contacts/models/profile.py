"""Profile questionnaires: what is asked of contacts and what they answered."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import ContactType, Priority
from .fields import CodedModel, CodeField


class ProfileQuestionnaire(CodedModel):
    contact_type = models.CharField(
        _("for"),
        max_length=10,
        choices=ContactType,
        blank=True,
        help_text=_("Empty: for companies and for persons."),
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )

    class Meta(CodedModel.Meta):
        verbose_name = _("profile questionnaire")
        verbose_name_plural = _("profile questionnaires")


class ProfileQuestion(models.Model):
    """A question; its code is unique in its questionnaire."""

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

    class Meta:
        ordering = ["questionnaire", "position", "code"]
        verbose_name = _("profile question")
        verbose_name_plural = _("profile questions")
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "code"], name="profile_question_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire.code} {self.code} {self.description}"


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

    class Meta:
        ordering = ["question", "position", "code"]
        verbose_name = _("profile answer")
        verbose_name_plural = _("profile answers")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "code"], name="profile_answer_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.question.code} {self.code} {self.description}"


class ContactProfileAnswer(models.Model):
    """An answer that a contact gave."""

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

    class Meta:
        verbose_name = _("profile answer of a contact")
        verbose_name_plural = _("profile answers of contacts")
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "answer"], name="contact_profile_answer_once"
            )
        ]
        indexes = [
            models.Index(fields=["answer", "contact"], name="profile_answer_contacts")
        ]

    def __str__(self) -> str:
        return f"{self.contact_id} {self.answer_id}"
