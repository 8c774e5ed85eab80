"""classify_contacts: unattended, told in one line."""

import pytest
from django.core.management import CommandError, call_command

from contacts.models import ContactProfileAnswer
from contacts.tests.factories import make_company, make_person
from contacts.tests.questionnaires import make_question, make_questionnaire, profile

pytestmark = pytest.mark.django_db
PEOPLE = {"source": "people", "method": "defined_value"}


@pytest.fixture
def company():
    make_person(minor=True)
    return make_company()


@pytest.fixture
def firm():
    firm = make_questionnaire("FIRM")
    make_question(firm, "SIZE", ("ANY", 0, None), **PEOPLE)
    return firm


def test_everybody_is_classified(company, firm, capsys):
    call_command("classify_contacts", "--date", "2026-03-02")
    said = capsys.readouterr().out
    assert said == "1 question, 1 answer given, 1 minor left out.\n"
    assert profile(company) == ["SIZE.ANY"]
    assert str(ContactProfileAnswer.objects.get().last_updated) == "2026-03-02"


def test_a_dry_run_changes_nothing(company, firm, capsys):
    call_command("classify_contacts", dry_run=True)
    said = capsys.readouterr().out
    assert "1 answer given" in said
    assert "(dry run, nothing was changed)" in said
    assert profile(company) == []


def test_one_questionnaire(company, firm, capsys):
    other = make_questionnaire("OTHER")
    make_question(other, "Q", ("ANY", 0, None), **PEOPLE)
    call_command("classify_contacts", questionnaire="other")
    assert profile(company) == ["Q.ANY"]


def test_what_is_set_up_wrongly_is_told_and_the_rest_done(company, firm, capsys):
    make_question(firm, "BAD", **PEOPLE)
    with pytest.raises(CommandError, match="1 question left out"):
        call_command("classify_contacts")
    assert capsys.readouterr().err == (
        "FIRM BAD Bad? is left out: No answer created.\n"
    )
    assert profile(company) == ["SIZE.ANY"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--questionnaire", "NOPE"], "no questionnaire NOPE"),
        (["--questionnaire", "\x00"], "no questionnaire"),
        (["--date", "2026-02-30"], "Write the day as 2026-11-22."),
        (["--date", "0001-01-01"], "so long ago"),
    ],
)
def test_bad_input_is_named(firm, given, said):
    with pytest.raises(CommandError, match=said):
        call_command("classify_contacts", *given)
