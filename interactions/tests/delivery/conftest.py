"""A mail server, an outbox, and the command that sends."""

import pytest
from django.core.management import call_command

from contacts.tests.factories import make_person
from interactions.merge import ENGINE_VERSION
from interactions.models import Delivery, LetterSnapshot, Run
from interactions.tests.factories import make_document, make_entry
from interactions.tests.merge.test_record import inputs

from .mail_server import MailServer


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def server(settings):
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
    settings.DEFAULT_FROM_EMAIL = "hello@kaffe.example"
    server.start()
    yield server
    server.stop()


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
