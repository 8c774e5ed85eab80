"""What an e-mail says around a letter, and what a subject may be."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.fields import validate_one_line
from contacts.models.languages import language_tag

from ..merge.subjects import check_subject


def sound_subject(value: str) -> None:
    """Refuse a subject whose tags cannot be filled in."""
    validate_one_line(value)
    problems = check_subject(value)
    if problems:
        raise ValidationError([str(problem) for problem in problems])


class MailText(models.Model):
    """What an e-mail says beside a letter that is attached, in one language.

    Letters in a language without one say a sentence of ours. Runs keep the texts of
    the day they were made.
    """

    language = models.CharField(
        _("language"), max_length=35, unique=True, help_text=_("BCP 47, e.g. nb")
    )
    text = models.TextField(_("text"), max_length=5_000)
    unsubscribe = models.CharField(
        _("before the link to unsubscribe"),
        max_length=200,
        blank=True,
        help_text=_("Empty: a sentence of ours."),
    )

    class Meta:
        ordering = ["language"]
        verbose_name = _("text of e-mails")
        verbose_name_plural = _("texts of e-mails")

    def __str__(self) -> str:
        return self.language

    def clean(self) -> None:
        """A language is found by its tag, so that is kept."""
        if not self.language:
            return
        try:
            self.language = language_tag(self.language)
        except ValidationError as error:
            raise ValidationError({"language": error}) from error
