"""Stories of files that are not kept for ever."""

from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from jobs.models import Job
from jobs.services import expire_files
from jobs.tests.factories import make_done_job, make_running_job

pytestmark = pytest.mark.django_db


def with_files(job: Job) -> Job:
    job.input_file.save("people.csv", ContentFile(b"name\nKari Nes\n"), save=False)
    job.keep_result(ContentFile(b"name,Reason\n"), name="refused.csv")
    job.resume = {"refused": [[2, "Kari Nes has no number"]]}
    job.result = {"refused": 1}
    job.save()
    return job


def files() -> int:
    folders = [f"jobs/{name}" for name in ("input", "result")]
    return sum(len(default_storage.listdir(folder)[1]) for folder in folders)


def test_files_of_long_finished_jobs_go_and_figures_stay(at, settings):
    settings.JOB_FILES_DAYS = 30
    old = with_files(make_done_job(at=at))
    running = with_files(make_running_job(at=at))
    recent = with_files(make_done_job(at=at + timedelta(days=1)))
    assert files() == 6

    assert expire_files(at=at + timedelta(days=30, hours=1)) == 1
    assert expire_files(at=at + timedelta(days=30, hours=1)) == 0

    assert files() == 4
    for job in (old, running, recent):
        job.refresh_from_db()
    assert (old.resume, old.result, old.result_expired) == ({}, {"refused": 1}, True)
    assert (recent.result_expired, recent.has_result_file) == (False, True)
    assert running.resume == {"refused": [[2, "Kari Nes has no number"]]}


def test_all_old_ones_go_however_many(at, monkeypatch):
    module = import_module("jobs.services.expire_files")
    monkeypatch.setattr(module, "JOBS_AT_ONCE", 2)
    for _number in range(5):
        with_files(make_done_job(at=at))

    assert expire_files(at=at + timedelta(days=31)) == 5
    assert files() == 0


def test_the_page_says_that_the_file_is_gone(at, anna, client):
    job = with_files(make_done_job(at=at, owner=anna))
    client.force_login(anna)
    assert "Download refused.csv" in client.get(job.get_absolute_url()).text

    expire_files(at=at + timedelta(days=31))

    page = client.get(job.get_absolute_url()).text
    assert "refused.csv was deleted: the files of a job are kept" in page
    assert "Download" not in page
    assert client.get(reverse("jobs:result", args=[job.pk])).status_code == 404


def test_the_command_tells_before_it_deletes(at):
    with_files(make_done_job(at=timezone.now() - timedelta(days=31)))
    out = StringIO()

    call_command("expire_job_files", "--dry-run", stdout=out)
    assert files() == 2
    call_command("expire_job_files", stdout=out)
    assert files() == 0
    call_command("expire_job_files", stdout=out)

    assert out.getvalue().splitlines() == [
        "The files of 1 job would be deleted.",
        "The files of 1 job were deleted.",
        "The files of 0 jobs were deleted.",
    ]


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_it_by_itself(at):
    with_files(make_done_job(at=at))

    call_command("run_worker", "--once", stdout=StringIO())

    assert files() == 0
