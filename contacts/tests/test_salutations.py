"""Greetings, from a formula and the parts of a name."""

import pytest

from contacts.salutations import greeting

JIM = {"first_name": "Jim", "middle_name": "", "surname": "Hart", "job_title": None}
PARTS = ["first_name", "middle_name", "surname", "", ""]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear Mr. %1 %2 %3,", "Dear Mr. Jim Hart,"),
        ("Dear Mr. %1 %3 %2,", "Dear Mr. Jim Hart,"),
        ("%2 %3:", "Hart:"),
        ("Chers  amis,", "Chers amis,"),
        ("Hi %4,", "Hi,"),
        ("Hi %1%3!", "Hi JimHart!"),
        ("%2,", ""),
        ("100 % %1", "100 % Jim"),
        ("%6 %1", "%6 Jim"),
    ],
)
def test_an_empty_part_leaves_no_gap(text, expected):
    assert greeting(text, PARTS, JIM) == expected


def test_a_part_that_nobody_chose_and_one_without_a_value_are_empty():
    assert greeting("Hello %1 %2", ["job_title"], JIM) == "Hello"


def test_a_name_that_looks_like_a_placeholder_stays_a_name():
    names = {"first_name": "%2", "surname": "Vik"}
    assert greeting("Hi %1 %2", ["first_name", "surname"], names) == "Hi %2 Vik"
