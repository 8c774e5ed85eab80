"""How a contact is greeted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..choices import FormulaType, NamePart
from .fields import CodedModel


class Salutation(CodedModel):
    """A family of greetings, e.g. F for women whose marital status is unknown."""

    class Meta(CodedModel.Meta):
        verbose_name = _("salutation")
        verbose_name_plural = _("salutations")


class SalutationFormula(models.Model):
    """The greeting of a salutation in one language.

    The text has up to five placeholders, %1 to %5; `name_1` to `name_5` say what
    each stands for (contacts_interactions.md 3.1.2). An empty language is the
    default of every language without a formula of its own.
    """

    salutation = models.ForeignKey(
        Salutation,
        verbose_name=_("salutation"),
        on_delete=models.CASCADE,
        related_name="formulas",
    )
    language = models.CharField(_("language"), max_length=35, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=FormulaType)
    text = models.CharField(
        _("text"), max_length=100, help_text=_("For instance: Dear %1 %2,")
    )
    name_1 = models.CharField(_("%1"), max_length=15, choices=NamePart, blank=True)
    name_2 = models.CharField(_("%2"), max_length=15, choices=NamePart, blank=True)
    name_3 = models.CharField(_("%3"), max_length=15, choices=NamePart, blank=True)
    name_4 = models.CharField(_("%4"), max_length=15, choices=NamePart, blank=True)
    name_5 = models.CharField(_("%5"), max_length=15, choices=NamePart, blank=True)

    class Meta:
        ordering = ["salutation", "language", "type"]
        verbose_name = _("salutation formula")
        verbose_name_plural = _("salutation formulas")
        constraints = [
            models.UniqueConstraint(
                fields=["salutation", "language", "type"],
                name="salutation_formula_unique",
            )
        ]

    def __str__(self) -> str:
        language = self.language or _("every language")
        return f"{self.salutation.code} {language} {self.get_type_display()}"
