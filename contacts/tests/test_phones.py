"""Phone numbers: what is one, and what is said of one that is not."""

import pytest
from django.core.exceptions import ValidationError

from contacts.phones import check_phone, e164


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("55 12 34 56", "NO"),
        ("55 12 34 56 ext. 12", "NO"),
        ("55 12 34 56 x12", "NO"),
        ("55 12 34 56 #12", "NO"),
        ("02800", "NO"),
        ("(504) 621-8927", "US"),
        ("+46 8 123 456 78", "NO"),
        ("+47 55 12 34 56", ""),
        ("55 12 34 56", ""),
        ("07700 900 122", "GB"),
        ("", "NO"),
    ],
)
def test_a_number_is_taken(text, country):
    check_phone(text, country)


@pytest.mark.parametrize(
    ("text", "country", "said"),
    [
        ("call me", "NO", "A phone number has no letters."),
        ("1-800-FLOWERS", "US", "A phone number has no letters."),
        (
            "55 12 34",
            "NO",
            "“55 12 34” is no phone number in Norway. Write it as 21 23 45 67, or one "
            "of another country with + and its code, as +47 21 23 45 67.",
        ),
        (
            "+999 12 34",
            "",
            "“+999 12 34” is no phone number. Write it with + and the code of the "
            "country, as +47 22 34 56 78.",
        ),
        (
            "1",
            "",
            "“1” is no phone number. Write it with + and the code of the country, "
            "as +47 22 34 56 78.",
        ),
        (
            "9" * 30,
            "",
            f"“{'9' * 30}” is no phone number. Write it with + and the code of the "
            "country, as +47 22 34 56 78.",
        ),
    ],
)
def test_what_is_no_number_is_refused_with_an_example(text, country, said):
    with pytest.raises(ValidationError) as refusal:
        check_phone(text, country)
    assert refusal.value.messages == [said]


def test_the_country_is_named_in_the_language_of_the_reader():
    with pytest.raises(ValidationError, match="in Norge"):
        check_phone("1", "NO", "nb")


def test_machines_dial_without_the_extension():
    assert e164("55 12 34 56 ext. 12", "NO") == "+4755123456"
