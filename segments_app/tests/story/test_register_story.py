"""The register in a real browser: a file comes in, two are one, it goes out and in."""

from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from playwright.sync_api import expect

from contacts.models import Contact, MailingGroup
from segments_app.roles import MARKETING_MANAGER

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = Path(__file__).parents[3] / "contacts" / "tests" / "people.csv"


@pytest.fixture
def walk(live_server, page):
    MailingGroup.objects.create(code="NEWS", description="Newsletter")
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    return walk


def test_import_find_classify_merge_export_and_import_again(walk):
    page = walk.page
    upload(walk, PEOPLE.name, PEOPLE.read_bytes())
    page.get_by_label("Country", exact=True).select_option(label="United States")
    walk.button("Look again")
    walk.button("Import 4 rows")
    walk.look("Import of people.csv")
    assert Contact.objects.count() == 7

    # She is there already, under an address nobody had noted.
    walk.link("Contacts", exact=True)
    walk.link("New contact")
    page.get_by_label("Type", exact=True).select_option(label="Person")
    page.get_by_label("Name", exact=True).fill("Nora Whitlock")
    page.get_by_label("Mobile phone").fill("203-555-0115")
    page.get_by_label("Job title").fill("Buyer")
    page.get_by_label("Country", exact=True).select_option(label="United States")
    walk.button("Save")
    walk.reads("This may be C-000")
    walk.look("New contact")
    walk.button("Save")
    walk.look("Nora Whitlock")

    walk.link("Contacts", exact=True)
    page.get_by_label("Search", exact=True).press_sequentially("haven whit")
    hits = page.get_by_label("Contacts found")
    expect(hits.get_by_role("link")).to_have_count(1)
    walk.look("Contacts")
    page.keyboard.press("Enter")
    walk.settle()
    assert walk.names("Contacts") == ["Nora Whitlock"]
    page.get_by_label("The 1 that is found").check()
    walk.button("Add to mailing group")
    walk.look("Add to mailing group")
    page.get_by_label("Which mailing group").select_option(label="NEWS Newsletter")
    walk.button("Add to mailing group")
    walk.look("Contacts")

    walk.link("Duplicates")
    walk.button("Search for duplicates")
    walk.look("Search for duplicates")
    call_command("run_worker", "--once", stdout=StringIO())
    walk.link("Look at the possible duplicates")
    walk.look("Possible duplicates")
    walk.link("Compare and merge")
    walk.look("Compare and merge")
    walk.button("Merge C-")
    walk.look("merged into C-")
    (nora,) = Contact.objects.filter(name="Nora Whitlock")
    assert (nora.email, nora.job_title) == ("nora@harbor.example", "Buyer")
    assert [group.code for group in nora.mailing_groups.all()] == ["NEWS"]

    before = list(Contact.objects.order_by("pk").values_list())
    walk.link("Contacts", exact=True)
    walk.link("Export")
    walk.button("Export")
    walk.look("Export of contacts")
    data = walk.download("Download")
    upload(walk, "contacts.xlsx", data)
    walk.button("Import 7 rows")
    walk.look("Import of contacts.xlsx")
    assert list(Contact.objects.order_by("pk").values_list()) == before


def upload(walk: Walk, name: str, data: bytes) -> None:
    walk.link("Contacts", exact=True)
    walk.link("Import")
    walk.page.get_by_label("File").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )
    walk.button("Look at the file")
    walk.look("Import contacts")
