"""Exporting the filtered list in the browser, and importing it again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from contacts.importing import FIELDS
from contacts.models import Contact, ContactChange
from contacts.services import export_contacts
from contacts.tests.factories import make_company, make_person
from jobs.choices import JobState
from jobs.models import Job
from jobs.services import run_job

pytestmark = pytest.mark.django_db
EXPORT = reverse("contacts:export")
ALL = {"suffix": "csv", "columns": list(FIELDS)}


def result_of(job) -> bytes:
    with job.result_file.open() as file:
        return file.read()


def test_only_who_may_export_sees_the_page(assistant):
    assert assistant.get(EXPORT).status_code == 403
    assert assistant.post(EXPORT, ALL).status_code == 403
    assert EXPORT not in assistant.get(reverse("contacts:list")).content.decode()


def test_the_filtered_list_goes_out_and_the_job_says_who_and_what(manager):
    make_person("Åse Berg", city="Oslo")
    make_company("Kaffe AS")
    listed = manager.get(reverse("contacts:list"), {"type": "person", "page": "1"})
    assert f'href="{EXPORT}?type=person"' in listed.content.decode()
    page = manager.get(EXPORT, {"type": "person"})
    assert page.context["count"] == 1

    chosen = {"suffix": "csv", "columns": ["name", "city"]}
    response = manager.post(f"{EXPORT}?type=person", chosen)

    job = Job.objects.get()
    assert response.url == job.get_absolute_url()
    assert result_of(job).decode("utf-8-sig") == "Name,City\r\nÅse Berg,Oslo\r\n"
    assert (job.owner.username, job.result_name, job.result) == (
        "maja",
        "contacts.csv",
        {"exported": 1, "filter": "type=person"},
    )


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_was_exported_is_imported_again_and_nothing_changes(manager, suffix):
    company = make_company("Kaffe AS", phone="+47 22 33 44 55")
    make_person("Åse Berg", company=company, email="ase@kaffe.example")
    manager.post(EXPORT, ALL | {"suffix": suffix})
    data = result_of(Job.objects.get())
    before = list(Contact.objects.values_list())

    file = SimpleUploadedFile(f"contacts.{suffix}", data)
    page = manager.post(reverse("contacts:import"), {"file": file}, follow=True)
    summary = page.context["summary"]
    assert (summary.unchanged, summary.refused) == (2, 0)
    form = page.context["form"].initial
    manager.post(reverse("contacts:import_columns"), form | {"import": "1"})

    job = Job.objects.first()
    assert (job.kind, job.result["unchanged"], job.result["updated"]) == (
        "import_contacts",
        2,
        0,
    )
    assert list(Contact.objects.values_list()) == before
    assert ContactChange.objects.count() == 0


def test_many_are_left_to_a_worker(manager, monkeypatch):
    monkeypatch.setattr(export_contacts, "MOST_WITHOUT_JOB", 0)
    make_person("Åse Berg")
    manager.post(EXPORT, ALL | {"suffix": "xlsx"})
    job = Job.objects.get()
    assert job.state == JobState.QUEUED
    run_job(job=job)
    assert (job.state, job.done, job.total) == (JobState.DONE, 1, 1)
    assert result_of(job).startswith(b"PK")


@pytest.mark.parametrize(
    ("query", "data"),
    [
        ("", {}),
        ("", {"suffix": "exe", "columns": ["name"]}),
        ("", {"suffix": "csv", "columns": ["password"]}),
        ("", {"suffix": "csv", "columns": "\0"}),
        ("?type=robot", ALL),
        ("?search=%00", {"suffix": "\0"}),
        ("?salesperson=9" + "9" * 30, ALL),
    ],
)
def test_a_hostile_question_makes_no_file(manager, query, data):
    response = manager.post(EXPORT + query, data)
    assert response.status_code in (200, 302)
    assert Job.objects.count() == 0


def test_more_than_a_spreadsheet_holds_is_said_at_the_kind_of_file(
    manager, monkeypatch
):
    monkeypatch.setattr(export_contacts, "LAST_ROW_OF_EXCEL", 1)
    make_person("Åse Berg")
    page = manager.post(EXPORT, ALL | {"suffix": "xlsx"})
    assert page.context["form"].errors == {
        "suffix": [
            "A spreadsheet cannot hold that many contacts. Take them out as CSV."
        ]
    }
    assert Job.objects.count() == 0
