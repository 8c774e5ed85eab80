"""The figures that the register itself has of contacts, for profile questions."""

from datetime import date
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Func,
    IntegerField,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast, TruncDate
from django.utils.translation import gettext_lazy as _

from .choices import ContactType
from .models import Contact
from .profiles import Period
from .registry import Figures, ValueSource

# What a card of a company and one of a person both may have, and who answers for it.
TEXTS = ("address", "postcode", "city", "country", "phone", "email", "language")
ROWS = ("salesperson", "territory")
ONE = Value(1, output_field=IntegerField())


class DaysBetween(Func):
    """The whole number of days to one date from another."""

    template = "(%(expressions)s)"
    arg_joiner = " - "
    arity = 2
    output_field = IntegerField()

    def as_sqlite(
        self, compiler: Any, connection: Any, **context: Any
    ) -> tuple[str, Any]:
        counted = self.copy()
        counted.set_source_expressions(
            [Func(day, function="julianday") for day in self.get_source_expressions()]
        )
        return counted.as_sql(
            compiler, connection, template="CAST(%(expressions)s AS INTEGER)"
        )


def days_in_register(period: Period | None, on: date) -> Figures:
    """How many days ago each contact came into the register."""
    days = DaysBetween(
        Cast(Value(on), DateField()), TruncDate("created_at", output_field=DateField())
    )
    return Figures((Contact.objects.order_by().values_list("pk", days, ONE),), 1)


def completeness(period: Period | None, on: date) -> Figures:
    """How much of the card is filled in, in percent."""
    filled = [~Q(**{name: ""}) for name in TEXTS]
    filled += [Q(**{f"{name}__isnull": False}) for name in ROWS]
    counted = sum((_one_if(condition) for condition in filled[1:]), _one_if(filled[0]))
    numerator = Value(100, output_field=IntegerField()) * counted
    rows = Contact.objects.order_by().values_list("pk", numerator, ONE)
    return Figures((rows,), len(filled))


def people(period: Period | None, on: date) -> Figures:
    """How many people of each company are in the register."""
    employed = Contact.objects.filter(company__isnull=False).order_by()
    counted = employed.values("company_id").annotate(counted=Count("pk"))
    return Figures((counted.values_list("company_id", "counted", ONE),), 1)


def _one_if(condition: Q) -> Case:
    return Case(When(condition, then=1), default=0, output_field=IntegerField())


VALUE_SOURCES = (
    ValueSource("days_in_register", _("Days in the register"), days_in_register),
    ValueSource("completeness", _("How complete the card is, in %"), completeness),
    ValueSource(
        "people",
        _("People of the company"),
        people,
        zero_if_none=True,
        only=ContactType.COMPANY,
    ),
)
