"""The days that a figure is taken from (contacts_interactions.md 2.6.3)."""

from dataclasses import dataclass
from datetime import date

from ..choices import PeriodKind


@dataclass(frozen=True)
class Period:
    """From `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def days_of(
    kind: str,
    *,
    on: date,
    days: int | None = None,
    first: date | None = None,
    last: date | None = None,
) -> Period | None:
    """Return the period of `kind` as it is `on` that day; None where none is asked.

    `days` belongs to LAST_DAYS, which ends on that day; `first` and `last` to DATES.
    """
    if kind == PeriodKind.LAST_DAYS and days:
        return Period(date.fromordinal(max(on.toordinal() - days + 1, 1)), on)
    if kind == PeriodKind.THIS_YEAR:
        return Period(date(on.year, 1, 1), on)
    if kind == PeriodKind.LAST_YEAR:
        return Period(date(on.year - 1, 1, 1), date(on.year - 1, 12, 31))
    if kind == PeriodKind.DATES and first and last:
        return Period(first, last)
    return None
