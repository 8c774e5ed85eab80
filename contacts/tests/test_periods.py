"""Periods of alternative addresses: which of them have a day in common."""

from datetime import date

import pytest

from contacts.models import AlternativeAddressPeriod
from contacts.models.postal import overlapping


def period(first, last=None):
    return AlternativeAddressPeriod(
        starting_date=date(2026, *first), ending_date=last and date(2026, *last)
    )


@pytest.mark.parametrize(
    ("periods", "pairs"),
    [
        ([((7, 1), (7, 31)), ((8, 1), (8, 31))], []),
        ([((7, 1), (7, 31)), ((7, 31), (8, 31))], [(0, 1)]),
        ([((8, 1), (8, 31)), ((7, 1), (8, 1))], [(1, 0)]),
        ([((7, 1), None), ((9, 1), (9, 2))], [(0, 1)]),
        ([((7, 1), (7, 2)), ((9, 1), None)], []),
        # The long one is hit by both, though they do not hit each other.
        ([((1, 1), (12, 31)), ((2, 1), (2, 2)), ((3, 1), (3, 2))], [(0, 1), (0, 2)]),
        ([((7, 1), (7, 1)), ((7, 1), (7, 1))], [(0, 1)]),
    ],
)
def test_which_have_a_day_in_common(periods, pairs):
    rows = [period(first, last) for first, last in periods]
    place = {id(row): number for number, row in enumerate(rows)}
    found = [(place[id(one)], place[id(other)]) for one, other in overlapping(rows)]
    assert found == pairs
