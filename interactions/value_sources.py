"""The figures that the log has of contacts, for profile questions.

Quantity, frequency, cost and duration of a company are those of its people too, and
what was cancelled or is a draft counts nowhere (contacts_interactions.md 2.8.5).
"""

from datetime import date
from typing import Any

from django.db.models import BigIntegerField, Count, F, Sum
from django.db.models.functions import Cast, Round
from django.utils.translation import gettext_lazy as _

from contacts.profiles import Period
from contacts.registry import Figures, ValueSource

from .models import InteractionLogEntry

DAYS_OF_A_YEAR = 365
CENTS = 100
ENTRIES = Count("pk")


def quantity(period: Period, on: date) -> Figures:
    """How many interactions there were."""
    return Figures(_per_contact(period, ENTRIES), 1)


def frequency(period: Period, on: date) -> Figures:
    """How many interactions there were in a year."""
    return Figures(_per_contact(period, ENTRIES * DAYS_OF_A_YEAR), period.days)


def average_cost(period: Period, on: date) -> Figures:
    """What an interaction cost, in the own currency."""
    cents = Cast(Round(F("cost") * CENTS), BigIntegerField())
    return Figures(_per_contact(period, Sum(cents), ENTRIES * CENTS))


def average_duration(period: Period, on: date) -> Figures:
    """How many minutes an interaction took."""
    return Figures(_per_contact(period, Sum("duration"), ENTRIES))


def _per_contact(
    period: Period, numerator: Any, denominator: Any = ENTRIES
) -> list[Any]:
    """The own entries of everybody, and those that a company had through its people."""
    entries = InteractionLogEntry.objects.counted().filter(
        date__range=(period.first, period.last)
    )
    through = entries.filter(company__isnull=False).exclude(contact=F("company"))
    return [
        rows.order_by()
        .values(who)
        .annotate(numerator=numerator, denominator=denominator)
        .values_list(who, "numerator", "denominator")
        for rows, who in ((entries, "contact_id"), (through, "company_id"))
    ]


VALUE_SOURCES = (
    ValueSource(
        "interaction_quantity",
        _("Number of interactions"),
        quantity,
        needs_period=True,
        zero_if_none=True,
    ),
    ValueSource(
        "interaction_frequency",
        _("Interactions per year"),
        frequency,
        needs_period=True,
        zero_if_none=True,
    ),
    ValueSource(
        "interaction_cost",
        _("Average cost of an interaction"),
        average_cost,
        needs_period=True,
    ),
    ValueSource(
        "interaction_duration",
        _("Average duration of an interaction, in minutes"),
        average_duration,
        needs_period=True,
    ),
)
