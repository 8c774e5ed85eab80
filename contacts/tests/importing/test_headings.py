"""Usual headings are known; the others can be mapped."""

import pytest

from contacts.importing import FIELDS, ImportProblem
from contacts.importing.fields import FLAG_FIELDS
from contacts.importing.headings import map_columns
from contacts.models import Contact


def _fields(header, asked=None):
    columns = map_columns(header, asked or {})
    return {header[place]: code for code, place in columns.places.items()}


def test_usual_headings_find_their_fields():
    assert _fields(
        ["first_name", "Last Name", "company", "zip", "E-mail", "Web Site", "phone1"]
    ) == {
        "first_name": "first_name",
        "Last Name": "surname",
        "company": "company",
        "zip": "postcode",
        "E-mail": "email",
        "Web Site": "home_page",
        "phone1": "phone",
    }


def test_headings_of_our_languages_find_their_fields():
    assert _fields(["Fornavn", "Achternaam", "Postinumero", "Virksomhed", "SPRÅK"]) == {
        "Fornavn": "first_name",
        "Achternaam": "surname",
        "Postinumero": "postcode",
        "Virksomhed": "company",
        "SPRÅK": "language",
    }


@pytest.mark.parametrize(
    "header", [["name", "county", "state"], ["name", "state", "county"]]
)
def test_state_wins_over_county_which_is_listed_as_unmapped(header):
    columns = map_columns(header, {})

    assert header[columns.places["county"]] == "state"
    assert columns.unmapped == ("county",)


def test_an_asked_mapping_goes_before_the_usual_one():
    header = ["name", "county", "state", "notes", "ref"]
    columns = map_columns(header, {"County": "county", "ref": "number", "state": ""})

    assert columns.places == {"county": 1, "number": 4, "name": 0}
    assert columns.unmapped == ("state", "notes")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"Nmae": "name"}, "no column Nmae. Did you mean Name?"),
        ({"Ref": "adress"}, "no field adress. Did you mean address?"),
        ({"Ref": "email", "Name": "email"}, "Two columns are mapped to email"),
    ],
)
def test_an_impossible_mapping_is_refused(asked, said):
    with pytest.raises(ImportProblem, match=said.replace("?", r"\?")):
        map_columns(["Name", "Ref"], asked)


def test_a_file_without_a_known_heading_is_refused():
    with pytest.raises(ImportProblem, match="no heading that is known.*Ole, 12"):
        map_columns(["Ole", "12"], {})


def test_every_field_fits_its_column():
    lengths = {
        code: Contact._meta.get_field(code).max_length
        for code in FIELDS
        if code
        not in (
            "company",
            "company_number",
            "country",
            "language",
            "type",
            "correspondence_type",
        )
        and not Contact._meta.get_field(code).is_relation
        and code not in FLAG_FIELDS
    }
    assert lengths == {code: FIELDS[code].max_length for code in lengths}
