"""Which letters: "41-57, 60", and what is said of numbers that cannot be."""

import pytest

from interactions.printing import NumbersError, parse_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("", ()),
        (" , ;", ()),
        ("7", ((7, 7),)),
        ("41-57, 60", ((41, 57), (60, 60))),
        ("60; 41 - 57\n3", ((3, 3), (41, 57), (60, 60))),
        ("41–57", ((41, 57),)),
        ("1-5,4-9,10", ((1, 10),)),
        ("1-100", ((1, 100),)),
    ],
)
def test_numbers_and_ranges_come_in_order_and_once(text, numbers):
    assert parse_numbers(text, last=100) == numbers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("57-41", "“57-41” runs backwards. Did you mean 41-57?"),
        ("0", "“0”: the first letter has number 1."),
        ("0-3", "“0-3”: the first letter has number 1."),
        ("101", "“101” goes beyond the end: the last letter has number 100."),
        ("90-101", "“90-101” goes beyond the end: the last letter has number 100."),
        (
            "9, ten",
            "“ten” is no number of a letter. Write numbers and ranges: 41-57, 60.",
        ),
        ("-3", "“-3” is no number of a letter. Write numbers and ranges: 41-57, 60."),
        (
            "1-2-3",
            "“1-2-3” is no number of a letter. Write numbers and ranges: 41-57, 60.",
        ),
        ("1," * 201, "These are more than 200 pieces. Print them in several goes."),
    ],
)
def test_what_cannot_be_is_said(text, said):
    with pytest.raises(NumbersError) as refusal:
        parse_numbers(text, last=100)
    assert str(refusal.value) == said


@pytest.mark.parametrize("text", ["9" * 5_000, "٣", "1-" + "9" * 30])
def test_no_number_is_too_long_or_too_odd(text):
    with pytest.raises(NumbersError):
        parse_numbers(text, last=100)
