"""Importing in the browser: upload, look, mend, import."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from lxml import html

from contacts.choices import ContactType
from contacts.importing import read
from contacts.importing.read import read_table
from contacts.models import Contact, MarketingSetup, Salesperson
from contacts.services.importing import preview_import, start_import
from contacts.services.importing.uploads import FOLDER, keep_upload
from contacts.tests.factories import make_person
from contacts.tests.importing.files import csv, xlsx
from contacts.tests.opened import opened
from contacts.tests.visitors import make_user
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
    "use_setup": True,
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
    assert (
        '<tr><th scope="row">3</th><td>e-mail: “ola at fjordheim” is not one' in shown
    )
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
    assert lines == [
        "First name,Last name,Company,E-mail,Shoe size,Reason",
        "Ola,Nordmann,Fjordheim Kaffe AS,ola at fjordheim,44,"
        "Line 3: e-mail: “ola at fjordheim” is not one",
    ]
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
    assert "Say below what the columns are, then look again." in page.content.decode()
    assert "Heading=field" not in page.content.decode()
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
    monkeypatch.setattr(start_import, "MOST_WITHOUT_JOB", 1)
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


def refused_of(job):
    with job.result_file.open() as refused:
        return refused.read()


def button(page):
    (said,) = html.fromstring(page.content.decode()).xpath("//button[@name='import']")
    return " ".join(said.text_content().split())


def test_the_button_says_how_many_of_the_rows_are_imported(manager, monkeypatch):
    upload(manager, csv("Name,E-mail", "Anna Dahl,", "Bo Lie,"))
    assert button(manager.get(COLUMNS)) == "Import 2 rows"
    upload(manager)
    assert button(manager.get(COLUMNS)) == "Import 1 of 2 rows"
    one_by_one = partial(preview_import.import_contacts, batch=1)
    monkeypatch.setattr(preview_import, "import_contacts", one_by_one)
    monkeypatch.setattr(preview_import, "PREVIEWED", 1)
    upload(manager, csv("Name,E-mail", "Anna Dahl,anna", "Bo Lie,", "Dag Bu,"))
    assert button(manager.get(COLUMNS)) == "Import at most 2 of 3 rows"


def test_where_every_row_is_refused_there_is_nothing_to_import(manager):
    upload(manager, csv("Name,E-mail", "Anna Dahl,anna"))
    page = manager.get(COLUMNS).content.decode()
    assert "Every row is refused: there is nothing to import." in page
    assert 'name="import"' not in page


def test_refused_rows_are_mended_and_imported_as_they_came_back(manager):
    file = csv(
        "Name,E-mail,Address",
        "Anna Dahl,anna@example.com,Torget 1",
        'Bo Lie,bo,"Gata 2, oppg. B"',
        "Dag Bu,dag",
        "Liv Moe,liv@example.com,Veien 3,astray",
    )
    upload(manager, file)
    manager.post(COLUMNS, opened(manager.get(COLUMNS)) | {"import": "1"})
    again = refused_of(Job.objects.get())
    upload(manager, again, name="refused.csv")
    page = manager.get(COLUMNS)
    assert page.context["summary"].unmapped == ("Reason",)
    mended = again.replace(b"bo,", b"bo@example.com,")
    upload(manager, mended, name="refused.csv")
    manager.post(COLUMNS, opened(manager.get(COLUMNS)) | {"import": "1"})
    assert list(Contact.objects.order_by("name").values_list("name", "address")) == [
        ("Anna Dahl", "Torget 1"),
        ("Bo Lie", "Gata 2, oppg. B"),
    ]
    last = refused_of(Job.objects.first()).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in last] == ["Name", "Dag Bu", "Liv Moe"]
    assert last[0] == "Name,E-mail,Address,Reason"
    assert last[1] == "Dag Bu,dag,,Line 3: e-mail: “dag” is not one"
    assert last[2].endswith(",astray")


def test_the_page_of_the_import_leads_to_the_contacts(manager):
    upload(manager)
    done = manager.post(COLUMNS, AS_USUAL | {"import": "1"}, follow=True)
    link = f'<a class="btn" href="{reverse("contacts:list")}">Look at the contacts</a>'
    assert link in done.content.decode()


class TestSetup:
    """What new contacts get from the marketing set-up is shown, and may be left out."""

    @pytest.fixture(autouse=True)
    def setup(self):
        erik = Salesperson.objects.create(code="EH", name="Erik Holm")
        MarketingSetup(
            default_salesperson=erik, default_country="NO", default_language="nb"
        ).save()

    @staticmethod
    def said(page):
        (box,) = html.fromstring(page.content.decode()).xpath(
            "//input[@name='use_setup']/ancestor::section"
        )
        return " ".join(" ".join(box.itertext()).split())

    def test_it_is_shown_before_and_given(self, manager):
        upload(manager)
        page = manager.get(COLUMNS)
        given = "Salesperson EH Erik Holm Country Norway Language Norwegian Bokmål"
        assert given in self.said(page)
        manager.post(COLUMNS, AS_USUAL | {"import": "1"})
        ingrid = Contact.objects.persons().get()
        assert (ingrid.salesperson.code, ingrid.country) == ("EH", "NO")

    def test_without_it_new_contacts_have_what_the_file_says(self, manager):
        upload(manager)
        without = AS_USUAL | {"use_setup": "", "country": "DK"}
        manager.post(COLUMNS, without | {"check": "1"})
        manager.post(COLUMNS, without | {"import": "1"})
        for contact in Contact.objects.all():
            assert (contact.salesperson, contact.country, contact.language) == (
                None,
                "DK",
                "",
            )
        assert Contact.objects.count() == 2

    def test_a_set_up_without_defaults_says_so(self, manager):
        MarketingSetup().save()
        upload(manager)
        assert "The set-up has no defaults." in self.said(manager.get(COLUMNS))


def test_the_first_rows_are_shown_as_they_would_become(manager):
    make_person("Ole Vik", number="P-1", city="Oslo", exclude_from_segment=True)
    upload(
        manager,
        csv("Number,Name,City,Exclude", "P-1,Ole Vik,Bergen,no", "P-2,Ida Moe,,"),
    )
    page = manager.get(COLUMNS)
    assert [
        (row["line"], row["name"], str(row["outcome"]), row["changes"])
        for row in page.context["foretold"]
    ] == [
        (
            2,
            "Ole Vik",
            "Updated",
            [("City", "Oslo", "Bergen"), ("Exclude from segments", "Yes", "No")],
        ),
        (3, "Ida Moe", "Created", [("Number", "", "P-2"), ("Name", "", "Ida Moe")]),
    ]
    shown = " ".join(html.fromstring(page.content).text_content().split())
    assert "City: Oslo → Bergen" in shown
    assert "Exclude from segments: Yes → No" in shown


def test_every_refused_row_is_shown_page_by_page(manager):
    upload(manager, csv("Name,E-mail", *(f"No {i},no{i}@" for i in range(250))))
    page = manager.get(COLUMNS, {"page": "3"})
    assert [row.line for row in page.context["page_obj"]] == list(range(202, 252))
    assert manager.get(COLUMNS, {"page": "x"}).status_code == 200


def test_the_whole_of_a_large_file_is_checked_by_a_worker(manager, monkeypatch):
    monkeypatch.setattr(preview_import, "PREVIEWED", 1)
    monkeypatch.setattr(
        preview_import,
        "import_contacts",
        partial(preview_import.import_contacts, batch=1),
    )
    upload(manager)
    page = manager.get(COLUMNS)
    assert (page.context["is_whole"], page.context["summary"].refused) == (False, 0)
    assert "Check the whole file" in page.content.decode()

    response = manager.post(COLUMNS, AS_USUAL | {"whole": "1"})

    job = Job.objects.get()
    assert (response.url, job.state) == (job.get_absolute_url(), JobState.QUEUED)
    assert job.label in manager.get(COLUMNS).content.decode()
    run_job(job=job)
    assert (job.state, job.result_name) == (JobState.DONE, "refused.csv")
    assert Contact.objects.count() == 0
    page = manager.get(COLUMNS)
    assert page.context["is_whole"] is True
    assert [row.line for row in page.context["page_obj"]] == [3]
    assert page.context["summary"].importable == 1
    # Other choices were not checked.
    manager.post(COLUMNS, AS_USUAL | {"column_2": "", "check": "1"})
    assert manager.get(COLUMNS).context["is_whole"] is False


def test_refused_rows_of_a_spreadsheet_come_back_as_one(manager):
    data = xlsx(["Name", "E-mail", "City"], ["Bo Lie", "bo@", "-1x"])
    upload(manager, data, "people.xlsx")
    form = manager.get(COLUMNS).context["form"].initial
    manager.post(COLUMNS, form | {"import": "1"})
    job = Job.objects.get()
    assert job.result_name == "refused.xlsx"
    with job.result_file.open("rb") as file:
        rows = [cells for _line, cells in read_table(file.read()).lines()]
    assert rows == [["Bo Lie", "bo@", "-1x", "Line 2: e-mail: “bo@” is not one"]]


def test_a_refused_row_is_no_formula_and_comes_in_again_mended(manager):
    upload(manager, csv("Name,E-mail,Title", "Bo Lie,bo@,=1+1"))
    form = manager.get(COLUMNS).context["form"].initial
    manager.post(COLUMNS, form | {"import": "1"})
    with Job.objects.get().result_file.open("rb") as file:
        refused = file.read()
    assert b"Bo Lie,bo@,'=1+1," in refused
    upload(manager, refused.replace(b"bo@", b"bo@x.no"))
    form = manager.get(COLUMNS).context["form"].initial
    manager.post(COLUMNS, form | {"import": "1"})
    assert Contact.objects.get().job_title == "=1+1"


def test_who_may_not_change_privacy_is_told_once(client):
    client.force_login(
        make_user("ivar", "contacts.view_contact", "contacts.import_contacts")
    )
    upload(client, csv("Name,Privacy blocked", "Bo Lie,yes", "Ida Moe,yes"))
    page = client.get(COLUMNS)
    assert page.context["ignored"] == ["privacy blocked"]
    assert page.content.decode().count("You may not change privacy") == 1
    form = page.context["form"].initial
    client.post(COLUMNS, form | {"import": "1"})
    assert not Contact.objects.filter(privacy_blocked=True).exists()
    assert Job.objects.get().result["ignored"] == "privacy_blocked"


def test_what_is_too_large_is_said_at_the_file(manager, monkeypatch):
    assert "at most 50 MB" in manager.get(UPLOAD).content.decode()
    monkeypatch.setattr(read, "MAX_SHEET_BYTES", 1 << 20)
    response = upload(manager, b"PK\x03\x04" + bytes(2 << 20), "people.xlsx")
    assert response.context["form"].errors == {
        "file": [
            "The spreadsheet is larger than 1 MB. Save it as CSV, which may have "
            "200 MB, or in parts."
        ]
    }
    assert not default_storage.exists(FOLDER) or waiting_files() == []


def test_a_quotation_mark_that_is_never_closed_is_said_on_the_page(manager):
    data = csv("Name,E-mail", "Age AS,age@as.example", '"broken quote,x')
    page = manager.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", data)})
    page = manager.get(COLUMNS)
    assert page.status_code == 200
    said = "The quotation mark opened on line 3 is never closed."
    assert page.context["problem"] == said
    assert [column["samples"] for column in page.context["columns"]] == [
        ["Age AS"],
        ["age@as.example"],
    ]
