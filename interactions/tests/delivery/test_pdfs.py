"""Letters as PDF by e-mail: converted together, and none stops the others."""

import datetime
import time

import pytest
from django.core.mail import get_connection
from django.utils import timezone

from interactions.delivery.errors import ServerUnreachable
from interactions.delivery.outbox import Sender, never, send_due
from interactions.models import Delivery, LetterSnapshot
from interactions.models.outbox import STALE_AFTER
from interactions.pdf import Limits, Office, OfficeBroken
from interactions.services.converting import convert_merged
from interactions.tests.factories import make_document
from interactions.tests.pdf.office import fragile_office, needs_libreoffice
from interactions.tests.pdf.reading import text

from .outbox import NOW, outcome_at, states

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("server"),
    *needs_libreoffice,
]


@pytest.fixture
def fragile(settings, tmp_path, monkeypatch):
    """Let LibreOffice break at the letter to somebody."""
    quick = Limits(document=12, letter=0.1)
    monkeypatch.setattr("interactions.delivery.pdfs.LIMITS", quick)

    def breaks(**how):
        settings.SOFFICE = fragile_office(tmp_path, **how).program

    return breaks


@pytest.fixture
def starts(monkeypatch):
    """How many documents each start of LibreOffice was given."""
    told, convert = [], Office.convert

    def count(self, documents, **options):
        told.append(len(documents))
        return convert(self, documents, **options)

    monkeypatch.setattr(Office, "convert", count)
    return told


def attached(server):
    """Who got which letter."""
    return [
        (message["To"], text(letter.get_content()).strip())
        for message in server.taken
        for letter in message.iter_attachments()
    ]


def test_each_gets_the_own_letter_of_one_conversion(queue, server, starts):
    other = make_document("Good day {{ contact_name }}")
    queue("Anna Dahl", email_form="pdf")
    queue("Bo Lie", email_form="docx")
    queue("Cecilie Moe", email_form="pdf")
    queue("Dag Ek", email_form="pdf", document=other)
    assert outcome_at(NOW).sent == 4
    del server.taken[1]
    assert attached(server) == [
        ("anna@dahl.example", "Dear Anna Dahl"),
        ("cecilie@moe.example", "Dear Cecilie Moe"),
        ("dag@ek.example", "Good day Dag Ek"),
    ]
    assert starts == [1, 1]


def test_one_that_breaks_libreoffice_fails_alone(queue, server, fragile):
    for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
        queue(name, email_form="pdf")
    fragile(dies="Bo Lie")
    outcome_at(NOW)
    assert [state for _name, state, _entry in states()] == ["sent", "failed", "sent"]
    failed = Delivery.objects.get(status="failed")
    assert (failed.error, failed.attempts) == ("LibreOffice ended with code -6", 1)
    assert server.recipients == ["anna@dahl.example", "cecilie@moe.example"]


def test_one_that_cannot_be_merged_fails_alone(queue, server):
    lost = queue("Anna Dahl", email_form="pdf", document=make_document("{{ city }}"))
    queue("Bo Lie", email_form="pdf")
    document = LetterSnapshot.objects.get(item__entry=lost.entry).document
    document.file.storage.delete(document.file.name)
    outcome_at(NOW)
    assert [state for _name, state, _entry in states()] == ["failed", "sent"]


def test_where_libreoffice_does_not_work_letters_wait(queue, server, settings):
    settings.SOFFICE = "/bin/false"
    queue("Anna Dahl", email_form="pdf")
    queue("Bo Lie", email_form="docx")
    assert outcome_at(NOW).waiting == 1
    waiting = Delivery.objects.get(status="queued")
    assert waiting.error.startswith("Letters cannot be made as PDF here")
    assert waiting.next_attempt_at > NOW
    assert server.recipients == ["bo@lie.example"]


def test_what_was_made_before_libreoffice_broke_goes(queue, server, monkeypatch):
    queue("Anna Dahl", email_form="pdf")
    queue("Bo Lie", email_form="pdf")

    def breaks(letters, **_options):
        yield from convert_merged(letters[:1], **_options)
        raise OfficeBroken("gone")

    monkeypatch.setattr("interactions.delivery.pdfs.convert_merged", breaks)
    assert outcome_at(NOW).waiting == 1
    assert server.recipients == ["anna@dahl.example"]


def test_nothing_is_converted_for_a_mail_server_that_is_away(queue, server, starts):
    queue("Anna Dahl", email_form="pdf")
    server.stop()
    with pytest.raises(ServerUnreachable):
        list(send_due(at=NOW))
    assert starts == []
    anna = Delivery.objects.get()
    assert (anna.status, anna.claim, anna.attempts) == ("queued", "", 0)
    server.start()
    assert outcome_at(NOW).sent == 1


def test_who_stops_does_not_wait_for_libreoffice(queue, server, fragile, tmp_path):
    queue("Anna Dahl", email_form="pdf")
    fragile(hangs="Anna Dahl")
    begun = time.monotonic()
    converts = tmp_path / "children"
    assert list(send_due(at=NOW, stopped=converts.exists)) == []
    assert converts.exists()
    assert time.monotonic() < begun + 30
    assert states() == [("Anna Dahl", "queued", "queued")]
    assert Delivery.objects.get().attempts == 0


def test_long_conversions_are_no_sign_that_the_sender_is_gone(queue):
    queue("Anna Dahl")
    sender = Sender(get_connection(), NOW, never)
    sender.claim()
    Delivery.objects.update(claimed_at=timezone.now() - STALE_AFTER)
    sender._tick()
    later = timezone.now() + datetime.timedelta(seconds=5)
    assert not Delivery.objects.stale(later).exists()
