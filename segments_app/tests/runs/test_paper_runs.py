"""Letters of a logged run on paper: printed, posted, taken out, withdrawn."""

import datetime
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import Delivery, RunEvent
from interactions.services.cancel import cancel_logged_segment, take_back
from interactions.services.letter_history import events_of_letter
from interactions.services.paper_runs import (
    NoLettersLeft,
    NothingTakenOut,
    PostingDateRefused,
    RunIsGone,
    RunNotPosted,
    RunNotPrinted,
    RunNotWithdrawn,
    mark_printed,
    post_run,
    take_letters_out,
    withdraw_run,
)
from interactions.services.printing import OutputRefused
from segments_app.services import log_segment
from segments_app.services.letters_again import letters_kept
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW, TODAY, make_segment

from .conftest import LATER, numbered, paragraphs, printed

pytestmark = pytest.mark.django_db

HOME = {"address": "Bakken 1", "postcode": "5003", "city": "Bergen"}
DAY = datetime.timedelta(days=1)


@pytest.fixture
def kari():
    return User.objects.create(username="kari")


@pytest.fixture
def logged(segment, run):
    """Logged with the run that was prepared: Cecilie 1, Anna 2, Bo 3 by post."""
    return log_segment(segment=segment, deliver=True, user=None, at=NOW)


@pytest.fixture
def posted(logged, run, kari):
    mark_printed(run=run, user=kari, at=LATER)
    post_run(run=run, posted_on=TODAY, user=kari, at=LATER + DAY)
    return logged


def said(logged):
    return dict(logged.interactions.values_list("contact__name", "delivery_status"))


def deliveries(logged):
    rows = Delivery.objects.filter(entry__logged_segment=logged)
    return dict(rows.values_list("entry__contact__name", "status"))


def everybody(status):
    return dict.fromkeys(("Cecilie Moe", "Anna Dahl", "Bo Ek"), status)


def events(run):
    return [
        (event.kind, event.letters, event.user and event.user.username)
        for event in run.events.all()
    ]


class TestPrinted:
    def test_the_run_its_entries_and_deliveries_say_so(self, logged, run, kari):
        assert said(logged) == everybody("queued")
        mark_printed(run=run, user=kari, at=LATER)
        run.refresh_from_db()
        assert (run.state, run.posted_on) == ("printed", None)
        assert said(logged) == deliveries(logged) == everybody("printed")
        assert events(run) == [("printed", 3, "kari")]

    def test_letters_that_were_logged_without_delivery_too(self, segment, run):
        logged = log_segment(segment=segment, user=None, at=NOW)
        mark_printed(run=run, user=None, at=LATER)
        assert said(logged) == everybody("printed")
        assert deliveries(logged) == {}

    def test_only_once(self, logged, run):
        mark_printed(run=run, user=None, at=LATER)
        with pytest.raises(RunNotPrinted):
            mark_printed(run=run, user=None, at=LATER)

    def test_not_before_it_is_logged(self, run):
        with pytest.raises(RunNotPrinted):
            mark_printed(run=run, user=None, at=LATER)
        run.refresh_from_db()
        assert run.state == "prepared"


class TestPosted:
    def test_from_then_on_the_log_says_that_they_went(self, posted, run):
        run.refresh_from_db()
        assert (run.state, run.posted_on) == ("posted", TODAY)
        assert said(posted) == deliveries(posted) == everybody("posted")
        sent = Delivery.objects.values_list("sent_at", flat=True)
        assert {timezone.localdate(each) for each in sent} == {TODAY}
        assert events(run) == [("printed", 3, "kari"), ("posted", 3, "kari")]

    def test_what_is_cancelled_is_posted_once_the_cancelling_is_taken_back(
        self, logged, run
    ):
        mark_printed(run=run, user=None, at=LATER)
        cancelled = cancel_logged_segment(
            logged_segment=logged, reason="Wrong letter", user=None, at=LATER
        )
        for refused in (
            partial(post_run, posted_on=TODAY),
            withdraw_run,
            partial(take_letters_out, numbers=((1, 3),)),
        ):
            with pytest.raises(NoLettersLeft):
                refused(run=run, user=None, at=LATER)
        run.refresh_from_db()
        assert (run.state, events(run)) == ("printed", [("printed", 3, None)])
        take_back(cancellation=cancelled, user=None, at=LATER)
        post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        assert said(logged) == everybody("posted")

    def test_what_had_no_channel_went_on_paper(self, segment, run):
        logged = log_segment(segment=segment, user=None, at=NOW)
        logged.interactions.update(correspondence_type="")
        mark_printed(run=run, user=None, at=LATER)
        post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        found = logged.interactions.values_list("correspondence_type", flat=True)
        assert set(found) == {"hard_copy"}

    @pytest.mark.parametrize(
        ("posted_on", "why"),
        [
            (TODAY + 2 * DAY, "has not come yet"),
            (TODAY, "printed on 11/21/2026"),
            (TODAY - DAY, "logged on 11/20/2026"),
        ],
    )
    def test_not_on_a_day_that_cannot_be(self, logged, run, posted_on, why):
        mark_printed(run=run, user=None, at=NOW + DAY)
        with pytest.raises(PostingDateRefused, match=why):
            post_run(run=run, posted_on=posted_on, user=None, at=NOW + DAY)
        run.refresh_from_db()
        assert (run.state, run.posted_on) == ("printed", None)
        assert said(logged) == everybody("printed")

    def test_only_what_is_printed_and_only_once(self, logged, run):
        with pytest.raises(RunNotPosted):
            post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        mark_printed(run=run, user=None, at=LATER)
        post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        with pytest.raises(RunNotPosted):
            post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        with pytest.raises(RunNotWithdrawn):
            withdraw_run(run=run, user=None, at=LATER)
        with pytest.raises(RunIsGone):
            take_letters_out(run=run, numbers=((1, 1),), user=None, at=LATER)

    def test_who_was_blocked_since_is_taken_out(self, logged, run):
        mark_printed(run=run, user=None, at=LATER)
        Contact.objects.filter(name="Anna Dahl").update(privacy_blocked=True)
        post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        went = everybody("posted") | {"Anna Dahl": "withdrawn"}
        assert said(logged) == deliveries(logged) == went
        assert [row[:2] for row in events(run)] == [
            ("printed", 3),
            ("taken_out", 1),
            ("posted", 2),
        ]

    def test_what_was_cancelled_before_does_not_go(self, logged, run):
        logged.interactions.filter(contact__name="Bo Ek").update(cancelled=True)
        mark_printed(run=run, user=None, at=LATER)
        post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        assert said(logged) == everybody("posted") | {"Bo Ek": "queued"}
        data, _figures = printed(run)
        assert paragraphs(data) == ["1 Anna Dahl", "2 Cecilie Moe"]


class TestTakenOut:
    def test_it_is_not_printed_not_posted_and_keeps_its_number(self, logged, run, kari):
        numbers_before = numbered(run)
        take_letters_out(run=run, numbers=((2, 2),), user=kari, at=LATER)
        assert said(logged) == everybody("queued") | {"Cecilie Moe": "withdrawn"}
        assert numbered(run) == numbers_before
        data, figures = printed(run)
        assert paragraphs(data) == ["1 Anna Dahl", "3 Bo Ek"]
        assert (figures.letters, figures.kept_out) == (2, 0)
        assert letters_kept(logged).count() == 2
        mark_printed(run=run, user=kari, at=LATER)
        post_run(run=run, posted_on=TODAY, user=kari, at=LATER)
        assert said(logged) == everybody("posted") | {"Cecilie Moe": "withdrawn"}
        entry = logged.interactions.get(contact__name="Cecilie Moe")
        assert entry.correspondence_type == ""
        assert events(run) == [
            ("taken_out", 1, "kari"),
            ("printed", 2, "kari"),
            ("posted", 2, "kari"),
        ]

    @pytest.mark.parametrize("numbers", [(), ((9, 12),), ((2, 2),)])
    def test_what_is_not_there_any_more_is_refused(self, logged, run, numbers):
        take_letters_out(run=run, numbers=((2, 2),), user=None, at=LATER)
        with pytest.raises(NothingTakenOut):
            take_letters_out(run=run, numbers=numbers, user=None, at=LATER)
        assert RunEvent.objects.count() == 1

    def test_not_of_a_run_that_is_not_logged(self, run):
        with pytest.raises(RunIsGone):
            take_letters_out(run=run, numbers=((1, 1),), user=None, at=LATER)


class TestWithdrawn:
    def test_one_that_is_not_logged_is_withdrawn_once(self, run, kari):
        withdraw_run(run=run, user=kari, at=LATER)
        assert events(run) == [("withdrawn", 3, "kari")]
        with pytest.raises(RunNotWithdrawn):
            withdraw_run(run=run, user=None, at=LATER)

    @pytest.mark.parametrize("is_printed", [False, True])
    def test_of_a_logged_one_nothing_was_sent(self, logged, run, is_printed):
        if is_printed:
            mark_printed(run=run, user=None, at=LATER)
        withdraw_run(run=run, user=None, at=LATER)
        assert said(logged) == deliveries(logged) == everybody("withdrawn")
        channels = logged.interactions.values_list("correspondence_type", flat=True)
        assert set(channels) == {""}
        with pytest.raises(OutputRefused):
            printed(run)
        assert not letters_kept(logged).exists()
        with pytest.raises(RunNotPosted):
            post_run(run=run, posted_on=TODAY, user=None, at=LATER)


def test_e_mails_of_a_prepared_run_are_a_run_of_their_own_once_logged(segment, people):
    Contact.objects.filter(name="Bo Ek").update(
        correspondence_type="email", email="bo@example.se"
    )
    run = prepare_run(segment=segment, user=None, at=NOW)
    logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
    paper, mail = logged.runs.order_by("pk")
    assert (paper, paper.kind, mail.kind) == (run, "print", "send")
    assert numbered(paper) == [(1, "Anna Dahl"), (2, "Cecilie Moe")]
    assert numbered(mail) == [(3, "Bo Ek")]
    mark_printed(run=paper, user=None, at=LATER)
    assert said(logged)["Bo Ek"] == "queued"
    with pytest.raises(RunNotWithdrawn):
        withdraw_run(run=mail, user=None, at=LATER)


def test_a_prepared_run_of_e_mails_alone_becomes_a_send_run(segment, people):
    for contact in people:
        contact.email = f"{contact.number}@example.no"
        contact.correspondence_type = "email"
        contact.save()
    run = prepare_run(segment=segment, user=None, at=NOW)
    logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
    assert [(each, each.kind) for each in logged.runs.all()] == [(run, "send")]


class TestHistory:
    def of(self, logged, name):
        entry = logged.interactions.get(contact__name=name)
        return [event.kind for event in events_of_letter(entry)]

    def test_a_letter_tells_what_was_done_with_it_and_not_with_others(
        self, logged, run
    ):
        mark_printed(run=run, user=None, at=LATER)
        take_letters_out(run=run, numbers=((1, 1),), user=None, at=LATER)
        post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        assert self.of(logged, "Anna Dahl") == ["printed", "taken_out"]
        assert self.of(logged, "Bo Ek") == ["printed", "posted"]

    def test_an_entry_without_a_letter_has_none(self, logged):
        logged.interactions.first().run_item.delete()
        entry = logged.interactions.first()
        assert events_of_letter(entry) == []


def test_it_asks_as_much_for_many_letters_as_for_few(
    template, django_assert_max_num_queries
):
    def went(count, number):
        people = [make_person(f"Person {each}", **HOME) for each in range(count)]
        segment = make_segment(*people, number=number, template=template)
        logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
        run = logged.runs.get()
        with django_assert_max_num_queries(100) as captured:
            mark_printed(run=run, user=None, at=LATER)
            take_letters_out(run=run, numbers=((1, 1),), user=None, at=LATER)
            post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        return len(captured)

    assert went(2, "SM-A") == went(30, "SM-B")
