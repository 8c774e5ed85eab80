"""What files of contacts are called."""

import pytest

from interactions.printing import FileName, PatternError

ANNA = {
    "sequence_no": "7",
    "contact_no": "C-1",
    "contact_company_name": "Kaffe AS",
    "contact_name": "Anna Dahl",
    "contact_city": "",
    "subject": "God jul",
}
BO = ANNA | {"contact_company_name": "Bo Lie", "contact_name": "Bo Lie"}
NOBODY = dict.fromkeys(ANNA, "")


@pytest.mark.parametrize(
    ("pattern", "record", "name"),
    [
        ("{sequence} {company} {name}", ANNA, "007 Kaffe AS Anna Dahl"),
        ("{sequence} {company} {name}", BO, "007 Bo Lie"),
        ("{company} - {name} - {number}", ANNA, "Kaffe AS - Anna Dahl - C-1"),
        ("{city} - {name} - {number}", ANNA, "Anna Dahl - C-1"),
        ("{name} ({city})", ANNA, "Anna Dahl"),
        ("{name} ({number}) {city}", ANNA, "Anna Dahl (C-1)"),
        ("{sequence} {subject}", ANNA | {"subject": "007"}, "007 007"),
        ("Letter {sequence}, {subject}", ANNA, "Letter 007, God jul"),
        ("{ NAME }.docx", ANNA, "Anna Dahl.docx"),
        ("{contact_no}", ANNA, "C-1"),
        ("{name}", NOBODY, ""),
        ("{company}{name}", ANNA | {"contact_name": "A\nB"}, "Kaffe ASA B"),
    ],
)
def test_a_pattern_gives_a_name(pattern, record, name):
    assert FileName(pattern, last=120).of(record) == name


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("{nmae}", "There is no field “nmae” for file names. Did you mean {name}?"),
        (
            "{postcod}",
            "There is no field “postcod” for file names. Did you mean {postcode}?",
        ),
        ("{qqqq}", "There is no field “qqqq” for file names."),
        ("{}", "There is no field “” for file names."),
        (
            "{name",
            "There is a single “{”. A field stands between two braces: {name}.",
        ),
        (
            "name}",
            "There is a single “}”. A field stands between two braces: {name}.",
        ),
        (
            "{{name}}",
            "There is a single “{”. A field stands between two braces: {name}.",
        ),
        (
            "letter",
            "Without a field every file has the same name. Write, for example, "
            "{sequence} {company} {name}.",
        ),
        ("{name}" * 100, "A pattern has at most 200 characters."),
    ],
)
def test_what_is_no_pattern_is_said(pattern, said):
    with pytest.raises(PatternError) as refusal:
        FileName(pattern, last=9)
    assert str(refusal.value) == said
