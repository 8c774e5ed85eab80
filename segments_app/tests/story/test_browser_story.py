"""The whole chain as a new user walks it, in a real browser."""

import io
import zipfile

import docx
import pytest
from django.contrib.auth.models import Group, User

from contacts.models import Contact, MarketingSetup, Salesperson
from interactions.models import Delivery, InteractionLogEntry, LoggedSegment
from interactions.tests.factories import letter, make_template
from segments_app.models import Segment
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = """\
first_name,last_name,company_name,address,city,zip,email,country
Åse,Vik,Kaffe AS,Bakken 3,Bergen,5003,aase@kaffe.example,NO
Bo,Lie,Kaffe AS,Bakken 3,Bergen,5003,bo@kaffe.example,NO
Cecilie,Moe,Torg AS,Torget 1,Oslo,0150,cecilie@torg.example,NO
Dag,Næss,Fjell AS,,Bergen,,dag@fjell.example,NO
"""
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def paragraphs(data: bytes) -> list[str]:
    document = docx.Document(io.BytesIO(data))
    return [each.text for each in document.paragraphs if each.text]


@pytest.fixture
def mona(live_server, page):
    """A new marketing manager in a company that is set up, at the first page."""
    MarketingSetup.objects.create(company_name="Fjord & Co")
    Salesperson.objects.create(code="JON", name="Jon Berg")
    make_template(
        "XMAS",
        description="Christmas letter",
        default_language="en",
        correspondence_type="hard_copy",
        ignore_contact_correspondence_type=True,
    )
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    return walk


def test_from_a_contact_file_to_a_logged_segment_with_a_follow_up(mona):
    import_people(mona)
    make_segment(mona)
    choose_people(mona)
    attach_letter(mona)
    merge_letters(mona)
    log(mona)
    find_everything_again(mona)


def import_people(mona):
    mona.look("What waits for you")
    mona.link("Contacts")
    mona.look("Contacts")
    mona.link("Import")
    mona.look("Import contacts")
    mona.page.get_by_label("File").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": PEOPLE.encode()}
    )
    mona.button("Look at the file")
    mona.look("Import contacts")
    assert Contact.objects.count() == 0
    mona.button("Import 4 rows")
    mona.look("Import of people.csv")
    assert Contact.objects.count() == 7


def make_segment(mona):
    mona.link("Segments", exact=True)
    mona.link("New segment")
    mona.look("New segment")
    mona.page.get_by_label("Description").fill("Christmas letter")
    mona.page.get_by_label("Interaction template").select_option(
        label="XMAS Christmas letter"
    )
    mona.page.get_by_label("Salesperson").select_option(label="JON Jon Berg")
    mona.button("Create segment")
    mona.look("Christmas letter")


def choose_people(mona):
    """Add those in Bergen, take Kaffe off, go back, redo, go back."""
    on_segment = "Contacts on the segment"
    mona.link("Add contacts")
    mona.look("Add contacts")
    condition(mona, field="type", value=("select", "Person"))
    mona.button("+ Condition")
    condition(mona, row=1, field="city", value=("fill", "bergen"))
    mona.reads("3 contacts enter")
    mona.look("Add contacts")
    mona.button("Add contacts", exact=True)
    mona.look("Christmas letter")
    everybody = ["Dag Næss", "Bo Lie", "Åse Vik"]
    assert mona.names(on_segment) == everybody
    mona.link("Reduce contacts")
    condition(mona, field="email", op="ends_with", value=("fill", "@kaffe.example"))
    mona.reads("2 contacts are taken off")
    mona.button("Reduce contacts", exact=True)
    mona.reads("2 contacts taken off.")
    assert mona.names(on_segment) == ["Dag Næss"]
    mona.button("Go back")
    mona.reads("undone")
    assert mona.names(on_segment) == everybody
    mona.button("Redo")
    mona.page.get_by_role("link", name="Bo Lie").wait_for(state="detached")
    assert mona.names(on_segment) == ["Dag Næss"]
    mona.button("Go back")
    mona.reads("undone")
    mona.look("Christmas letter")
    assert mona.names(on_segment) == everybody


def condition(mona, *, field, value, row=0, op=None):
    """Fill in one row of the builder as it grows."""
    name = f"q.{row}"
    mona.page.wait_for_load_state()
    asked = mona.page.locator(f'[name="{name}.field"]')
    asked.wait_for()
    mona.settle()
    asked.select_option(field)
    operator = mona.page.locator(f'[name="{name}.op"]')
    operator.wait_for()
    mona.settle()
    if op:
        operator.select_option(op)
        mona.settle()
    how, what = value
    asked = mona.page.locator(f'[name="{name}.value"]')
    if how == "select":
        asked.select_option(label=what)
    else:
        asked.fill(what)


def attach_letter(mona):
    mona.link("Documents")
    mona.look("Documents")
    mona.page.get_by_label("Language").first.fill("en")
    content = letter("Dear {{ contact_name }},", "Yours, {{ company_name }}")
    mona.page.get_by_label("Word document").set_input_files(
        {"name": "christmas.docx", "mimeType": WORD, "buffer": content}
    )
    mona.button("Upload")
    mona.reads("christmas.docx")
    mona.look("Documents")


def merge_letters(mona):
    """Look at one letter, turn the pages, then take all of them."""
    segment = Segment.objects.get()
    mona.link(str(segment))
    mona.link("Merge letters")
    mona.look("Merge letters")
    mona.link("Look at one letter first")
    mona.look("Letter to Dag Næss")
    mona.page.get_by_text("Text of the letter").first.click()
    mona.reads("Dear Dag Næss,")
    mona.link("Bo Lie")
    mona.look("Letter to Bo Lie")
    assert paragraphs(mona.download("Download as Word document")) == [
        "Dear Bo Lie,",
        "Yours, Fjord & Co",
    ]
    mona.link("Merge all letters")
    together = paragraphs(mona.download("Merge 3 letters"))
    assert together[::2] == ["Dear Dag Næss,", "Dear Bo Lie,", "Dear Åse Vik,"]
    mona.page.get_by_label("One file per contact").check()
    apart = zipfile.ZipFile(io.BytesIO(mona.download("Merge 3 letters")))
    assert apart.namelist() == [
        *("1 Fjell AS Dag Næss.docx", "2 Kaffe AS Bo Lie.docx"),
        "3 Kaffe AS Åse Vik.docx",
    ]


def log(mona):
    """Look at the check, see it change with delivery, be refused, leave Dag out."""
    segment = Segment.objects.get()
    mona.link(str(segment))
    mona.link("Log", exact=True)
    mona.look(f"Log segment {segment.number}")
    mona.reads("Nothing stands in the way")
    mona.page.get_by_label("Deliver the letters").check()
    mona.reads("Problems must be mended or left out")
    mona.button("Log 3 contacts")
    mona.reads("Nothing was logged. Mend the problems below first.")
    mona.look(f"Log segment {segment.number}")
    assert LoggedSegment.objects.count() == 0
    mona.link("Fill in street and city")
    mona.look("To be printed, but the postal address is incomplete.")
    mona.reads("Dag Næss")
    mona.link("Back to the check")
    mona.page.get_by_label("Leave out the contacts with a problem").check()
    mona.page.get_by_label("Create a follow-up segment").check()
    assert mona.page.get_by_label("Deliver the letters").is_checked()
    mona.page.get_by_label("I have looked at the warnings").check()
    mona.button("Log 2 contacts")
    mona.look(f"Logged segment {segment.number}")
    mona.reads(f"Segment {segment.number} is logged: 2 interactions.")
    logged = LoggedSegment.objects.get()
    assert names_on(logged.left_overs.get()) == ["Dag Næss"]
    assert names_on(logged.follow_ups.get()) == ["Bo Lie", "Åse Vik"]
    assert Delivery.objects.count() == 2


def find_everything_again(mona):
    """The register, the letters once more, and each of them in the log."""
    logged = LoggedSegment.objects.get()
    mona.reads("type is Person and city is “bergen”")
    assert paragraphs(mona.download("All in one document"))[::2] == [
        *("Dear Bo Lie,", "Dear Åse Vik,")
    ]
    mona.link("Logged segments")
    mona.look("Logged segments")
    mona.link(logged.segment_number)
    mona.link("Interaction log")
    mona.look("Interaction log")
    assert mona.page.get_by_role("row").filter(has_text="Kaffe AS").count() == 2
    entry = InteractionLogEntry.objects.get(contact__name="Åse Vik")
    mona.page.goto(mona.start + entry.get_absolute_url())
    mona.look(entry.title)
    assert paragraphs(mona.download("Download the letter")) == [
        "Dear Åse Vik,",
        "Yours, Fjord & Co",
    ]
