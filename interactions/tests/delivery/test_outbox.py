"""The outbox is drained: each letter goes out once, and none stops the others."""

import datetime

import pytest
from django.core import mail
from django.utils.translation import override

from contacts.tests.factories import make_person
from interactions.choices import DeliveryStatus
from interactions.delivery.outbox import Outcome, send_due
from interactions.models import Delivery, LetterSnapshot
from interactions.tests.factories import freeze_letter, make_entry

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)


def queued(name: str, *paragraphs: str, **values) -> Delivery:
    """An e-mail that waits in the outbox, with its frozen letter."""
    entry = make_entry(
        make_person(name),
        correspondence_type="email",
        delivery_status=DeliveryStatus.QUEUED,
        **values,
    )
    freeze_letter(entry, *paragraphs)
    return Delivery.objects.create(
        entry=entry, channel="email", to_address=f"{entry.pk}@example.no"
    )


def drain() -> Outcome:
    return list(send_due(at=NOW))[-1]


def outcome_of(delivery: Delivery) -> tuple[str, str, bool]:
    delivery.refresh_from_db()
    entry = delivery.entry
    return delivery.status, entry.delivery_status, bool(delivery.error)


def test_a_letter_goes_out_once_with_its_document():
    delivery = queued("Ingrid Solberg", subject="Merry Christmas")
    assert drain() == Outcome(sent=1)
    assert list(send_due(at=NOW)) == []
    [message] = mail.outbox
    assert (message.to, message.subject) == ([delivery.to_address], "Merry Christmas")
    assert message.attachments[0].filename == "Merry_Christmas.docx"
    assert outcome_of(delivery) == ("sent", "sent", False)


def test_a_subject_without_a_letter_still_names_the_file():
    delivery = queued("Ingrid Solberg", subject="!!!")
    assert drain() == Outcome(sent=1)
    assert mail.outbox[0].attachments[0].filename == "letter.docx"
    assert outcome_of(delivery) == ("sent", "sent", False)


def test_a_letter_that_cannot_be_made_fails_alone():
    lost, fine = queued("Ingrid Solberg"), queued("Åse Lund")
    LetterSnapshot.objects.filter(item__entry=lost.entry).delete()
    assert drain() == Outcome(sent=1, failed=1)
    assert outcome_of(lost) == ("failed", "failed", True)
    assert outcome_of(fine) == ("sent", "sent", False)


def test_a_document_that_is_gone_fails_alone():
    lost, fine = queued("Ingrid Solberg", "Only here"), queued("Åse Lund", "And here")
    LetterSnapshot.objects.get(item__entry=lost.entry).document.file.delete(save=False)
    assert drain() == Outcome(sent=1, failed=1)
    assert outcome_of(lost) == ("failed", "failed", True)
    assert outcome_of(fine) == ("sent", "sent", False)


def test_why_it_did_not_go_is_stored_in_english_whatever_the_sender_speaks():
    lost = queued("Ingrid Solberg")
    LetterSnapshot.objects.filter(item__entry=lost.entry).delete()
    with override("nb"):
        drain()
    assert outcome_of(lost) == ("failed", "failed", True)
    assert lost.error == "There is no letter to send."


def test_who_must_not_receive_anything_any_more_gets_nothing():
    delivery = queued("Ingrid Solberg")
    contact = delivery.entry.contact
    contact.privacy_blocked = True
    contact.save()
    assert drain() == Outcome(failed=1)
    assert mail.outbox == []
    assert outcome_of(delivery) == ("failed", "failed", True)
