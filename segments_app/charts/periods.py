"""Days put together, so that a chart of any span has a readable number of bars."""

from datetime import date, timedelta
from enum import StrEnum

MOST_BARS = 54  # a year by week, and its ends


class Period(StrEnum):
    """What one bar stands for; the names are those of the database."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"

    def start_of(self, day: date) -> date:
        """The first day of the period that the day is in; weeks begin on Monday."""
        match self:
            case Period.DAY:
                return day
            case Period.WEEK:
                return day - timedelta(days=day.weekday())
            case Period.MONTH:
                return day.replace(day=1)
        return day.replace(month=1, day=1)

    def after(self, start: date) -> date:
        """The first day of the next period."""
        match self:
            case Period.DAY:
                return start + timedelta(days=1)
            case Period.WEEK:
                return start + timedelta(weeks=1)
            case Period.MONTH:
                return (start + timedelta(days=31)).replace(day=1)
        return start.replace(year=start.year + 1)


def period_of(first: date, last: date) -> Period:
    """Return the shortest period that covers both days without too many bars."""
    days = (last - first).days + 1
    if days <= 31:
        return Period.DAY
    if days <= (MOST_BARS - 2) * 7:
        return Period.WEEK
    if days <= (MOST_BARS - 2) * 30:
        return Period.MONTH
    return Period.YEAR


def starts_of(period: Period, first: date, last: date) -> list[date]:
    """Return the first day of every period from the one to the other day."""
    start, starts = period.start_of(first), []
    while start <= last:
        starts.append(start)
        start = period.after(start)
    return starts
