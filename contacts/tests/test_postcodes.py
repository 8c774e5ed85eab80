"""Postcodes as the countries write them."""

import pytest

from contacts.postcodes import SHAPES, example, fits


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        ("NO", "0150"),
        ("NO", " N-0150 "),
        ("SE", "111 52"),
        ("SE", "11152"),
        ("SE", "SE-111 52"),
        ("FI", "00100"),
        ("AX", "AX-22100"),
        ("FO", "100"),
        ("LV", "LV-1010"),
        ("NL", "1011 ab"),
        ("PL", "00-950"),
        ("PT", "1000-001"),
        ("GB", "EC1A 1BB"),
        ("GB", "m1 1ae"),
        ("GB", "SW1A1AA"),
        ("IE", "D6W XH92"),
        ("US", "20500"),
        ("US", "20500-0003"),
        ("CA", "K1A 0B1"),
        ("BR", "whatever"),
        ("", "12"),
        ("NO", ""),
    ],
)
def test_a_postcode_that_may_be_one(country, postcode):
    assert fits(postcode, country)


@pytest.mark.parametrize(
    ("country", "postcode"),
    [
        ("NO", "150"),
        ("NO", "01500"),
        ("NO", "OSLO"),
        ("SE", "1115"),
        ("DK", "21000"),
        ("DE", "1011"),
        ("GB", "12345"),
        ("US", "2050"),
        ("CA", "K1A 0B"),
        ("NL", "1011"),
        ("PL", "00950"),
        ("NO", "٠١٥٠"),
    ],
)
def test_a_postcode_that_is_none(country, postcode):
    assert not fits(postcode, country)


@pytest.mark.parametrize("country", SHAPES)
def test_the_example_of_a_country_is_one(country):
    assert fits(example(country), country)
