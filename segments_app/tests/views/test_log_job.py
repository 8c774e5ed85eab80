"""A large segment is logged as a job: progress, one winner, all or nothing."""

import pytest
from django.urls import reverse

from contacts.models import Contact
from interactions.models import InteractionLogEntry, LoggedSegment
from jobs.choices import JobState
from jobs.models import Job
from jobs.services import run_job
from segments_app.jobs import log_segment as logging
from segments_app.models import Segment
from segments_app.services import log_segment
from segments_app.tests.factories import NOW
from segments_app.views import log_segment as log_page

from .log_side import letter_segment, seen, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_are_many(monkeypatch):
    monkeypatch.setattr(logging, "MOST_WITHOUT_JOB", 2)


@pytest.fixture
def segment():
    return letter_segment(people=3, number="SM-7")


def ask(browser, segment, **choices):
    """Press the button; return the job that the answer leads to."""
    url = reverse("segments:log", args=[segment.pk])
    answer = browser.post(url, seen(segment) | choices)
    assert answer.status_code == 302
    return Job.objects.get(kind=logging.LOG, pk=answer.url.rstrip("/").split("/")[-1])


def run(job):
    run_job(job=job)
    job.refresh_from_db()
    return job


def test_the_job_logs_the_segment_as_it_was_seen_and_leads_to_it(mona, segment):
    job = ask(mona, segment, deliver="on", follow_up="on")
    assert LoggedSegment.objects.count() == 0
    run(job)
    logged = LoggedSegment.objects.get()
    assert (job.state, job.result) == (
        JobState.DONE,
        {"segment": "SM-7", "logged": 3, "next_page": [logged.pk]},
    )
    assert (logged.user.username, logged.follow_ups.count()) == ("mona", 1)
    assert logged.get_absolute_url() in text(mona.get(job.get_absolute_url()))


def test_what_went_where_is_shown_with_what_is_next(mona, segment):
    by_email = Contact.objects.filter(name="Person No001")
    segment.lines.filter(contact__in=by_email).update(correspondence_type="email")
    run(ask(mona, segment, deliver="on"))
    page = mona.get(LoggedSegment.objects.get().get_absolute_url())
    result = page.context["result"]
    assert [(w.label, w.interactions, w.queued) for w in result.went] == [
        ("Hard copy", 2, 2),
        ("E-mail", 1, 1),
    ]
    assert "1 e-mail is in the outbox" in text(page)
    (printed,) = result.to_print
    assert reverse("segments:run", args=[printed.pk]) in text(page)


class TestWhileItIsUnderWay:
    QUEUED = "Segment SM-7 is queued for logging already."

    @pytest.fixture
    def job(self, mona, segment):
        return ask(mona, segment)

    def led(self, browser, segment, method):
        """Where who opens the page, or presses its button, is led, and what is said."""
        send = getattr(browser, method)
        answer = send(reverse("segments:log", args=[segment.pk]), seen(segment))
        page = browser.get(answer.url)
        return answer.url, [str(message) for message in page.context["messages"]]

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_there_is_no_second_job(self, mona, segment, job, method):
        led = self.led(mona, segment, method)
        assert led == (job.get_absolute_url(), [self.QUEUED])
        assert Job.objects.get(kind=logging.LOG) == job

    def test_who_may_not_see_the_job_is_told_at_the_segment(self, anne, segment, job):
        led = self.led(anne, segment, "post")
        assert led == (segment.get_absolute_url(), [self.QUEUED])
        assert Job.objects.get(kind=logging.LOG) == job

    def test_also_while_it_runs(self, mona, segment, job):
        Job.objects.update(state=JobState.RUNNING, started_at=NOW, attempts=1)
        _url, said = self.led(mona, segment, "get")
        assert said == ["Segment SM-7 is being logged already."]

    @pytest.mark.parametrize(
        ("state", "error"), [(JobState.FAILED, "No"), (JobState.CANCELLED, "")]
    )
    def test_after_it_logged_nothing_another_may(
        self, mona, segment, job, state, error
    ):
        Job.objects.update(state=state, error=error, finished_at=NOW)
        assert ask(mona, segment) != job

    def test_another_segment_is_not_held_up(self, mona, job):
        assert ask(mona, letter_segment(people=3, number="SM-8")) != job


def test_of_two_who_asked_at_once_one_wins_and_the_other_is_told(
    mona, segment, monkeypatch
):
    monkeypatch.setattr(log_page, "log_under_way", lambda _segment: None)
    first, second = ask(mona, segment), ask(mona, segment)
    run(second)
    run(first)
    assert (second.state, first.state) == (JobState.DONE, JobState.FAILED)
    assert first.error == "Segment SM-7 is logged already."
    assert InteractionLogEntry.objects.count() == 3


def test_a_segment_that_was_changed_before_its_turn_came_is_left_alone(mona, segment):
    job = ask(mona, segment)
    Segment.objects.update(updated_at=NOW)
    run(job)
    assert job.state == JobState.FAILED
    assert "Somebody else changed this segment" in job.error
    assert (LoggedSegment.objects.count(), Segment.objects.count()) == (0, 1)


def test_what_stands_in_the_way_is_said_at_once(mona, segment):
    Contact.objects.filter(name="Person No001").update(privacy_blocked=True)
    url = reverse("segments:log", args=[segment.pk])
    page = mona.post(url, seen(segment))
    assert "Mend the problems below" in page.context["refusal"]
    assert not Job.objects.exists()


def test_a_job_that_failed_at_the_end_has_logged_nothing(mona, segment, monkeypatch):
    def break_off(**_asked):
        log_segment.__wrapped__(**_asked)
        raise RuntimeError("The power is gone")

    monkeypatch.setattr(logging, "log_within", break_off)
    job = run(ask(mona, segment))
    assert job.state == JobState.FAILED
    assert (LoggedSegment.objects.count(), segment.lines.count()) == (0, 3)
