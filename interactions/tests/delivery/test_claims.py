"""Who sends what: claims, crashes, pauses, the rate."""

import datetime

import pytest
from django.db import connection, transaction
from django.utils import timezone

from interactions.delivery.errors import ServerUnreachable
from interactions.delivery.outbox import AT_ONCE, send_due, settle_stale
from interactions.models import Delivery, LoggedSegment, Run, RunItem
from interactions.models.outbox import STALE_AFTER
from interactions.services import pausing
from interactions.services.pausing import (
    RunNotPaused,
    RunNotResumed,
    pause,
    resume,
)
from interactions.services.send_again import send_again

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

    def test_nor_gives_back_what_another_has_since(self, queue, server, monkeypatch):
        """Else the letter that the other hands over goes a second time."""
        queue("Anna Dahl")

        def away_for_long(*_args):
            Delivery.objects.update(claim="quick")
            raise ServerUnreachable

        monkeypatch.setattr("interactions.delivery.outbox.send", away_for_long)
        with pytest.raises(ServerUnreachable):
            list(send_due(at=NOW))
        assert states() == [("Anna Dahl", "sending", "queued")]
        assert (Delivery.objects.get().claim, take("third")) == ("quick", 0)

    def test_nor_says_what_became_of_it(self, queue, server, monkeypatch):
        queue("Anna Dahl")

        def taken_at_last(*_args):
            Delivery.objects.update(claim="quick")

        monkeypatch.setattr("interactions.delivery.outbox.send", taken_at_last)
        assert outcome_at(NOW).sent == 1
        assert states() == [("Anna Dahl", "sending", "queued")]

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


class TestHeld:
    """Senders pass over the letters of a paused run without looking at its run."""

    @pytest.fixture
    def run(self, queue):
        for name in ("Anna Dahl", "Bo Lie"):
            queue(name)
        logged = LoggedSegment.objects.create(segment_number="SM-7")
        Run.objects.update(logged_segment=logged)
        return Run.objects.get()

    def held(self):
        return list(Delivery.objects.order_by("pk").values_list("held", flat=True))

    def test_from_pausing_until_going_on(self, run):
        pause(run=run)
        assert (self.held(), take("one")) == ([True, True], 0)
        resume(run=run)
        assert (self.held(), take("two")) == ([False, False], 2)

    def test_another_run_neither_waits_nor_goes_on_with_it(self, run, queue):
        other = Run.objects.create(
            segment_number="SM-8", kind="send", logged_segment=run.logged_segment
        )
        eva = queue("Eva Foss")
        RunItem.objects.filter(entry=eva.entry_id).update(run=other, sequence=1)
        pause(run=run)
        other.refresh_from_db()
        assert (other.paused, self.held()) == (False, [True, True, False])
        pause(run=other)
        resume(run=run)
        other.refresh_from_db()
        assert (other.paused, self.held()) == (True, [False, False, True])

    def test_it_is_neither_paused_nor_let_go_on_twice(self, run):
        with pytest.raises(RunNotResumed, match="is not paused"):
            resume(run=run)
        pause(run=run)
        with pytest.raises(RunNotPaused, match="paused already"):
            pause(run=run)
        Delivery.objects.update(status="sent", held=False)
        resume(run=run)
        with pytest.raises(RunNotPaused, match="nothing to pause"):
            pause(run=run)

    def test_who_lets_it_go_on_at_once_leaves_nothing_held(self, run, monkeypatch):
        """Between telling the senders and holding the letters it went on again."""
        told = transaction.atomic

        def meanwhile(*args, **kwargs):
            Run.objects.update(paused=False)
            return told(*args, **kwargs)

        monkeypatch.setattr(pausing.transaction, "atomic", meanwhile)
        pause(run=run)
        assert self.held() == [False, False]

    def test_what_is_given_back_waits_all_the_same(self, run):
        take("one")
        pause(run=run)
        Delivery.objects.claimed_by("one").give_back()
        assert (self.held(), take("two")) == ([False, False], 0)
        resume(run=run)
        assert take("three") == 2

    def test_what_was_held_and_came_to_an_end_goes_again(self, run, server):
        pause(run=run)
        Delivery.objects.update(status="failed")
        resume(run=run)
        letters = Delivery.objects.all()
        send_again(deliveries=letters, sure=True, user=None, at=NOW)
        assert outcome_at(NOW).sent == 2


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

    def test_what_a_sender_that_is_gone_had_claimed_does_not(self, queue):
        for number in range(5):
            queue(f"Person No{number}")
        rate = {"at": NOW, "most": 10, "domain": "kaffe.example", "rate": 3}
        Delivery.objects.claim(claim="gone", **rate)
        Delivery.objects.update(claimed_at=timezone.now() - STALE_AFTER)
        assert Delivery.objects.claim(claim="two", **rate) == 2


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
