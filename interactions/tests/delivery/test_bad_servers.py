"""Mail servers that refuse, stall and break the line: what is known and what not."""

import datetime

import pytest
from django.core.management import CommandError

from interactions.delivery.errors import ServerUnreachable
from interactions.delivery.outbox import MOST_ATTEMPTS, RETRY_AFTER, send_due
from interactions.models import Delivery

from .outbox import NOW, outcome_at, states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]

ANNA, BO = "anna@dahl.example", "bo@lie.example"


@pytest.fixture
def both(queue):
    return queue("Anna Dahl"), queue("Bo Lie")


@pytest.fixture(autouse=True)
def patience(settings, server):
    settings.EMAIL_TIMEOUT = 1


def assert_anna_waits(server, said):
    """Nothing of Anna's was handed over: it is tried again, and Bo got his."""
    assert states() == [("Anna Dahl", "queued", "queued"), ("Bo Lie", "sent", "sent")]
    anna = Delivery.objects.get(status="queued")
    assert anna.error.startswith(said)
    assert anna.next_attempt_at == NOW + RETRY_AFTER
    server.broken_before = server.stalls_before = ""
    assert outcome_at(NOW + RETRY_AFTER).sent == 1
    assert sorted(server.recipients) == [ANNA, BO]


class TestBeforeTheContent:
    BROKE = "The line to the mail server broke before the letter was sent:"

    def test_a_line_that_breaks_is_tried_again(self, both, server):
        server.broken_before = ANNA
        outcome_at(NOW)
        assert_anna_waits(server, self.BROKE)

    def test_a_server_that_stalls_is_tried_again(self, both, server):
        server.stalls_before = ANNA
        outcome_at(NOW)
        assert_anna_waits(server, self.BROKE)


class TestAfterTheContent:
    def test_a_server_that_stalls_leaves_it_unknown_for_good(self, both, server):
        server.stalls_after = ANNA
        outcome = outcome_at(NOW)
        assert (outcome.sent, outcome.unknown) == (1, 1)
        assert outcome_at(NOW + datetime.timedelta(days=9)) is None
        assert states() == [
            ("Anna Dahl", "unknown", "unknown"),
            ("Bo Lie", "sent", "sent"),
        ]
        assert server.recipients == [ANNA, BO]

    @pytest.mark.parametrize(
        ("answer", "state"),
        [("552 Too large", "failed"), ("452 Try later", "queued")],
    )
    def test_a_content_that_is_refused_did_not_arrive(
        self, queue, server, answer, state
    ):
        queue("Anna Dahl")
        server.refuses = answer
        outcome_at(NOW)
        assert states() == [("Anna Dahl", state, state)]
        error = Delivery.objects.get().error
        assert error == f"The mail server refused the letter: {answer}"

    def test_an_answer_that_nobody_knows_leaves_it_unknown(self, queue, server):
        queue("Anna Dahl")
        server.refuses = "Hm?"
        outcome_at(NOW)
        assert states() == [("Anna Dahl", "unknown", "unknown")]
        error = Delivery.objects.get().error
        assert error == "The mail server said neither yes nor no."
        assert outcome_at(NOW + datetime.timedelta(days=9)) is None


class TestAway:
    def test_for_the_whole_run_and_then_back(self, queue, send, server):
        for number in range(30):
            queue(f"Person No{number}")
        server.stop()
        for _again in range(3):
            with pytest.raises(CommandError, match="could not be reached"):
                send()
        untouched = {"status": "queued", "attempts": 0, "claim": "", "error": ""}
        assert Delivery.objects.filter(**untouched).count() == 30
        server.start()
        assert send() == "30 sent, 0 failed."
        assert len(set(server.recipients)) == 30

    def test_in_the_middle_it_costs_no_attempt(self, queue, server):
        for number in range(3):
            queue(f"Person No{number}")
        server.hang_up_after = 1
        sending = send_due(at=NOW)
        next(sending)
        server.stop()
        with pytest.raises(ServerUnreachable):
            list(sending)
        left = Delivery.objects.filter(status="queued", attempts=0, claim="")
        assert [state for _name, state, _entry in states()] == [
            *("sent", "queued", "queued")
        ]
        assert left.filter(handed_over_at=None).count() == 2
        server.hang_up_after = 0
        server.start()
        assert outcome_at(NOW).sent == 2
        assert len(set(server.recipients)) == 3


def test_pauses_grow(queue, server):
    delivery = queue("Anna Dahl")
    server.answers[ANNA] = "451 Try again"
    at, pauses = NOW, []
    for _attempt in range(4):
        outcome_at(at)
        delivery.refresh_from_db()
        pauses.append((delivery.next_attempt_at - at) / RETRY_AFTER)
        at = delivery.next_attempt_at
    assert pauses == [1, 2, 4, 8]


def test_what_can_never_be_made_is_given_up(queue, server, settings):
    """LibreOffice never works on that machine."""
    settings.SOFFICE = "/bin/false"
    delivery = queue("Anna Dahl", email_form="pdf")
    at, pauses = NOW, []
    for _attempt in range(MOST_ATTEMPTS):
        assert delivery.status == "queued"
        outcome_at(at)
        delivery.refresh_from_db()
        if delivery.next_attempt_at:
            pauses.append((delivery.next_attempt_at - at) / RETRY_AFTER)
            at = delivery.next_attempt_at
    assert pauses == [1, 2, 4, 8, 16, 32]
    assert states() == [("Anna Dahl", "failed", "failed")]
    assert (delivery.attempts, delivery.handed_over_at) == (MOST_ATTEMPTS, None)
