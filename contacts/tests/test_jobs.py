"""The import as long work: killed and taken up, nothing is done twice."""

from datetime import UTC, datetime

import pytest
from django.core.files.base import ContentFile

from contacts.jobs import files as contact_jobs
from contacts.models import Contact
from contacts.services.importing import import_contacts
from contacts.tests.importing.files import csv
from jobs.choices import JobState
from jobs.models import Job
from jobs.services import run_job, start_job

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def start(*lines, **parameters):
    return start_job(
        kind="import_contacts",
        owner=None,
        at=NOW,
        parameters=parameters,
        input_file=ContentFile(csv(*lines), "people.csv"),
    )


@pytest.fixture
def two_rows_a_batch(monkeypatch):
    def in_twos(**arguments):
        return import_contacts.import_contacts(**arguments, batch=2)

    monkeypatch.setattr(contact_jobs, "import_contacts", in_twos)


def test_a_killed_import_goes_on_where_it_was(two_rows_a_batch, monkeypatch):
    job = start("Name,E-mail", "Anna Dahl,", "Bo Lie,bo", "Cecilie Moe,", "Dag Bu,")
    killed = iter(contact_jobs.import_contacts_of_job(job))
    next(killed)
    job.save()

    run_job(job=job)

    assert (job.state, job.done, job.total) == (JobState.DONE, 4, 4)
    assert (job.result["created"], job.result["refused"]) == (3, 1)
    assert sorted(Contact.objects.values_list("name", flat=True)) == [
        "Anna Dahl",
        "Cecilie Moe",
        "Dag Bu",
    ]
    assert [line for line, _reason in job.resume["refused"]] == [3]


def test_refused_rows_beyond_the_most_are_counted(two_rows_a_batch, monkeypatch):
    monkeypatch.setattr(contact_jobs, "MOST_REFUSED", 1)
    job = start("Name,E-mail", "Anna Dahl,anna", "Bo Lie,bo", "Dag Bu,dag")
    run_job(job=job)
    with job.result_file.open() as refused:
        lines = refused.read().decode("utf-8-sig").splitlines()
    assert lines == [
        "Name,E-mail,Reason",
        "Anna Dahl,anna,Line 2: e-mail: “anna” is not one (and 2 more)",
    ]
    assert job.result["refused"] == 3


def test_a_file_that_cannot_be_used_fails_with_its_reason():
    job = start("Alpha,Beta", "1,2")
    run_job(job=job)
    assert job.state == JobState.FAILED
    assert "no heading that is known" in job.error
    assert Job.objects.get().result == {}
