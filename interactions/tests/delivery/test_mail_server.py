"""The outbox against a real mail server: who gets what, once, and what is told."""

import datetime
import io

import docx
import pytest
from django.core.management import CommandError
from django.db import connection
from django.utils import timezone

from contacts.models import Contact, ContactChannelBlock
from interactions.delivery.outbox import MOST_ATTEMPTS, RETRY_AFTER, send_due
from interactions.models import Delivery, InteractionLogEntry, LetterSnapshot
from interactions.tests.factories import make_document

from .outbox import NOW, outcome_at, states, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]


class TestSending:
    def test_a_letter_goes_out_as_a_word_document(self, queue, send, server):
        queue("Åse Vik", to="aase@vik.example", subject="God jul på Ås")
        assert send() == "1 sent, 0 failed."
        (message,) = server.taken
        delivery = Delivery.objects.get()
        (letter,) = message.iter_attachments()
        assert (
            message["To"],
            message["From"],
            message["Subject"],
            message["Message-ID"],
            letter.get_filename(),
            letter.get_content_type(),
        ) == (
            "aase@vik.example",
            "hello@kaffe.example",
            "God jul på Ås",
            delivery.message_id,
            "God_jul_på_Ås.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        )
        text = docx.Document(io.BytesIO(letter.get_content())).paragraphs[0].text
        assert text == "Dear Åse Vik"
        assert "Vedlagt følger brevet vårt." in message.get_body().get_content()
        assert states() == [("Åse Vik", "sent", "sent")]
        assert (delivery.attempts, delivery.error) == (1, "")
        assert delivery.sent_at >= delivery.claimed_at

    def test_a_second_run_sends_nothing(self, queue, send, server):
        queue("Anna Dahl")
        queue("Bo Lie")
        assert send() == "2 sent, 0 failed."
        assert send() == "0 sent, 0 failed."
        assert server.recipients == ["anna@dahl.example", "bo@lie.example"]
        assert server.lines == 1

    def test_paper_is_not_sent(self, queue, send, server):
        queue("Anna Dahl", channel="hard_copy", to="")
        assert send() == "0 sent, 0 failed."
        assert states() == [("Anna Dahl", "queued", "queued")]

    def test_what_is_not_due_yet_waits(self, queue, send, server):
        delivery = queue("Anna Dahl")
        Delivery.objects.update(next_attempt_at=NOW + datetime.timedelta(hours=1))
        assert send() == "0 sent, 0 failed."
        assert outcome_at(NOW + datetime.timedelta(hours=1)).sent == 1
        delivery.refresh_from_db()
        assert delivery.status == "sent"

    @pytest.mark.parametrize(
        ("subject", "said", "file"),
        [
            ("Two\r\nlines", "Two lines", "Two_lines.docx"),
            ("???", "???", "letter.docx"),
            ("..", "..", "letter.docx"),
            ("", "Spring letter", "Spring_letter.docx"),
            ("a/b\\c", "a/b\\c", "abc.docx"),
        ],
    )
    def test_whatever_the_subject(self, queue, send, server, subject, said, file):
        queue(subject=subject)
        assert send() == "1 sent, 0 failed."
        (message,) = server.taken
        (letter,) = message.iter_attachments()
        assert (message["Subject"], letter.get_filename()) == (said, file)


class TestNobodyGetsItTwice:
    def test_a_piece_is_claimed_by_one_sender(self, queue):
        delivery = queue()
        claims = [take(name) for name in ("one", "two")]
        delivery.refresh_from_db()
        assert (claims, delivery.claim, delivery.message_id) == (
            *([1, 0], "one"),
            f"<{delivery.pk}.one@kaffe.example>",
        )

    def test_what_another_sender_took_in_the_meantime_is_left_to_it(
        self, queue, server
    ):
        queue("Anna Dahl")
        queue("Bo Lie")
        sending = send_due(at=NOW)
        next(sending)
        Delivery.objects.filter(status="sending").give_back()
        take("other")
        assert list(sending) == []
        assert server.recipients == ["anna@dahl.example"]

    def test_after_a_crash_it_is_not_sent_again(self, queue, send, server):
        delivery = queue()
        take("crashed")
        Delivery.objects.hand_over(pk=delivery.pk, claim="crashed")
        assert send() == "0 sent, 0 failed."
        assert (server.taken, Delivery.objects.get().status) == ([], "sending")

    def test_a_line_that_breaks_before_the_answer_leaves_it_unknown(
        self, queue, send, server
    ):
        for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
            queue(name)
        server.drop_at = "bo@lie.example"
        assert send() == "2 sent, 0 failed, 1 unknown."
        assert send() == "0 sent, 0 failed."
        assert states() == [
            ("Anna Dahl", "sent", "sent"),
            ("Bo Lie", "unknown", "unknown"),
            ("Cecilie Moe", "sent", "sent"),
        ]
        assert server.recipients == [
            *("anna@dahl.example", "bo@lie.example", "cecilie@moe.example")
        ]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_sent_inside_a_transaction(queue, monkeypatch):
    inside = []
    monkeypatch.setattr(
        "interactions.delivery.outbox.send",
        lambda parcel, line, meanwhile: inside.append(connection.in_atomic_block),
    )
    queue()
    assert outcome_at(timezone.now()).sent == 1
    assert inside == [False]


class TestRefused:
    def test_for_good_it_fails_with_what_the_server_said(self, queue, send, server):
        queue("Anna Dahl")
        queue("Bo Lie")
        server.answers["anna@dahl.example"] = "550 No such mailbox"
        assert send() == "1 sent, 1 failed."
        assert states() == [
            ("Anna Dahl", "failed", "failed"),
            ("Bo Lie", "sent", "sent"),
        ]
        error = Delivery.objects.get(status="failed").error
        assert error == "The mail server refused the letter: 550 No such mailbox"

    def test_for_now_it_is_tried_again_later(self, queue, server):
        delivery = queue()
        server.answers["anna@dahl.example"] = "451 Try again"
        outcome = outcome_at(NOW)
        delivery.refresh_from_db()
        assert (outcome.sent, outcome.failed, outcome.waiting) == (0, 0, 1)
        assert states() == [("Anna Dahl", "queued", "queued")]
        assert (delivery.attempts, delivery.next_attempt_at, delivery.error) == (
            1,
            NOW + RETRY_AFTER,
            "The mail server refused the letter: 451 Try again",
        )
        assert outcome_at(NOW) is None
        server.answers.clear()
        assert outcome_at(NOW + RETRY_AFTER).sent == 1
        delivery.refresh_from_db()
        assert (delivery.status, delivery.error, delivery.next_attempt_at) == (
            *("sent", ""),
            None,
        )
        assert server.recipients == ["anna@dahl.example"]

    def test_for_now_too_often_it_fails(self, queue, server):
        delivery = queue()
        server.answers["anna@dahl.example"] = "451 Try again"
        at = NOW
        for _attempt in range(MOST_ATTEMPTS):
            delivery.refresh_from_db()
            assert delivery.status == "queued"
            outcome = outcome_at(at)
            at += datetime.timedelta(days=1)
        delivery.refresh_from_db()
        assert (delivery.status, delivery.attempts) == ("failed", MOST_ATTEMPTS)
        assert (outcome.failed, outcome_at(at)) == (1, None)

    def test_a_server_that_goes_away_in_between_is_called_again(
        self, queue, send, server
    ):
        for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
            queue(name)
        server.answers["bo@lie.example"] = "421 Closing"
        assert send() == "2 sent, 0 failed, 1 to be tried again."
        assert server.recipients == ["anna@dahl.example", "cecilie@moe.example"]

    def test_a_server_that_hangs_up_after_each_letter_is_called_again(
        self, queue, server
    ):
        for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
            queue(name)
        server.hang_up_after = 1
        for _outcome in send_due(at=NOW):
            assert server.hung_up.acquire(timeout=10)
        assert [state for _name, state, _entry in states()] == ["sent"] * 3
        assert (len(server.taken), server.lines) == (3, 3)


class TestServerAway:
    def test_everything_stays_as_it_is(self, queue, send, server):
        queue()
        server.stop()
        with pytest.raises(CommandError, match="mail server could not be reached"):
            send()
        delivery = Delivery.objects.get()
        assert (delivery.status, delivery.attempts) == ("queued", 0)
        server.start()
        assert send() == "1 sent, 0 failed."

    def test_it_is_not_called_when_there_is_nothing_to_send(self, send, server):
        server.stop()
        assert send() == "0 sent, 0 failed."
        server.start()


class TestLettersThatCannotGo:
    """One of them never stops the rest, and none stays at `sending`."""

    def assert_only_anna_fails(self, send, server, error):
        assert send() == "1 sent, 1 failed."
        assert states() == [
            ("Anna Dahl", "failed", "failed"),
            ("Bo Lie", "sent", "sent"),
        ]
        assert Delivery.objects.get(status="failed").error == error
        assert server.recipients == ["bo@lie.example"]

    def test_the_letter_is_gone(self, queue, send, server):
        anna = queue("Anna Dahl")
        queue("Bo Lie")
        LetterSnapshot.objects.filter(item__entry=anna.entry).delete()
        self.assert_only_anna_fails(send, server, "There is no letter to send.")

    def test_the_document_is_lost(self, queue, send, server):
        anna = queue("Anna Dahl")
        queue("Bo Lie")
        lost = make_document("Lost")
        lost.file.storage.delete(lost.file.name)
        LetterSnapshot.objects.filter(item__entry=anna.entry).update(document=lost)
        assert send() == "1 sent, 1 failed."
        failed = Delivery.objects.get(status="failed")
        assert failed.entry == anna.entry
        assert failed.error.startswith("The letter cannot be made:")

    @pytest.mark.parametrize("address", ["", "anna@b@c", "a@b.no\nBcc: x@y.no", "@"])
    def test_the_address_is_none(self, queue, send, server, address):
        queue("Anna Dahl", to=address)
        queue("Bo Lie")
        assert send() == "1 sent, 1 failed."
        assert [state for _name, state, _entry in states()] == ["failed", "sent"]
        assert server.recipients == ["bo@lie.example"]

    def test_the_contact_wants_no_mail_any_more(self, queue, send, server):
        anna = queue("Anna Dahl")
        queue("Bo Lie")
        ContactChannelBlock.objects.create(
            contact=anna.entry.contact,
            channel="email",
            reason="unsubscribed",
            since=timezone.localdate(),
        )
        self.assert_only_anna_fails(
            *(send, server),
            "The contact must not receive anything through this channel.",
        )

    def test_the_contact_may_not_be_written_to_any_more(self, queue, send, server):
        queue("Anna Dahl")
        queue("Bo Lie")
        Contact.objects.filter(name="Anna Dahl").update(privacy_blocked=True)
        self.assert_only_anna_fails(
            *(send, server),
            "The contact must not receive anything through this channel.",
        )

    def test_a_contact_excluded_from_segments_gets_what_was_logged(self, queue, send):
        queue("Anna Dahl")
        Contact.objects.update(exclude_from_segment=True)
        assert send() == "1 sent, 0 failed."

    def test_a_cancelled_interaction_waits_until_it_counts_again(
        self, queue, send, server
    ):
        queue("Anna Dahl")
        InteractionLogEntry.objects.update(cancelled=True)
        assert send() == "0 sent, 0 failed."
        assert states() == [("Anna Dahl", "queued", "queued")]
        InteractionLogEntry.objects.update(cancelled=False)
        assert send() == "1 sent, 0 failed."
