"""The commands of delivery one after the other, through a real mail server."""

import json
from email.utils import parseaddr

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.utils import timezone

from contacts.models import Contact, ContactChannelBlock
from contacts.tests.factories import make_person
from interactions.models import Delivery, InteractionLogEntry
from interactions.services.cancel import cancel_entries
from interactions.tests.delivery.mail_server import mail_server
from interactions.tests.delivery.outbox import states
from interactions.tests.delivery.test_bounces import REPORT
from interactions.tests.factories import letter
from segments_app.models import Segment
from segments_app.roles import MARKETING_MANAGER
from segments_app.services.release import release
from segments_app.tests.factories import names_on

pytestmark = pytest.mark.django_db

REFUSED = "bo@lie.example"


@pytest.fixture
def server(settings):
    settings.SITE_URL = "https://crm.kaffe.example"
    with mail_server(settings) as server:
        server.answers[REFUSED] = "550 5.1.1 No such user here"
        yield server


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with criteria, a letter, and a Maildir for what comes back."""
    everybody = {"options": {"all_contacts": True}, "criteria": None}
    (tmp_path / "everybody.json").write_text(json.dumps(everybody), encoding="utf-8")
    (tmp_path / "letter.docx").write_bytes(letter("Dear {{ contact_name }}"))
    for name in ("new", "cur", "tmp"):
        (tmp_path / "Maildir" / name).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys):
    def run(command):
        """What the command says, without a word on the other stream."""
        name, *arguments = command.split()
        call_command(name, *arguments)
        said = capsys.readouterr()
        assert said.err == ""
        return said.out.strip()

    return run


def test_from_criteria_to_what_came_back_and_what_a_manager_released(
    folder, server, run
):
    for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
        first, surname = name.lower().split()
        make_person(name, email=f"{first}@{surname}.example")
    dag = make_person("Dag Ek")

    # Everybody who can be written to is; Dag has no e-mail address.
    said = run(
        "build_segment SPRING --description=Spring --criteria everybody.json "
        "--template LETTER --make-template --document letter.docx --language en"
    )
    assert said == "Segment SPRING: 4 contacts, 0 kept out."
    said = run("log_segment SPRING --deliver --skip-problem-lines --follow-up")
    follow_up, rest = (
        Segment.objects.exclude(**{f"{link}_of": None}).get()
        for link in ("follow_up", "left_over")
    )
    assert said == (
        "Segment SPRING: 3 interactions logged, "
        f"follow-up {follow_up.number}, the rest is kept in {rest.number}."
    )
    assert names_on(follow_up) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
    assert names_on(rest) == ["Dag Ek"]

    # The mail server refuses one; one of the two that it took comes back.
    assert run("send_deliveries --once") == "2 sent, 1 failed."
    assert server.recipients == ["anna@dahl.example", "cecilie@moe.example"]
    bounced = Delivery.objects.get(to_address="anna@dahl.example")
    report = REPORT.format(
        action="failed",
        status="5.1.1",
        said="550 No such user",
        recipient="Final-Recipient: rfc822; anna@dahl.example",
        kind="text/rfc822-headers",
        head=f"Message-ID: {bounced.message_id}",
    )
    (folder / "Maildir" / "new" / "1").write_text(report)
    assert run("record_bounces Maildir") == (
        "1 came back, 1 of them for good; 0 known already, "
        "0 told of no failure, 0 left."
    )
    assert states() == [
        ("Anna Dahl", "failed", "failed"),
        ("Bo Lie", "failed", "failed"),
        ("Cecilie Moe", "sent", "sent"),
    ]
    assert ContactChannelBlock.objects.get().contact.name == "Anna Dahl"

    # What is cancelled could be deleted; it is only counted.
    mona = User.objects.create_user("mona", email="mona@kaffe.example")
    mona.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    cancel_entries(
        entries=InteractionLogEntry.objects.filter(contact__name="Bo Lie"),
        reason="No such address",
        user=mona,
        at=timezone.now(),
    )
    said = run("delete_cancelled_interactions --dry-run")
    assert said == "1 cancelled interaction would be deleted."
    assert InteractionLogEntry.objects.count() == 3

    # Dag gave his address: Mona releases the rest, and cron logs and sends it.
    Contact.objects.filter(pk=dag.pk).update(email="dag@ek.example")
    rest.refresh_from_db()
    release(
        segment=rest,
        log_on=timezone.localdate(),
        deliver=True,
        confirmed=["salesperson_missing"],
        user=mona,
        at=timezone.now(),
        expected_version=rest.steps_version,
        seen_at=rest.updated_at,
    )
    assert run("log_segment --due") == (
        f"{rest.number} Spring: logged\n- Interactions: 1"
    )
    assert run("log_segment --due") == "Nothing is due."
    assert run("send_deliveries --once") == "1 sent, 0 failed."
    assert run("send_deliveries --once") == "0 sent, 0 failed."
    *_before, to_mona, to_dag = server.taken
    assert [parseaddr(to_mona["To"])[1], to_mona["Subject"]] == [
        *("mona@kaffe.example", "Segments logged: 1, not logged: 0"),
    ]
    assert (to_dag["To"], to_dag["Subject"]) == ("dag@ek.example", "Spring")
    assert names_on(follow_up) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
