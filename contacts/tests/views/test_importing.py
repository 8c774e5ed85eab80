"""Importing in the browser: upload, look, mend, import."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from contacts.choices import ContactType
from contacts.models import Contact, Salesperson
from contacts.services import start_import
from contacts.services.uploads import FOLDER, keep_upload
from contacts.tests.factories import make_person
from contacts.tests.importing.files import csv
from jobs.choices import JobState
from jobs.models import Job
from jobs.services import run_job

pytestmark = pytest.mark.django_db
UPLOAD = reverse("contacts:import")
COLUMNS = reverse("contacts:import_columns")

PEOPLE = csv(
    "First name,Last name,Company,E-mail,Shoe size",
    "Ingrid,Solberg,Fjordheim Kaffe AS,ingrid@fjordheim.example,38",
    "Ola,Nordmann,Fjordheim Kaffe AS,ola at fjordheim,44",
)
AS_USUAL = {
    "column_0": "first_name",
    "column_1": "surname",
    "column_2": "company",
    "column_3": "email",
    "column_4": "",
}


def upload(client, data=PEOPLE, name="people.csv"):
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, data)})


def waiting_files():
    return default_storage.listdir(FOLDER)[1]


@pytest.mark.parametrize("page", [UPLOAD, COLUMNS])
def test_only_who_may_import_sees_the_pages(assistant, page):
    assert assistant.get(page).status_code == 403
    assert assistant.post(page, {"import": "1"}).status_code == 403


def test_the_file_is_looked_at_before_anything_happens(manager):
    response = upload(manager)
    assert (response.status_code, response.url) == (302, COLUMNS)
    page = manager.get(COLUMNS)
    summary = page.context["summary"]
    assert (summary.created, summary.companies, summary.refused) == (1, 1, 1)
    assert summary.unmapped == ("Shoe size",)
    assert page.context["is_whole"] is True
    shown = page.content.decode()
    assert "Line 3: " in shown
    assert "38 · 44" in shown
    assert Contact.objects.count() == 0
    assert page.context["form"].initial == AS_USUAL


def test_then_it_is_imported_and_the_file_does_not_lie_about(manager):
    upload(manager)
    response = manager.post(COLUMNS, AS_USUAL | {"import": "1"})
    job = Job.objects.get()
    assert response.url == reverse("jobs:detail", args=[job.pk])
    ingrid = Contact.objects.persons().get()
    assert (ingrid.name, ingrid.company.name) == (
        "Ingrid Solberg",
        "Fjordheim Kaffe AS",
    )
    assert (job.state, job.owner.username) == (JobState.DONE, "maja")
    assert job.result == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "companies": 1,
        "refused": 1,
    }
    with job.result_file.open() as refused:
        lines = refused.read().decode("utf-8-sig").splitlines()
    assert lines[0] == "Line,Reason"
    assert lines[1].startswith("3,")
    assert waiting_files() == []


def test_a_second_click_imports_nothing_twice(manager):
    upload(manager)
    manager.post(COLUMNS, AS_USUAL | {"import": "1"})
    again = manager.post(COLUMNS, AS_USUAL | {"import": "1"}, follow=True)
    assert again.redirect_chain == [(UPLOAD, 302)]
    assert "There is no file waiting." in again.content.decode()
    assert Job.objects.count() == 1


def test_what_is_changed_is_looked_at_first(manager):
    Salesperson.objects.create(code="EH", name="Erik Holm")
    upload(manager)
    changed = AS_USUAL | {"column_4": "job_title", "salesperson": "EH", "country": "NO"}
    response = manager.post(COLUMNS, changed | {"import": "1"}, follow=True)
    assert response.redirect_chain == [(COLUMNS, 302)]
    assert "look at it, then import" in response.content.decode()
    assert Contact.objects.count() == 0

    manager.post(COLUMNS, changed | {"import": "1"})
    ingrid = Contact.objects.persons().get()
    assert (ingrid.job_title, ingrid.country, ingrid.salesperson.code) == (
        "38",
        "NO",
        "EH",
    )


def test_headings_that_nobody_knows_can_be_mapped_by_hand(manager):
    upload(manager, csv("Alpha,Beta", "Ingrid Solberg,ingrid@example.com"))
    page = manager.get(COLUMNS)
    assert "no heading that is known" in page.content.decode()
    assert "summary" not in page.context
    mapped = {"column_0": "name", "column_1": "email", "check": "1"}
    response = manager.post(COLUMNS, mapped, follow=True)
    assert response.context["summary"].created == 1


def test_two_columns_for_one_field_are_refused_at_the_second(manager):
    upload(manager)
    response = manager.post(COLUMNS, AS_USUAL | {"column_4": "email", "check": "1"})
    assert response.context["form"].errors == {
        "column_4": ["Another column is already used for this."]
    }
    assert "Another column is already used" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The submitted file is empty."),
        (b"\n\n , \n", "The file is empty."),
        (b"\x00\x01\x02\xffPNG", "neither a CSV file nor a spreadsheet"),
        (b"PK\x03\x04 not really", ""),
    ],
)
def test_a_file_that_is_none_is_refused_at_its_field(manager, data, message):
    response = upload(manager, data)
    assert response.status_code == 200
    (error,) = response.context["form"].errors["file"]
    assert message in error
    assert error in response.content.decode().replace("&#x27;", "'")
    assert Job.objects.count() == 0


def test_headings_without_rows_are_said_on_the_page(manager):
    upload(manager, csv("Name,E-mail"))
    page = manager.get(COLUMNS).content.decode()
    assert "The file has headings but no rows." in page
    assert 'name="import"' not in page


def test_an_import_changes_who_is_known_instead_of_doubling(manager):
    make_person(email="ingrid@fjordheim.example", first_name="Ingrid", surname="Lie")
    upload(manager)
    manager.post(COLUMNS, AS_USUAL | {"import": "1"})
    assert [one.name for one in Contact.objects.persons()] == ["Ingrid Solberg"]


def test_a_large_file_is_left_to_a_worker(manager, monkeypatch):
    monkeypatch.setattr(start_import, "AT_ONCE", 1)
    upload(manager)
    manager.post(COLUMNS, AS_USUAL | {"import": "1"})
    job = Job.objects.get()
    assert (job.state, Contact.objects.count()) == (JobState.QUEUED, 0)
    assert job.label == "Import of people.csv"

    run_job(job=job)

    assert job.state == JobState.DONE
    assert Contact.objects.filter(type=ContactType.PERSON).count() == 1


def test_files_nobody_came_back_for_go_after_a_day(manager):
    now = timezone.now()
    keep_upload(file=ContentFile(b"old"), at=now)
    keep_upload(file=ContentFile(b"new"), at=now)
    assert len(waiting_files()) == 2
    keep_upload(file=ContentFile(b"newest"), at=now + timedelta(days=1, minutes=1))
    assert len(waiting_files()) == 1


def test_another_file_takes_the_place_of_the_first(manager):
    upload(manager)
    upload(manager, csv("Name", "Kari Moe"), name="kari.csv")
    assert len(waiting_files()) == 1
    assert manager.get(COLUMNS).context["name"] == "kari.csv"
