"""Pictures for letters: signatures of salespeople, and others by a code."""

from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models import Salesperson
from contacts.models.fields import CodeField

from .attachment import Attachment

WORD = RegexValidator(r"^\w+$", _("Only letters, digits and underscores."))


class LetterPictureQuerySet(models.QuerySet):
    def current(self) -> Self:
        """The pictures that new letters show."""
        return self.filter(replaced_at=None)


class LetterPicture(models.Model):
    """A picture that letters show: of a salesperson, or under a code.

    One that is replaced stays, for the letters that were written with it.
    """

    code = CodeField(
        _("code"),
        blank=True,
        validators=[WORD],
        help_text=_("In Word the alternative text of a picture: {{ picture.CODE }}."),
    )
    salesperson = models.ForeignKey(
        Salesperson,
        verbose_name=_("signature of"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="signatures",
        help_text=_("In Word the alternative text is {{ salesperson_signature }}."),
    )
    picture = models.ForeignKey(
        Attachment,
        verbose_name=_("picture"),
        on_delete=models.PROTECT,
        related_name="letter_pictures",
    )
    width = models.PositiveIntegerField(_("width in pixels"), editable=False)
    height = models.PositiveIntegerField(_("height in pixels"), editable=False)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    replaced_at = models.DateTimeField(
        _("replaced"), null=True, blank=True, editable=False
    )

    objects = LetterPictureQuerySet.as_manager()

    class Meta:
        ordering = ["code", "salesperson", "-pk"]
        verbose_name = _("picture for letters")
        verbose_name_plural = _("pictures for letters")
        constraints = [
            models.CheckConstraint(
                condition=Q(code="", salesperson__isnull=False)
                | (~Q(code="") & Q(salesperson__isnull=True)),
                name="letter_picture_one_use",
                violation_error_message=_(
                    "Write a code, or choose whose signature it is: one of the two."
                ),
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=Q(replaced_at=None) & ~Q(code=""),
                name="letter_picture_code",
            ),
            models.UniqueConstraint(
                fields=["salesperson"],
                condition=Q(replaced_at=None),
                name="letter_picture_signature",
            ),
        ]

    def __str__(self) -> str:
        return self.code or str(self.salesperson)
