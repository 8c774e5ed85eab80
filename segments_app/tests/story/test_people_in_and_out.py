"""People come in from a file, go out to one, come in again, and are forgotten."""

import pytest
from django.contrib.auth.models import Group, User

from contacts.models import Contact, MailingGroup
from segments_app.roles import MARKETING_MANAGER

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = """\
first_name,last_name,company_name,address,city,zip,email,country,groups
Åse,Vik,Kaffe AS,Bakken 3,Bergen,5003,aase@kaffe.example,NO,NEWS
Bo,Lie,Kaffe AS,Bakken 3,Bergen,5003,bo@kaffe.example,NO,
Dag,Næss,Fjell AS,,Bergen,,dag at fjell,NO,
"""


@pytest.fixture
def mona(live_server, page):
    MailingGroup.objects.create(code="NEWS")
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    return walk


def test_in_out_in_again_and_forgotten(mona):
    upload(mona, "people.csv", PEOPLE.encode())
    mona.page.get_by_label("groups").select_option(label="Mailing groups")
    mona.button("Look again")
    mona.look("Import contacts")
    mona.button("Import 2 of 3 rows")
    mona.look("Import of people.csv")
    assert Contact.objects.count() == 3
    before = list(Contact.objects.values_list())

    mona.link("Contacts", exact=True)
    mona.link("Export")
    mona.look("Export contacts")
    mona.button("Export")
    mona.look("Export of contacts")
    with mona.page.expect_download() as download:
        mona.page.get_by_role("link", name="Download").click()
    data = download.value.path().read_bytes()

    upload(mona, "contacts.xlsx", data)
    mona.button("Import 3 rows")
    mona.look("Import of contacts.xlsx")
    assert list(Contact.objects.values_list()) == before

    mona.link("Contacts", exact=True)
    mona.link("Åse Vik")
    mona.look("Åse Vik")
    mona.link("What is known")
    mona.look("What is known about Åse Vik")
    mona.link("Cancel")
    mona.link("Anonymise")
    mona.look("Anonymise Åse Vik")
    number = Contact.objects.get(first_name="Åse").number
    mona.page.get_by_label("Number of the contact").fill(number)
    mona.page.get_by_label("Why").fill("Asked by letter")
    mona.button("Anonymise for good")
    mona.look(f"Anonymised {number}")
    assert not Contact.objects.filter(email="aase@kaffe.example").exists()


def upload(mona, name, data):
    mona.link("Contacts", exact=True)
    mona.link("Import")
    mona.look("Import contacts")
    mona.page.get_by_label("File").set_input_files(
        {"name": name, "mimeType": "text/csv", "buffer": data}
    )
    mona.button("Look at the file")
    mona.look("Import contacts")
