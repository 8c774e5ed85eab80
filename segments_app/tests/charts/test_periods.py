"""Which days make one bar."""

from datetime import date

import pytest

from segments_app.charts import Period, period_of, starts_of


@pytest.mark.parametrize(
    ("first", "last", "period", "bars"),
    [
        (date(2026, 3, 2), date(2026, 3, 2), Period.DAY, 1),
        (date(2026, 3, 1), date(2026, 3, 31), Period.DAY, 31),
        (date(2026, 3, 1), date(2026, 4, 1), Period.WEEK, 6),
        (date(2026, 1, 1), date(2026, 12, 30), Period.WEEK, 53),
        (date(2026, 1, 1), date(2026, 12, 31), Period.MONTH, 12),
        (date(2022, 1, 31), date(2026, 4, 1), Period.MONTH, 52),
        (date(2016, 6, 1), date(2026, 4, 1), Period.YEAR, 11),
    ],
)
def test_a_span_has_a_readable_number_of_bars(first, last, period, bars):
    assert period_of(first, last) == period
    assert len(starts_of(period, first, last)) == bars


def test_weeks_begin_on_monday_and_the_first_is_whole():
    assert starts_of(Period.WEEK, date(2026, 1, 1), date(2026, 1, 12)) == [
        date(2025, 12, 29),
        date(2026, 1, 5),
        date(2026, 1, 12),
    ]


def test_months_begin_on_their_first_whatever_their_length():
    assert starts_of(Period.MONTH, date(2026, 1, 31), date(2026, 3, 1)) == [
        date(2026, 1, 1),
        date(2026, 2, 1),
        date(2026, 3, 1),
    ]
