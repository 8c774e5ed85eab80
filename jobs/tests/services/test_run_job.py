"""Stories of jobs that run: to the end, into an error, until cancelled."""

from contextlib import suppress

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks_db.models import DBTaskResult

from jobs.choices import JobState
from jobs.models import Job
from jobs.registry import JobError, Progress, Steps
from jobs.services import cancel_job, run_here, run_job, start_job
from jobs.services.run_job import stop_asked
from jobs.tests.factories import make_job, make_running_job

pytestmark = pytest.mark.django_db


def count_to_three(job: Job) -> Steps:
    for number in (1, 2, 3):
        yield Progress(done=number, total=3, message=f"Number {number}")
    job.result["counted"] = 3


def test_a_job_is_queued_once_its_transaction_is_committed(
    handles, anna, at, django_capture_on_commit_callbacks
):
    handles("count", count_to_three)
    with django_capture_on_commit_callbacks(execute=True), override("nb"):
        job = start_job(kind="count", owner=anna, at=at, parameters={"to": 3})
        assert not DBTaskResult.objects.exists()
    (task,) = DBTaskResult.objects.all()
    job.refresh_from_db()
    assert task.args_kwargs == {"args": [job.pk], "kwargs": {}}
    assert (job.task_id, job.state, job.label) == (task.pk, JobState.QUEUED, "Count")
    assert (job.owner, job.parameters, job.language) == (anna, {"to": 3}, "nb")
    assert (job.created_at, job.attempts) == (at, 0)


def test_a_job_runs_to_its_end(handles, at):
    handles("count", count_to_three)
    job = make_job(at=at)
    seen = []
    run_job(job=job, on_progress=lambda job: seen.append((job.done, job.message)))
    assert seen == [
        (1, "Number 1"),
        (2, "Number 2"),
        (3, "Number 3"),
        (3, "Number 3"),
    ]
    assert (job.state, job.done, job.total, job.percent) == (JobState.DONE, 3, 3, 100)
    assert (job.result, job.error, job.attempts) == ({"counted": 3}, "", 1)
    assert at < job.started_at <= job.finished_at
    assert job.heartbeat > job.started_at


def test_a_job_that_somebody_else_runs_is_left_alone(handles, at):
    handles("count", count_to_three)
    job = make_running_job(at=at)
    run_job(job=job)
    assert (job.state, job.done, job.attempts) == (JobState.RUNNING, 0, 1)


def test_progress_is_saved_after_each_chunk_while_the_job_runs(handles, at):
    job = make_job(at=at)
    stored = []

    def handler(job: Job) -> Steps:
        for number in (1, 2):
            stored.append(Job.objects.values("state", "done", "total").get(pk=job.pk))
            yield Progress(done=number)

    handles("count", handler)
    run_job(job=job)
    assert stored == [
        {"state": "running", "done": 0, "total": None},
        {"state": "running", "done": 1, "total": None},
    ]
    assert job.percent is None


def test_an_unforeseen_error_is_told_and_logged_and_its_chunk_undone(
    handles, at, caplog
):
    def handler(job: Job) -> Steps:
        Group.objects.create(name="first chunk")
        job.resume["chunk"] = 1
        yield Progress(done=1, total=2)
        Group.objects.create(name="second chunk")
        job.resume["chunk"] = 2
        raise RuntimeError("No more space\nDETAIL: of Anna")

    handles("count", handler)
    job = make_job(at=at)
    run_job(job=job)
    assert (job.state, job.done, job.resume) == (JobState.FAILED, 1, {"chunk": 1})
    assert job.error == (
        "An error that was not foreseen stopped this job: RuntimeError: No more "
        f"space. The log of the server has the details under job {job.pk}."
    )
    assert job.finished_at is not None
    chunks = Group.objects.filter(name__endswith="chunk")
    assert [group.name for group in chunks] == ["first chunk"]
    (record,) = caplog.records
    assert record.getMessage() == f"Job {job.pk} (count) failed"
    assert record.exc_info[0] is RuntimeError


class NoDocument(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "shown"),
    [
        (JobError("Line 3 has no name."), "Line 3 has no name."),
        (NoDocument("There is no letter in nb."), "There is no letter in nb."),
        (NoDocument(), "NoDocument"),
    ],
)
def test_an_anticipated_error_is_shown_as_it_is(handles, at, caplog, error, shown):
    def handler(job: Job) -> Steps:
        yield Progress(done=1)
        raise error

    handles("count", handler, anticipated=(NoDocument,))
    job = make_job(at=at)
    run_job(job=job)
    assert (job.state, job.error, job.done) == (JobState.FAILED, shown, 1)
    assert [record.levelname for record in caplog.records if record.exc_info] == []


def test_a_kind_that_no_app_knows_fails_with_its_name(at):
    job = make_job(at=at, kind="vanished")
    run_job(job=job)
    assert job.state == JobState.FAILED
    assert job.error == "This program does not know the kind of job “vanished”."


def test_a_job_cancelled_in_the_middle_stops_after_its_chunk(handles, at):
    tidied = []

    def handler(job: Job) -> Steps:
        try:
            for number in range(1, 10):
                if number == 3:
                    assert cancel_job(job=Job.objects.get(pk=job.pk), at=at)
                yield Progress(done=number, total=9)
        finally:
            tidied.append(job.done)

    handles("count", handler)
    job = make_job(at=at)
    run_job(job=job)
    assert (job.state, job.done, job.total) == (JobState.CANCELLED, 3, 9)
    assert (job.error, job.cancel_asked) == ("", True)
    assert job.finished_at is not None
    assert tidied == [3]


@pytest.mark.parametrize("how", ["cancelled", "killed", "told to end"])
def test_a_job_that_does_all_at_last_is_done_with_it(handles, at, monkeypatch, how):
    begun = []

    def handler(job: Job) -> Steps:
        begun.append(job.attempts)
        yield Progress(done=0, total=5)
        if how == "cancelled":
            assert cancel_job(job=Job.objects.get(pk=job.pk), at=at)
        if how == "told to end":
            monkeypatch.setattr(stop_asked, "is_set", lambda: True)
        job.result["moved"] = 5
        return Progress(done=5, total=5, message="Moved")

    def die(job: Job) -> None:
        if how == "killed" and job.done == 5:
            raise SystemExit

    handles("count", handler)
    job = make_job(at=at)
    with suppress(SystemExit):
        run_job(job=job, on_progress=die)
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == (JobState.DONE, 5, 5)
    assert (job.message, job.result, begun) == ("Moved", {"moved": 5}, [1])


def test_a_waiting_job_is_cancelled_at_once_and_never_starts(handles, at):
    handles("count", count_to_three)
    job = make_job(at=at)
    assert cancel_job(job=job, at=at)
    assert (job.state, job.finished_at) == (JobState.CANCELLED, at)
    run_job(job=job)
    assert (job.state, job.attempts, job.done) == (JobState.CANCELLED, 0, 0)
    assert not cancel_job(job=job, at=at)


def test_whoever_lost_the_job_to_another_attempt_writes_no_more(handles, at, caplog):
    def handler(job: Job) -> Steps:
        yield Progress(done=1, total=3)
        Job.objects.filter(pk=job.pk).update(attempts=2, message="Second attempt")
        yield Progress(done=2, total=3)

    # Without the chunk's transaction, which would undo the simulated take-over.
    handles("count", handler, atomic=False)
    job = make_job(at=at)
    run_job(job=job)
    assert (job.state, job.attempts, job.done) == (JobState.RUNNING, 2, 1)
    assert job.message == "Second attempt"
    assert [record.getMessage() for record in caplog.records] == [
        f"Job {job.pk} was taken over; attempt 1"
    ]


def test_messages_come_in_the_language_of_whoever_asked(handles, at):
    def handler(job: Job) -> Steps:
        yield Progress(done=1, message=_("Yes"))

    handles("count", handler)
    job = make_job(at=at, language="nb")
    with override("en"):
        run_job(job=job)
    assert job.message == "Ja"


def test_more_done_than_foretold_moves_the_total(handles, at):
    def handler(job: Job) -> Steps:
        yield Progress(done=12, total=10)

    handles("count", handler)
    job = make_job(at=at)
    run_job(job=job)
    assert (job.state, job.done, job.total) == (JobState.DONE, 12, 12)


def test_a_result_file_is_kept_under_a_name_of_its_own(handles, at):
    def handler(job: Job) -> Steps:
        yield Progress(done=1)
        job.keep_result(ContentFile(b"Kjaere Ase"), name="../brev\n til Åse.DOCX")

    handles("count", handler)
    job = make_job(at=at)
    run_job(job=job)
    assert job.result_name == "brev til Åse.DOCX"
    assert job.result_file.name.startswith("jobs/result/")
    assert job.result_file.name.endswith(".docx")
    assert "brev" not in job.result_file.name
    with job.result_file.open() as stored:
        assert stored.read() == b"Kjaere Ase"


def test_a_command_runs_the_same_handler_here(handles, anna, at, capfd):
    handles("count", count_to_three)
    job = run_here(
        kind="count", owner=anna, at=at, input_file=ContentFile(b"1", name="a.CSV")
    )
    assert (job.state, job.done, job.result) == (JobState.DONE, 3, {"counted": 3})
    assert (job.max_attempts, job.task_id, job.owner) == (1, None, anna)
    assert job.input_file.name.endswith(".csv")
    assert capfd.readouterr() == ("", "")  # no bar where there is no terminal


def test_a_command_hears_why_its_job_failed(handles, at):
    def handler(job: Job) -> Steps:
        yield Progress(done=1)
        raise JobError("The file is empty.")

    handles("count", handler)
    with pytest.raises(JobError, match=r"^The file is empty\.$"):
        run_here(kind="count", owner=None, at=at)


def test_a_command_interrupted_at_the_keyboard_leaves_a_cancelled_job(handles, at):
    def handler(job: Job) -> Steps:
        yield Progress(done=1, total=2)
        raise KeyboardInterrupt

    handles("count", handler)
    with pytest.raises(KeyboardInterrupt):
        run_here(kind="count", owner=None, at=at)
    job = Job.objects.get()
    assert (job.state, job.done, job.error) == (JobState.CANCELLED, 1, "")
