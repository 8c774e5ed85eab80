"""import_contacts from the command line."""

import pytest
from django.core.management import CommandError, call_command

from contacts.models import Contact
from contacts.tests.importing.files import csv

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(tmp_path):
    path = tmp_path / "people.csv"
    path.write_bytes(
        csv(
            "Who;Web;E-mail;Notes", "Ole Vik;;ole@x.no;tall", "Liv Dal;;liv@;", end="\r"
        )
    )
    return path


def test_it_says_in_one_line_what_was_done(people, capsys):
    options = {"map": ["Who=name"], "default": ["country=Norge", "type=person"]}

    call_command("import_contacts", people, dry_run=True, **options)
    assert not Contact.objects.exists()
    call_command("import_contacts", people, **options)

    line = (
        "2 rows, 1 created, 0 updated, 0 unchanged, 1 refused; columns not used: Notes"
    )
    said = capsys.readouterr()
    assert said.out == f"{line} (dry run, nothing was changed).\n{line}.\n"
    assert said.err == "Line 3: e-mail: “liv@” is not one\n" * 2
    assert list(Contact.objects.values_list("name", "surname", "country")) == [
        ("Ole Vik", "Vik", "NO")
    ]


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        (b"", {}, "The file is empty"),
        (b"PK\x03\x04", {}, "cannot be read as a spreadsheet"),
        (b"name\nOle", {"map": ["Nam=email"]}, "no column Nam"),
        (b"alpha\nOle", {}, "alpha. Map one with --map HEADING=FIELD."),
        (b"name\nOle", {"map": ["name"]}, "--map name: write it as HEADING=FIELD"),
        (b"name\nOle", {"default": ["land"]}, "land: write it as FIELD=VALUE"),
        (b"name\nOle", {"default": ["land=NO"]}, "There is no field land"),
        (b"name\nOle", {"default": ["country=XX"]}, "“XX” is not one"),
    ],
)
def test_what_cannot_be_used_is_an_error_and_nothing_is_written(
    tmp_path, content, options, said
):
    path = tmp_path / "contacts.csv"
    path.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        call_command("import_contacts", path, **options)

    assert not Contact.objects.exists()


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("import_contacts", tmp_path / "nobody.csv")


def test_a_file_of_which_every_row_is_refused_is_an_error(tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_bytes(csv("name;e-mail", "Liv Dal;liv@", "Bo Lie;bo"))

    with pytest.raises(CommandError) as refusal:
        call_command("import_contacts", path)

    assert str(refusal.value) == (
        "2 rows, 0 created, 0 updated, 0 unchanged, 2 refused."
    )
    assert capsys.readouterr().err == (
        "Line 2: e-mail: “liv@” is not one\nLine 3: e-mail: “bo” is not one\n"
    )


def test_companies_made_for_their_people_are_told(tmp_path, capsys):
    path = tmp_path / "people.csv"
    path.write_bytes(csv("name;company", "Liv Dal;Kaffe AS"))

    call_command("import_contacts", path)

    assert capsys.readouterr().out == (
        "1 row, 1 created, 0 updated, 0 unchanged, 0 refused; "
        "1 company created for its people.\n"
    )
