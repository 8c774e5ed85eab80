"""Logging survives: a process that is killed, sixteen at once, others at work."""

import json
import os
import subprocess
import sys

import pytest
from django.db import connection

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
    """A function that runs the script on a database with one segment."""
    settings.MEDIA_ROOT = tmp_path
    letter_segment(people=PEOPLE, number="SM-7")

    def run(what, number):
        environment = os.environ | {
            "DATABASE_URL": _database_url(tmp_path),
            "MEDIA_ROOT": str(tmp_path),
            "SECRET_KEY": settings.SECRET_KEY,
        }
        asked = [sys.executable, "-m", "segments_app.tests.killed.log_elsewhere"]
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


def test_killed_anywhere_nothing_is_half_and_it_logs_once_after(elsewhere):
    told = elsewhere("killed", 20)
    assert told["before"] == NOTHING
    assert len(told["killed"]) >= 15
    assert [(ended, clean) for _place, ended, clean in told["killed"]] == [
        (9, True) for _each in told["killed"]
    ]
    assert (told["after"], told["again"]) == (FOLLOWED_UP, "gone")


def test_sixteen_who_log_at_once_make_one_logged_segment(elsewhere):
    told = elsewhere("at_once", 16)
    assert told["ends"] == {"logged": 1, "SegmentAlreadyLogged": 15}
    assert told["after"] == LOGGED


def test_who_takes_a_contact_off_meanwhile_is_before_or_after(elsewhere):
    told = elsewhere("with_others", 1)
    fewer = PEOPLE - 1
    before = {"logged": 1, "removed": 1}
    after = {"logged": 1, "SegmentChanged": 1}
    if told["ends"] == before:
        names = ("InteractionLogEntry", "LetterSnapshot", "Delivery")
        assert told["after"] == LOGGED | dict.fromkeys(names, fewer)
    else:
        assert (told["ends"], told["after"]) == (after, LOGGED)
