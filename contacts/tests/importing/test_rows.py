"""A row becomes the values of a contact, or is refused with every reason."""

import pytest

from contacts.importing import (
    ContactRow,
    ImportProblem,
    RefusedRow,
    open_contact_file,
)
from contacts.importing.places import to_country, to_language

from .files import csv


def _rows(*lines, **options):
    return list(open_contact_file(csv(*lines), **options).rows())


def test_cells_are_cleaned():
    (row,) = _rows(
        "first name;surname;company;address;zip;country;e-mail;language;web;channel",
        ' Åse ;Ødegård;Kaffe  AS;"Storgata 1\nOppgang B";150;Norge;'
        "mailto:ase@kaffe.no;Norwegian;kaffe.no;E-mail",
    )

    assert row == ContactRow(
        line=2,
        type="person",
        values={
            "first_name": "Åse",
            "surname": "Ødegård",
            "address": "Storgata 1, Oppgang B",
            "postcode": "0150",
            "country": "NO",
            "email": "ase@kaffe.no",
            "language": "nb",
            "home_page": "kaffe.no",
            "correspondence_type": "email",
        },
        company="Kaffe AS",
    )


def test_every_reason_of_a_refused_row_is_told():
    (row,) = _rows(
        "name;e-mail;country;language;web;county;type",
        f"Ole;ole@;Atlantis;zz;javascript:alert(1);{'x' * 51};robot",
    )

    assert row == RefusedRow(
        2,
        "type: “robot” is not one; county: 51 characters, at most 50 fit; "
        "country: “Atlantis” is not one; e-mail: “ole@” is not one; "
        "home page: “javascript:alert(1)” is not one; language: “zz” is not one",
    )


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        (
            "Ole,Hansen,AS,,extra",
            "the row has more cells than the first line has headings",
        ),
        ("Ole,,Kaffe AS,company", "a company has no first name"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(cells, reason):
    assert _rows("first_name,surname,company,type", cells) == [RefusedRow(2, reason)]


def test_whom_a_row_is_about():
    rows = _rows(
        "company,name,first_name,e-mail",
        "Kaffe AS,,Åse,",
        "Kaffe AS,Åse Ødegård,,",
        "Kaffe AS,Kaffe AS,,",
        ",Åse Ødegård,,",
        "Kaffe AS,,,post@kaffe.no",
    )
    assert [row.type for row in rows] == ["person", "person", "company", "person", ""]
    (lone,) = _rows("name,zip", "Kaffe AS,0150")
    assert lone.type == ""


def test_constants_fill_what_a_row_leaves_empty():
    rows = _rows(
        "name,zip,country", "Acme,8014,", "Kaffe,150,NO", constants={"country": "US"}
    )
    assert [(row.values, row.fillers) for row in rows] == [
        ({"name": "Acme", "postcode": "08014"}, {"country": "US"}),
        ({"name": "Kaffe", "postcode": "0150", "country": "NO"}, {}),
    ]


@pytest.mark.parametrize(
    ("constants", "said"),
    [
        ({"contry": "US"}, "no field contry. Did you mean country"),
        ({"country": "Atlantis"}, "Default country: country: “Atlantis” is not one"),
        ({"email": "a@example.com"}, "email cannot be the same for every row"),
    ],
)
def test_an_impossible_constant_is_refused(constants, said):
    with pytest.raises(ImportProblem, match=said):
        open_contact_file(csv("name", "Ole"), constants=constants)


def test_a_file_with_only_headings_is_refused():
    with pytest.raises(ImportProblem, match="headings but no rows"):
        open_contact_file(csv("name,e-mail"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("no", "NO"),
        ("NOR", "NO"),
        ("Norge", "NO"),
        ("USA", "US"),
        ("uk", "GB"),
        ("Nederland", "NL"),
        ("suomi", "FI"),
        ("EU", None),
        ("Atlantis", None),
    ],
)
def test_countries(text, code):
    assert to_country(text) == code


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("nb", "nb"),
        ("nb_no", "nb-NO"),
        ("Dutch", "nl"),
        ("norsk bokmål", "nb"),
        ("zz", None),
        ("Klingonese", None),
    ],
)
def test_languages(text, tag):
    assert to_language(text) == tag
