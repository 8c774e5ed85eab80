"""What survives a process that is killed, sixteen who log at once, others at work.

Logging is all or nothing; a file of letters is whole or not there; a letter that the
mail server took is never sent again, and what nobody can know is said to be unknown.
"""

import json
import os
import subprocess
import sys
from functools import partial

import pytest
from django.db import connection

from interactions.tests.pdf.office import needs_libreoffice
from segments_app.services import log_segment
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW
from segments_app.tests.views.log_side import letter_segment

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = 5
NOTHING = {
    "LoggedSegment": 0,
    "InteractionLogEntry": 0,
    "Run": 0,
    "LetterSnapshot": 0,
    "Delivery": 0,
    "Segment": 1,
    "SegmentLine": PEOPLE,
    "SegmentStep": 1,
}
LOGGED = {
    "LoggedSegment": 1,
    "InteractionLogEntry": PEOPLE,
    "Run": 1,
    "LetterSnapshot": PEOPLE,
    "Delivery": PEOPLE,
    "Segment": 0,
    "SegmentLine": 0,
    "SegmentStep": 0,
}
FOLLOWED_UP = LOGGED | {"Segment": 1, "SegmentLine": PEOPLE, "SegmentStep": 1}


@pytest.fixture
def elsewhere(tmp_path, settings):
    """A function that runs a script on the database as it is then."""
    settings.MEDIA_ROOT = tmp_path

    def run(script, what, number):
        environment = os.environ | {
            "DATABASE_URL": _database_url(tmp_path),
            "MEDIA_ROOT": str(tmp_path),
            "SECRET_KEY": "x" * 50,
        }
        asked = [sys.executable, "-m", f"segments_app.tests.killed.{script}"]
        done = subprocess.run(
            [*asked, what, str(number)],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return run


@pytest.fixture
def log_elsewhere(elsewhere):
    """A function that runs the script on a database with one segment."""
    letter_segment(people=PEOPLE, number="SM-7")
    return partial(elsewhere, "log_elsewhere")


def _database_url(folder):
    """The database of the test; one in memory is copied to where others find it."""
    given = connection.settings_dict
    if connection.vendor == "postgresql":
        who = f"{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}"
        return f"postgres://{who}/{given['NAME']}"
    copy = folder / "copy.sqlite3"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    return f"sqlite:///{copy}"


def test_killed_anywhere_nothing_is_half_and_it_logs_once_after(log_elsewhere):
    told = log_elsewhere("killed", 10)
    assert told["before"] == NOTHING
    assert len(told["killed"]) == 10
    assert [(ended, clean) for _place, ended, clean in told["killed"]] == [
        (9, True) for _each in told["killed"]
    ]
    assert (told["after"], told["again"]) == (FOLLOWED_UP, "gone")


def test_a_file_of_letters_killed_anywhere_is_whole_after(elsewhere):
    run = prepare_run(segment=letter_segment(people=PEOPLE), user=None, at=NOW)
    told = elsewhere("print_elsewhere", "killed", 6)
    people = range(1, PEOPLE + 1)
    names = [f"{number} Kaffe AS Person No00{number}.docx" for number in people]
    whole = {"state": "done", "names": names, "parts": []}
    assert told["whole"] == whole
    assert [ended for _place, ended, *_states in told["killed"]] == [9] * 6
    assert [after for *_before, after in told["killed"]] == [whole] * 6
    assert run.items.count() == PEOPLE


@pytest.mark.parametrize("form", ["docx", pytest.param("pdf", marks=needs_libreoffice)])
def test_a_sender_killed_anywhere_sends_nothing_twice_and_loses_nothing(
    elsewhere, form
):
    segment = letter_segment(people=PEOPLE, number="SM-7")
    segment.lines.update(correspondence_type="email", email_form=form)
    log_segment(segment=segment, deliver=True, user=None, at=NOW)
    everybody = {f"no{number}@example.no" for number in range(1, PEOPLE + 1)}
    told = elsewhere("send_elsewhere", "killed", 6)
    assert len(told) == 6
    for after in told:
        assert after["ended"] == 9, after
        assert {*after["sent"], *after["unknown"]} == everybody, after
        assert len(after["unknown"]) <= 2, after
        assert max(after["arrived"].values()) == 1, after
        assert {*after["sent"]} <= {*after["arrived"]}, after
        assert everybody - {*after["arrived"]} <= {*after["unknown"]}, after
    assert any(after["unknown"] for after in told)


def test_sixteen_who_log_at_once_make_one_logged_segment(log_elsewhere):
    told = log_elsewhere("at_once", 16)
    assert told["ends"] == {"logged": 1, "SegmentAlreadyLogged": 15}
    assert told["after"] == LOGGED


def test_who_removes_adds_or_jumps_meanwhile_is_before_or_after(log_elsewhere):
    for number in ("SM-8", "SM-9"):
        letter_segment(people=PEOPLE, number=number)
    told = log_elsewhere("with_others", 1)
    first_or_last = {
        "removes": (PEOPLE - 1, PEOPLE),
        "adds": (PEOPLE + 1, PEOPLE),
        "jumps": (PEOPLE, PEOPLE - 1),
    }
    for act, (first, last) in first_or_last.items():
        ends = told[act]["ends"]
        assert ends in ({"logged": 1, "changed": 1}, {"logged": 1, "SegmentChanged": 1})
        people = first if "changed" in ends else last
        assert told[act] == {"ends": ends, "logged": [people] * 3, "open": 0}
