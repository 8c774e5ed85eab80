"""demo: only in a database that is empty or its own, and only on a port that is."""

import socket

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from contacts.models import Contact, MailingGroup
from segments_app.demo.company import check_database
from segments_app.management.commands import demo

pytestmark = pytest.mark.django_db
NOT_OURS = "tables or rows that the demo did not make"


@pytest.fixture(autouse=True)
def called(settings, monkeypatch):
    """The commands that the demo starts; nothing of them happens."""
    settings.DEBUG = True
    called = []
    monkeypatch.setattr(
        demo, "call_command", lambda name, *_args, **_options: called.append(name)
    )
    monkeypatch.setattr(demo, "_worker", demo.contextlib.nullcontext)
    return called


@pytest.fixture
def port():
    """A port that nobody uses."""
    with socket.socket() as probe:
        probe.bind((demo.HOST, 0))
        return probe.getsockname()[1]


def test_in_an_empty_database_it_loads_and_serves(called, port):
    call_command("demo", port=port)
    assert called == ["migrate", "seed_demo", "runserver"]


def test_in_its_own_database_it_serves_again(called, port):
    call_command("seed_demo")
    User.objects.create_superuser("made-later")
    call_command("demo", port=port)
    assert called == ["migrate", "seed_demo", "runserver"]


@pytest.mark.parametrize("command", ["demo", "seed_demo"])
class TestNotOurs:
    """Refused before anything is changed, also before the tables are."""

    def refuse(self, command, called):
        users = list(User.objects.values())
        with pytest.raises(CommandError, match=NOT_OURS):
            call_command(command)
        assert called == []
        assert (list(User.objects.values()), Contact.objects.count()) == (users, 0)

    def test_with_a_superuser_only(self, command, called):
        User.objects.create_superuser("kari", password="a good password")
        self.refuse(command, called)

    def test_with_set_up_only(self, command, called):
        MailingGroup.objects.create(code="NEWS")
        self.refuse(command, called)

    def test_with_a_table_of_another_program(self, command, called):
        with connection.cursor() as cursor:
            cursor.execute("CREATE TABLE invoices (id integer)")
        self.refuse(command, called)


def test_a_database_without_a_single_table_is_empty(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda: [])
    check_database()


def test_a_migration_that_was_stopped_early_can_go_on(monkeypatch):
    tables = [MigrationRecorder.Migration._meta.db_table, "auth_permission"]
    monkeypatch.setattr(connection.introspection, "table_names", lambda: tables)
    check_database()


@pytest.mark.parametrize("port", [-1, 0, 65536, 99999])
def test_a_port_that_cannot_be(called, port):
    with pytest.raises(CommandError, match=f"There is no port {port}: choose one"):
        call_command("demo", port=port)
    assert called == []


def test_a_port_that_is_taken(called):
    with socket.socket() as other:
        other.bind((demo.HOST, 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be used .*in use"):
            call_command("demo", port=port)
    assert called == []


def test_it_is_not_for_production(settings, called):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="not for production"):
        call_command("demo")
    assert called == []
