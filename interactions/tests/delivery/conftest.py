"""A mail server, an outbox, and the command that sends."""

import pytest
from django.core.management import call_command

from contacts.tests.factories import make_person
from interactions.merge import ENGINE_VERSION
from interactions.models import Delivery, LetterSnapshot, Run
from interactions.tests.factories import make_document, make_entry
from interactions.tests.merge.test_record import inputs

from .mail_server import mail_server


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def server(settings):
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def queue():
    """Put a letter into the outbox, as logging with delivery does."""
    document = make_document("Dear {{ contact_name }}", name="letter.docx")
    run = Run.objects.create(segment_number="SM-7", kind="send")

    def put(name="Anna Dahl", *, channel="email", to=None, document=document, **values):
        first, surname = name.lower().split()
        to = f"{first}@{surname}.example" if to is None else to
        values.setdefault("subject", "Merry Christmas")
        entry = make_entry(
            make_person(name), document=document, delivery_status="queued", **values
        )
        item = run.items.create(
            sequence=run.items.count() + 1, contact=entry.contact, entry=entry
        )
        LetterSnapshot.objects.create(
            item=item,
            document=document,
            inputs=inputs(contact__name=name),
            engine_version=ENGINE_VERSION,
        )
        return Delivery.objects.create(entry=entry, channel=channel, to_address=to)

    return put


@pytest.fixture
def send(capsys):
    def run():
        call_command("send_deliveries", "--once")
        return capsys.readouterr().out.strip()

    return run
