"""How the project starts, and when it refuses to."""

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks

from segments_app.checks import letters_have_a_sender

PROJECT = Path(__file__).resolve().parent.parent.parent
KEY = "a-key-of-our-own-that-is-long-enough-for-anybody"


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py in an environment that has only what is said here."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        env=kept | {"DEBUG": "0", "SECRET_KEY": ""} | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("key", ["", "too short"])
def test_production_does_not_start_without_a_key_of_its_own(key):
    done = manage("check", SECRET_KEY=key)

    assert done.returncode != 0
    assert "SECRET_KEY is missing or too short" in done.stderr


def test_production_does_not_start_with_a_sample_key():
    done = manage("check", SECRET_KEY=f"django-insecure-{KEY}")

    assert done.returncode != 0
    assert "SECRET_KEY is a sample value" in done.stderr


def refusal(**environment: str) -> str:
    """The last line of the refusal to start with this in the environment."""
    done = manage("check", SECRET_KEY=KEY, **environment)
    assert done.returncode != 0
    return done.stderr.rstrip().rpartition("\n")[2].partition(": ")[2]


@pytest.mark.parametrize(
    ("name", "value", "least"),
    [
        ("MAIL_PER_MINUTE", "-1", 0),
        ("MAIL_PER_MINUTE", "abc", 0),
        ("EMAIL_TIMEOUT", "abc", 1),
        ("EMAIL_TIMEOUT", "0", 1),
    ],
)
def test_a_number_that_cannot_be_is_refused_by_its_name(name, value, least):
    said = f"{name} is {value!r}. Set it to a whole number from {least} on."
    assert refusal(**{name: value}) == said


@pytest.mark.parametrize(
    "url", ["nonsense", "smtp://user:secret@host:abc", "smtp://", "http://host"]
)
def test_what_is_no_mail_server_is_refused_and_not_repeated(url):
    done = manage("check", SECRET_KEY=KEY, EMAIL_URL=url)
    assert done.stderr.endswith(
        "EMAIL_URL is the mail server, as smtp+tls://user:password@host:587.\n"
    )
    assert "secret@" not in done.stderr


@pytest.mark.parametrize(
    "sender",
    [
        "segments@localhost",
        "mail@intranet",
        "Kaffe AS <hello@kaffe.example>",
        "Blåbær <hei@blåbær.example>",
    ],
)
def test_a_sender_may_have_a_name_and_any_domain(settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    assert letters_have_a_sender() == []


@pytest.mark.parametrize("sender", ["nonsense", "", "hello@", "a@b.example\nX: y"])
def test_what_is_no_sender_is_told_by_the_check(settings, sender):
    settings.DEFAULT_FROM_EMAIL = sender
    (told,) = run_checks()
    assert (told.id, told.msg) == (
        "segments.E001",
        f"DEFAULT_FROM_EMAIL is {sender!r}, which is no e-mail address.",
    )


def test_production_is_what_you_get_when_nothing_is_said():
    told = "from django.conf import settings as s; print(s.DEBUG, s.ALLOWED_HOSTS)"
    done = manage("shell", "-v0", "-c", told, SECRET_KEY=KEY)

    assert done.stdout.split("\n")[0] == "False []"


def test_the_deployment_check_tells_of_shared_files_and_of_mail():
    done = manage(
        "check",
        "--deploy",
        SECRET_KEY=KEY,
        DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing",
        ALLOWED_HOSTS="segments.example",
    )

    assert done.returncode == 0
    told = [
        name for name in ("W001", "W002", "W004") if f"segments.{name}" in done.stderr
    ]
    assert told == ["W001", "W002", "W004"]


def test_a_single_machine_with_a_mail_server_has_nothing_to_hear():
    done = manage(
        "check",
        "--deploy",
        SECRET_KEY=KEY,
        DATABASE_URL="sqlite:///:memory:",
        ALLOWED_HOSTS="segments.example",
        EMAIL_URL="smtp://mail.example:25",
        SITE_URL="https://segments.example",
    )

    assert "segments.W" not in done.stderr


def test_static_files_are_collected_for_production(tmp_path):
    done = manage(
        "collectstatic", "--noinput", SECRET_KEY=KEY, STATIC_ROOT=str(tmp_path)
    )

    assert done.returncode == 0, done.stderr
    assert list(tmp_path.glob("css/layout.*.css"))


def test_a_refusal_is_one_line_in_the_log(caplog, client, db):
    client.force_login(User.objects.create_user("nobody"))
    with caplog.at_level(logging.WARNING, logger="django.request"):
        assert client.get("/segments/").status_code == 403

    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [
        ("Forbidden (Permission denied): /segments/", None)
    ]
    assert logging.getLogger("django").handlers == []
