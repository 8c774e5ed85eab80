"""Periods, figures and ranges of questionnaires, without a database."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.profiles import Period, Range, days_of, first_overlap, round_ratio

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("kind", "given", "first", "last"),
    [
        ("last_days", {"days": 1}, TODAY, TODAY),
        ("last_days", {"days": 30}, date(2026, 2, 1), TODAY),
        ("last_days", {"days": 10**6}, date(1, 1, 1), TODAY),
        ("this_year", {}, date(2026, 1, 1), TODAY),
        ("last_year", {}, date(2025, 1, 1), date(2025, 12, 31)),
        (
            "dates",
            {"first": date(2025, 7, 1), "last": date(2026, 6, 30)},
            date(2025, 7, 1),
            date(2026, 6, 30),
        ),
    ],
)
def test_a_period_is_seen_from_the_day(kind, given, first, last):
    assert days_of(kind, on=TODAY, **given) == Period(first, last)


def test_without_a_kind_there_is_no_period():
    assert days_of("", on=TODAY) is None
    assert days_of("last_year", on=TODAY).days == 365


@pytest.mark.parametrize(
    ("numerator", "denominator", "decimals", "figure"),
    [
        (1, 2, 0, 10_000),
        (-1, 2, 0, -10_000),
        (1, 3, 2, 3_300),
        (2, 3, 4, 6_667),
        (1_250, 1, -2, 13_000_000),
        (1_249, 1, -2, 12_000_000),
        (0, 7, 0, 0),
        (5, 0, 0, None),
        (None, 5, 0, None),
        (5, None, 0, None),
    ],
)
def test_a_figure_is_rounded_with_halves_away_from_zero(
    numerator, denominator, decimals, figure
):
    assert round_ratio(numerator, denominator, decimals) == figure


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6), st.integers(-9, 4))
def test_it_is_what_decimal_says(numerator, denominator, decimals):
    ratio = Fraction(numerator, denominator) * Fraction(10) ** decimals
    with localcontext() as context:
        context.prec = 60
        exact = Decimal(ratio.numerator) / Decimal(ratio.denominator)
        rounded = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    expected = Fraction(int(rounded)) / Fraction(10) ** decimals * 10_000
    assert round_ratio(numerator, denominator, decimals) == expected


def ranges(*bounds):
    return [
        Range(f"A{place}", *(None if b is None else Decimal(b) for b in pair))
        for place, pair in enumerate(bounds)
    ]


@pytest.mark.parametrize(
    ("bounds", "overlap"),
    [
        ([(0, 25), (26, 75), (76, None)], None),
        ([(0, 25), (25, 75)], (0, 1)),
        ([(None, 0), (0, None)], (0, 1)),
        ([(None, -1), (0, 0), (1, None)], None),
        ([(10, 20), (None, None), (5, 30)], (0, 2)),
        ([(1, None), (None, None)], None),
        ([], None),
    ],
)
def test_two_ranges_that_meet_are_found(bounds, overlap):
    assert first_overlap(ranges(*bounds)) == overlap
