"""What the database refuses, and whose jobs are whose."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.db import IntegrityError

from jobs import registry
from jobs.choices import JobState
from jobs.models import Job
from jobs.tests.factories import make_done_job, make_job, make_running_job

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("constraint", "values"),
    [
        ("job_state_known", {"state": "asleep"}),
        ("job_done_of_total", {"done": 4, "total": 3}),
        ("job_attempts_in_bounds", {"attempts": 4}),
        ("job_attempts_in_bounds", {"max_attempts": 0}),
        ("job_finished_has_time", {"state": JobState.CANCELLED}),
        ("job_running_has_started", {"state": JobState.RUNNING, "attempts": 1}),
        ("job_failed_says_why", {"error": "Why?"}),
        ("job_result_has_name", {"result_file": "jobs/result/a.docx"}),
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself(at, constraint, values):
    with pytest.raises(IntegrityError, match=constraint):
        make_job(at=at, **values)


def test_everybody_sees_their_own_jobs_and_a_superuser_all(anna, at):
    hers, nobodys = make_job(at=at, owner=anna), make_job(at=at)
    root = User.objects.create_superuser("root")
    staff = User.objects.create_user("staff", is_staff=True)
    seen = {
        str(user): list(Job.objects.visible_to(user))
        for user in (anna, root, staff, AnonymousUser())
    }
    assert seen == {
        "anna": [hers],
        "root": [nobodys, hers],
        "staff": [],
        "AnonymousUser": [],
    }


def test_a_running_job_is_stale_after_a_minute_of_silence(at):
    job = make_running_job(at=at)
    make_job(at=at)
    make_done_job(at=at)
    assert not Job.objects.stale(at + timedelta(seconds=60)).exists()
    assert list(Job.objects.stale(at + timedelta(seconds=61))) == [job]


def test_a_job_whose_kind_no_app_knows_is_still_shown(handles, at):
    job = make_done_job(at=at, result={"counted": 3})
    assert (job.kind_label, job.result_facts) == ("count", [])
    handles("count", lambda job: iter(()), label="Counting")
    assert (job.kind_label, job.result_facts) == ("Counting", [])


def test_a_kind_is_registered_once(handles):
    handles("count", lambda job: iter(()))
    with pytest.raises(ValueError, match="'count' is registered twice"):
        registry.register("count", label="Again")(lambda job: iter(()))
