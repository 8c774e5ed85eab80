"""Stories of jobs whose worker was killed."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django_tasks_db.models import DBTaskResult

from jobs.choices import JobState
from jobs.models import Job
from jobs.registry import Progress, Steps
from jobs.services import run_job, start_job, take_up_stale
from jobs.tests.factories import make_job, make_running_job

pytestmark = pytest.mark.django_db

MINUTE = timedelta(seconds=61)


class Killed(BaseException):
    """Stands for kill -9: nothing catches it, nothing is written after it."""


def test_a_killed_job_goes_on_where_it_stopped_with_nothing_done_twice(
    handles, at, django_capture_on_commit_callbacks
):
    starts = []

    def handler(job: Job) -> Steps:
        first = job.resume.get("next", 1)
        starts.append(first)
        for number in range(first, 5):
            Group.objects.create(name=f"Row {number}")
            if number == 3 and job.attempts == 1:
                raise Killed
            job.resume["next"] = number + 1
            yield Progress(done=number, total=4)

    handles("count", handler)
    with django_capture_on_commit_callbacks(execute=True):
        job = start_job(kind="count", owner=None, at=at)
    with pytest.raises(Killed):
        run_job(job=job)
    job.refresh_from_db()
    assert (job.state, job.done, job.attempts) == (JobState.RUNNING, 2, 1)
    DBTaskResult.objects.update(status="RUNNING")

    assert take_up_stale(at=job.heartbeat + timedelta(seconds=60)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        assert take_up_stale(at=job.heartbeat + MINUTE) == 1
    assert take_up_stale(at=job.heartbeat + MINUTE) == 0
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    assert sorted(DBTaskResult.objects.values_list("status", flat=True)) == [
        "FAILED",
        "READY",
    ]

    run_job(job=job)
    assert (job.state, job.done, job.attempts) == (JobState.DONE, 4, 2)
    assert starts == [1, 3]
    rows = (
        Group.objects.filter(name__startswith="Row")
        .order_by("pk")
        .values_list("name", flat=True)
    )
    assert list(rows) == ["Row 1", "Row 2", "Row 3", "Row 4"]


def test_a_job_that_kills_every_worker_fails_in_the_end(at):
    job = make_running_job(at=at, attempts=3, done=7)
    assert take_up_stale(at=at + MINUTE) == 0
    job.refresh_from_db()
    assert (job.state, job.done) == (JobState.FAILED, 7)
    assert job.finished_at == at + MINUTE
    assert job.error == (
        "The program stopped in the middle of this job 3 times and does not try again."
    )


def test_a_killed_job_that_was_to_be_cancelled_is_cancelled(at):
    job = make_running_job(at=at, cancel_asked=True)
    assert take_up_stale(at=at + MINUTE) == 0
    job.refresh_from_db()
    assert (job.state, job.attempts) == (JobState.CANCELLED, 1)


def test_what_a_task_came_to_stays_and_so_do_the_tasks_of_others(
    handles, at, django_capture_on_commit_callbacks
):
    handles("count", lambda job: iter(()))
    with django_capture_on_commit_callbacks(execute=True):
        jobs = [start_job(kind="count", owner=None, at=at) for _each in range(3)]
    silent, done, other = jobs
    for job, status in ((silent, "RUNNING"), (done, "SUCCESSFUL"), (other, "RUNNING")):
        job.refresh_from_db()
        DBTaskResult.objects.filter(pk=job.task_id).update(status=status)
    Job.objects.filter(pk__in=[silent.pk, done.pk]).update(
        state=JobState.RUNNING, started_at=at, heartbeat=at, attempts=3
    )
    take_up_stale(at=at + MINUTE)
    tasks = {str(task.pk): task.status for task in DBTaskResult.objects.all()}
    assert [tasks[str(job.task_id)] for job in jobs] == [
        *("FAILED", "SUCCESSFUL", "RUNNING")
    ]


def test_a_queued_job_without_a_task_is_queued_again_once(
    handles, at, django_capture_on_commit_callbacks
):
    handles("count", lambda job: iter(()))
    with django_capture_on_commit_callbacks(execute=True):
        waiting = start_job(kind="count", owner=None, at=at)
    lost = make_job(at=at)
    with django_capture_on_commit_callbacks(execute=True):
        assert take_up_stale(at=at + MINUTE) == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert take_up_stale(at=at + MINUTE * 2) == 0
    queued = [task.args_kwargs["args"] for task in DBTaskResult.objects.all()]
    assert sorted(queued) == [[waiting.pk], [lost.pk]]


def test_all_that_are_lost_are_queued_at_once(
    handles, at, django_capture_on_commit_callbacks
):
    handles("count", lambda job: iter(()))
    lost = [make_job(at=at) for _each in range(2)]
    with django_capture_on_commit_callbacks(execute=True):
        assert take_up_stale(at=at + MINUTE) == 2
    queued = [task.args_kwargs["args"] for task in DBTaskResult.objects.all()]
    assert sorted(queued) == [[job.pk] for job in lost]
