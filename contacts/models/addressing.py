"""How a contact is greeted."""

import re
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Subquery
from django.db.models.functions import Length
from django.utils.translation import gettext_lazy as _

from ..choices import FormulaType, NamePart
from .fields import CodedModel
from .languages import in_language
from .setup import MarketingSetup

PLACES = range(1, 6)
PLACEHOLDER = re.compile(r"%(\d+)")


def usual_language() -> Subquery:
    """The default language of the set-up, NULL before there is a set-up."""
    return Subquery(
        MarketingSetup.objects.filter(pk=1).values("default_language")[:1],
        output_field=models.CharField(),
    )


class Salutation(CodedModel):
    """A family of greetings, e.g. F for women whose marital status is unknown."""

    class Meta(CodedModel.Meta):
        verbose_name = _("salutation")
        verbose_name_plural = _("salutations")


class SalutationFormulaQuerySet(models.QuerySet):
    """Who has a formula `serving` its language is greeted by the first of them.

    Others are greeted by the first of the `usual` ones.
    """

    def serving(self, language: Any) -> Self:
        """Formulas of the language, the best first: nb-NO, then nb."""
        own = self.exclude(language="").filter(in_language(language))
        return own.order_by(-Length("language"))

    def usual(self) -> Self:
        """Formulas of the default language of the set-up, then those for every."""
        usual = Q(in_language(usual_language())) | Q(language="")
        return self.filter(usual).order_by(-Length("language"))


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

    objects = SalutationFormulaQuerySet.as_manager()

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

    @property
    def parts(self) -> list[str]:
        """What the placeholders stand for, %1 first."""
        return [getattr(self, f"name_{place}") for place in PLACES]

    def clean(self) -> None:
        """Every placeholder has a part, every part a placeholder, and %6 is none."""
        super().clean()
        asked = {int(place) for place in PLACEHOLDER.findall(self.text)}
        if unknown := sorted(asked - set(PLACES)):
            raise ValidationError(
                {
                    "text": _("There is no %%%(place)s: a formula has %%1 to %%5.")
                    % {"place": unknown[0]}
                }
            )
        errors = {}
        for place, part in zip(PLACES, self.parts, strict=True):
            if place in asked and not part:
                errors[f"name_{place}"] = _("Say what %%%(place)s stands for.")
            elif part and place not in asked:
                errors[f"name_{place}"] = _("The text has no %%%(place)s.")
            else:
                continue
            errors[f"name_{place}"] %= {"place": place}
        if errors:
            raise ValidationError(errors)
