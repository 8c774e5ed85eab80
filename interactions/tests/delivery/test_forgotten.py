"""Who is forgotten while letters to them are in the outbox."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from contacts.services.anonymise_contact import anonymise_contact
from interactions.models import Delivery, EarlierSending, LetterSnapshot
from interactions.services.send_again import send_again

from .outbox import outcome_at, states, take

pytestmark = pytest.mark.django_db

DELIVERY = 'UPDATE "interactions_delivery"'
ENTRY = 'UPDATE "interactions_interactionlogentry"'


def forget(delivery):
    contact, now = delivery.entry.contact, timezone.now()
    anonymise_contact(contact=contact, user=None, at=now, reason="Asked")


def test_what_is_queued_is_withdrawn_and_nobody_takes_it(queue, server):
    forget(queue("Anna Dahl"))
    assert [state for _name, *state in states()] == [["withdrawn", "withdrawn"]]
    delivery = Delivery.objects.get()
    assert (delivery.to_address, delivery.error, delivery.message_id) == ("", "", "")
    assert not LetterSnapshot.objects.exists()
    assert take("late") == 0
    assert outcome_at(timezone.now()) is None
    assert server.taken == []


def test_what_has_gone_is_kept_without_where_it_went(queue):
    delivery = queue("Anna Dahl")
    Delivery.objects.update(status="sent", message_id="<1@kaffe.example>")
    delivery.entry.delivery_status = "sent"
    delivery.entry.save()
    forget(delivery)
    delivery.refresh_from_db()
    assert (delivery.status, delivery.entry.delivery_status) == ("sent", "sent")
    assert (delivery.to_address, delivery.message_id) == ("", "")


def test_so_is_how_it_went_before_it_was_sent_again(queue):
    delivery = queue("Anna Dahl")
    Delivery.objects.update(status="sent", message_id="<1@kaffe.example>", error="No")
    again = Delivery.objects.all()
    send_again(deliveries=again, sure=True, user=None, at=timezone.now())
    forget(delivery)
    earlier = EarlierSending.objects.get()
    assert (earlier.status, earlier.to_address, earlier.message_id, earlier.error) == (
        *("sent", "", ""),
        "",
    )


def test_the_outbox_is_written_first_as_senders_do(queue):
    """In the other order a sender and we could wait for each other for ever."""
    delivery = queue("Anna Dahl")
    with CaptureQueriesContext(connection) as captured:
        forget(delivery)
    said = [query["sql"] for query in captured.captured_queries]
    written = [sql for sql in said if sql.startswith((DELIVERY, ENTRY))]
    assert written[0].startswith(DELIVERY)
    assert any(sql.startswith(ENTRY) for sql in written)
