"""The commands of README, run as they stand there, one after the other."""

import io
import re
import shlex

import docx
import pytest
from django.conf import settings
from django.core import mail
from django.core.management import call_command

from interactions.tests.factories import letter
from segments_app.models import Segment
from segments_app.tests.factories import names_on

pytestmark = pytest.mark.django_db

README = (settings.BASE_DIR / "README.md").read_text(encoding="utf-8")
CHAIN = README.partition("The same chain from the command line")[2].partition("\n## ")[
    0
]
PEOPLE = """\
first_name,last_name,company_name,address,city,state,zip,email
James,Butt,"Benton, John B Jr",Blue Gum St 6,New Orleans,LA,70116,j@benton.example
Art,Venere,Chemel & Co,8 W Cerritos Ave,Bridgeport,NJ,08014,art@chemel.example
Nobody,Knows,Chemel & Co,8 W Cerritos Ave,Bridgeport,NJ,08014,
"""


def paragraphs(data):
    document = docx.Document(io.BytesIO(data))
    return [each.text for each in document.paragraphs if each.text]


def commands():
    lines = CHAIN.replace("\\\n", " ").splitlines()
    return [
        shlex.split(line)[2:]
        for line in lines
        if line.startswith("    python manage.py")
    ]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the three files that README speaks of."""
    (criteria,) = re.findall(r"```json\n(.*?)```", CHAIN, re.S)
    (tmp_path / "spring.json").write_text(criteria, encoding="utf-8")
    (tmp_path / "people.csv").write_text(PEOPLE, encoding="utf-8")
    (tmp_path / "letter.docx").write_bytes(letter("Dear {{ contact_name }}"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(params=["an empty database", "the demo company"])
def _database(request, capsys):
    if request.param == "the demo company":
        call_command("seed_demo")
        capsys.readouterr()


@pytest.mark.usefixtures("_database")
def test_the_chain_of_readme_sends_a_letter_to_everybody_who_can_be_reached(
    folder, capsys
):
    follow_ups, left_overs = (
        Segment.objects.exclude(**{f"{link}_of": None})
        for link in ("follow_up", "left_over")
    )

    for name, *arguments in commands():
        call_command(name, *arguments)

    said = capsys.readouterr()
    assert said.err == ""
    assert said.out.splitlines() == [
        "3 rows, 3 created, 0 updated, 0 unchanged, 0 refused; "
        "2 companies created for their people.",
        "Segment SPRING: 3 contacts, 0 kept out.",
        "3 letters in letters.docx.",
        "Segment SPRING: 2 interactions logged, "
        f"follow-up {follow_ups.get().number}, the rest is kept in "
        f"{left_overs.get().number}.",
        "2 sent, 0 failed.",
    ]
    assert paragraphs((folder / "letters.docx").read_bytes()) == [
        "Dear Art Venere",
        "Dear Nobody Knows",
        "Dear James Butt",
    ]
    sent = {
        message.to[0]: paragraphs(message.attachments[0].content)
        for message in mail.outbox
    }
    assert sent == {
        "j@benton.example": ["Dear James Butt"],
        "art@chemel.example": ["Dear Art Venere"],
    }
    assert names_on(left_overs.get()) == ["Nobody Knows"]
    assert names_on(follow_ups.get()) == ["James Butt", "Art Venere"]
