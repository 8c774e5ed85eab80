"""Field kinds that every set-up table shares."""

import unicodedata
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

NUL = "\0"  # PostgreSQL takes it in no text, so nothing is called so
MOST_MINUTES = 99_999  # ten weeks


def validate_code(code: str) -> None:
    """Refuse a code that nobody can read or type again."""
    hidden = any(unicodedata.category(letter).startswith("C") for letter in code)
    readable = any(letter.isalnum() for letter in code) or not code.strip()
    if hidden or not readable:
        raise ValidationError(
            _("A code is one line with at least one letter or digit, as NEWS-OSLO."),
            code="invalid",
        )


def validate_one_line(text: str) -> None:
    """Refuse line breaks where a text ends up in the head of an e-mail."""
    if len(text.splitlines()) > 1:
        raise ValidationError(_("Write it on one line."), code="invalid")


class CodeField(models.CharField):
    """A short key: at most 20 characters, stored upper-case and trimmed."""

    default_validators = (validate_code,)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return value.strip().upper() if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> Any:
        value = self.to_python(super().get_prep_value(value))
        if isinstance(value, str):
            return value.replace(NUL, "\N{REPLACEMENT CHARACTER}")
        return value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class MoneyField(models.DecimalField):
    """An amount in the own currency of the set-up, never negative."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 12)
        kwargs.setdefault("decimal_places", 2)
        kwargs.setdefault("validators", [MinValueValidator(Decimal(0))])
        super().__init__(*args, **kwargs)


class MinutesField(models.PositiveIntegerField):
    """How long something takes; what a sum of very many can hold, and a person do."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("validators", [MaxValueValidator(MOST_MINUTES)])
        super().__init__(*args, **kwargs)

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**({"max_value": MOST_MINUTES} | kwargs))


class CodedModel(models.Model):
    """A set-up table: a code people type and a description they read."""

    code = CodeField(_("code"), unique=True)
    description = models.CharField(_("description"), max_length=100, blank=True)

    class Meta:
        abstract = True
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.description}".strip()
