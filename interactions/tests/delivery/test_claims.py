"""Who sends what: claims, crashes, pauses, the rate."""

import datetime

import pytest
from django.db import connection
from django.utils import timezone

from interactions.delivery.outbox import AT_ONCE, send_due, settle_stale
from interactions.models import Delivery, Run
from interactions.models.outbox import STALE_AFTER

from .outbox import NOW, outcome_at, states, take

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]

# Claims are dated by the clock, which is far from NOW in a long run of tests.
LATER = NOW + datetime.timedelta(hours=3)


def hand_over(delivery, claim):
    return Delivery.objects.hand_over(pk=delivery.pk, claim=claim)


class TestASenderThatIsGone:
    def test_what_it_only_claimed_is_sent_by_another(self, queue, server):
        queue("Anna Dahl")
        take("gone")
        assert outcome_at(NOW) is None
        assert outcome_at(LATER).sent == 1
        assert server.recipients == ["anna@dahl.example"]

    def test_what_it_handed_over_is_unknown_and_stays(self, queue, server):
        anna = queue("Anna Dahl")
        take("gone")
        hand_over(anna, "gone")
        assert outcome_at(LATER).unknown == 1
        assert outcome_at(LATER + STALE_AFTER) is None
        assert states() == [("Anna Dahl", "unknown", "unknown")]
        assert Delivery.objects.get().error.startswith("The sender stopped")
        assert server.taken == []

    def test_one_that_was_only_slow_hands_nothing_over_any_more(self, queue):
        anna = queue("Anna Dahl")
        take("slow")
        assert settle_stale(at=LATER).queued == 1
        take("quick")
        assert not hand_over(anna, "slow")
        assert hand_over(anna, "quick")

    def test_the_message_id_is_known_before_and_stays(self, queue):
        anna = queue("Anna Dahl")
        take("first")
        Delivery.objects.get().refresh_from_db()
        before = Delivery.objects.get().message_id
        settle_stale(at=LATER)
        take("second")
        anna.refresh_from_db()
        assert (anna.claim, anna.message_id) == ("second", before)
        assert before == f"<{anna.pk}.first@kaffe.example>"


def test_a_sender_that_is_told_to_stop_gives_the_rest_back(queue, server):
    for number in range(AT_ONCE + 2):
        queue(f"Person No{number}")
    stop = []
    for outcome in send_due(at=NOW, stopped=lambda: bool(stop)):
        if outcome.sent == 3:
            stop.append("now")
    assert len(server.taken) == 3
    waiting = Delivery.objects.filter(status="queued", claim="", attempts=0)
    assert waiting.count() == AT_ONCE - 1


class TestPaused:
    def test_a_run_waits_and_goes_on(self, queue, send, server):
        queue("Anna Dahl")
        Run.objects.update(paused=True)
        assert send() == "0 sent, 0 failed."
        Run.objects.update(paused=False)
        assert send() == "1 sent, 0 failed."

    def test_also_what_a_sender_has_taken_already(self, queue, server, monkeypatch):
        monkeypatch.setattr("interactions.delivery.outbox.BELIEVED", 0)
        queue("Anna Dahl")
        queue("Bo Lie")
        sending = send_due(at=NOW)
        next(sending)
        Run.objects.update(paused=True)
        assert list(sending) == []
        assert states()[1] == ("Bo Lie", "queued", "queued")
        assert len(server.taken) == 1


class TestRate:
    @pytest.fixture(autouse=True)
    def slowly(self, settings):
        settings.MAIL_PER_MINUTE = 3

    def test_no_more_go_in_a_minute_whoever_sends(self, queue, send, server):
        for number in range(5):
            queue(f"Person No{number}")
        assert send() == "3 sent, 0 failed."
        assert send() == "0 sent, 0 failed."
        Delivery.objects.filter(status="sent").update(
            handed_over_at=timezone.now() - datetime.timedelta(seconds=61)
        )
        assert send() == "2 sent, 0 failed."
        assert len(server.taken) == 5

    def test_what_another_has_claimed_counts(self, queue):
        for number in range(5):
            queue(f"Person No{number}")
        rate = {"at": NOW, "most": 10, "domain": "kaffe.example", "rate": 3}
        assert Delivery.objects.claim(claim="one", **rate) == 3
        assert Delivery.objects.claim(claim="two", **rate) == 0


def test_as_many_queries_for_a_letter_however_many_there_are(
    queue, server, django_assert_num_queries
):
    each = 6 if connection.vendor == "postgresql" else 5
    for number in range(2):
        queue(f"Person No{number}")
    with django_assert_num_queries(14 + 2 * each):
        outcome_at(NOW)
    for number in range(10):
        queue(f"Person Mo{number}")
    with django_assert_num_queries(14 + 10 * each):
        outcome_at(NOW)
