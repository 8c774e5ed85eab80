"""Where the e-mails of a run are, as its page and its list say it."""

import pytest

from contacts.tests.factories import make_person
from interactions.models import Delivery, Run
from interactions.sendings import Sending
from interactions.services.sendings import with_sending
from interactions.tests.factories import make_entry, make_logged_segment


@pytest.mark.parametrize(
    ("sending", "said"),
    [
        (Sending(), "Nothing to send"),
        (Sending(waiting=3), "Sending"),
        (Sending(waiting=1, sent=5, failed=2), "Sending, 2 failed"),
        (Sending(waiting=1, sent=5, paused=True), "Paused"),
        (Sending(sent=5), "Sent"),
        (Sending(sent=5, failed=2), "Sent, 2 failed"),
        (Sending(sent=5, failed=1200, unknown=1), "Sent, 1,200 failed, 1 unknown"),
        (Sending(failed=2), "Not sent, 2 failed"),
        (Sending(unknown=1), "Not sent, 1 unknown"),
    ],
)
def test_it_is_said_in_a_word_and_with_what_is_to_be_seen_to(sending, said):
    assert str(sending) == said


def make_run(*statuses, **values):
    """A run of one letter in each of these states; a star: it was cancelled since."""
    segment = f"SM-{Run.objects.count()}"
    if "logged_segment" not in values:
        values["logged_segment"] = make_logged_segment(segment)
    run = Run.objects.create(**{"kind": "send", "segment_number": segment} | values)
    for number, status in enumerate(statuses, start=1):
        contact = make_person()
        status, star, _rest = status.partition("*")
        entry = make_entry(contact, cancelled=bool(star))
        run.items.create(sequence=number, contact=contact, entry=entry)
        Delivery.objects.create(entry=entry, channel="email", status=status)
    return run


@pytest.mark.django_db
class TestRuns:
    def test_each_is_told_where_its_own_e_mails_are(self):
        runs = [
            make_run("sent", "sent"),
            make_run("sent", "failed", "unknown", "queued", "sending"),
            make_run("queued", paused=True),
            make_run(),
        ]
        assert [run.sending for run in with_sending(runs)] == [
            Sending(sent=2),
            Sending(waiting=2, sent=1, failed=1, unknown=1),
            Sending(waiting=1, paused=True),
            Sending(),
        ]

    def test_what_was_cancelled_rests_unless_it_had_gone(self):
        run = make_run("queued*", "failed*", "unknown*", "sending*", "sent*")
        with_sending([run])
        assert run.sending == Sending(waiting=1, sent=1)

    def test_paper_and_what_was_only_prepared_are_not_sent(self):
        paper, prepared = (
            make_run(kind="print"),
            make_run(logged_segment=None),
        )
        with_sending([paper, prepared])
        assert [paper.sending, prepared.sending] == [None, None]

    @pytest.mark.parametrize("number", [1, 3])
    def test_one_query_however_many_they_are(self, number, django_assert_num_queries):
        runs = [make_run("sent", "failed") for _each in range(number)]
        with django_assert_num_queries(1):
            with_sending(runs)
