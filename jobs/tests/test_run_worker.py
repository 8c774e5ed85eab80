"""Stories of the worker command."""

import signal
from io import StringIO

import pytest
from django.core.management import call_command

from jobs.choices import JobState
from jobs.models import Job
from jobs.registry import JobError, Progress, Steps
from jobs.services import start_job
from jobs.tests.factories import make_running_job

# The worker lets go of old connections, which ends the transaction of a test.
pytestmark = pytest.mark.django_db(transaction=True)


def run_worker_once() -> str:
    out = StringIO()
    call_command("run_worker", "--once", stdout=out)
    return out.getvalue()


def test_the_worker_drains_the_queue_and_takes_up_what_a_killed_one_left(
    handles, anna, at
):
    def good(job: Job) -> Steps:
        yield Progress(done=1, total=1)

    def bad(job: Job) -> Steps:
        yield Progress(done=1, total=2)
        raise JobError("There is no document.")

    handles("good", good)
    handles("bad", bad)
    before = signal.getsignal(signal.SIGINT)
    start_job(kind="bad", owner=anna, at=at)
    start_job(kind="good", owner=anna, at=at)
    make_running_job(at=at, kind="good")
    assert run_worker_once() == "Jobs run: 3.\n"
    assert run_worker_once() == "Jobs run: 0.\n"
    assert list(
        Job.objects.order_by("pk").values_list("kind", "state", "attempts", "error")
    ) == [
        ("bad", JobState.FAILED, 1, "There is no document."),
        ("good", JobState.DONE, 1, ""),
        ("good", JobState.DONE, 2, ""),
    ]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_worker_told_to_end_hands_its_job_back_after_the_chunk(handles, at):
    starts = []

    def handler(job: Job) -> Steps:
        first = job.resume.get("next", 1)
        starts.append(first)
        for number in range(first, 5):
            if number == 2 and first == 1:
                signal.raise_signal(signal.SIGTERM)
            job.resume["next"] = number + 1
            yield Progress(done=number, total=4)

    handles("count", handler)
    job = start_job(kind="count", owner=None, at=at)
    waiting = start_job(kind="count", owner=None, at=at)
    assert run_worker_once() == "Jobs run: 1.\n"
    job.refresh_from_db()
    assert (job.state, job.done, job.attempts) == (JobState.QUEUED, 2, 0)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.attempts) == (JobState.QUEUED, 0)

    starts.clear()
    Job.objects.filter(pk=waiting.pk).update(resume={"next": 4})
    assert run_worker_once() == "Jobs run: 2.\n"
    job.refresh_from_db()
    assert (job.state, job.done, job.attempts) == (JobState.DONE, 4, 1)
    assert sorted(starts) == [3, 4]
