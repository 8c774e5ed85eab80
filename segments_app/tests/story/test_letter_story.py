"""A letter from the wrong field to the one that only one contact gets."""

import io

import docx
import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from contacts.tests.factories import make_person
from interactions.tests.factories import letter, make_template
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.tests.factories import make_segment

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(live_server, page, settings):
    # A browser without a window shows no PDF.
    settings.SOFFICE = "no-such-office"
    user = User.objects.create_user("anne", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    walk = Walk(page, live_server.url)
    walk.log_in("anne", "a good password")
    page.get_by_role("heading", level=1, name="What waits for you").wait_for()
    return walk


def word(*lines, name="letter.docx"):
    return {
        "name": name,
        "mimeType": "application/octet-stream",
        "buffer": letter(*lines),
    }


def test_from_the_wrong_field_to_an_own_document_and_back(walk):
    people = [make_person(name) for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")]
    segment = make_segment(
        *people, template=make_template(correspondence_type="hard_copy"), language="en"
    )
    page = walk.page
    page.goto(walk.start + segment.get_absolute_url())
    walk.link("Documents")
    page.get_by_label("Word document (.docx)").set_input_files(
        word("{{ contact_nam }}")
    )
    walk.button("Upload")
    walk.reads("contact_name")
    right = word("Dear {{ contact_name }}", "{{ personal_text }}")
    page.get_by_label("Word document (.docx)").set_input_files(right)
    walk.button("Upload")
    walk.reads("3 contacts get it.")

    page.goto(f"{walk.start}/segments/{segment.pk}/letters/")
    walk.look("Letter to Anna Dahl")
    paper = page.frame_locator("iframe")
    expect(paper.get_by_text("Dear Anna Dahl")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", level=1, name="Letter to Bo Lie").wait_for()
    walk.settle()
    page.get_by_label("Personal text").fill("Good to see you, Bo!")
    walk.button("Keep the text")
    walk.reads("The personal text is kept.")
    expect(paper.get_by_text("Good to see you, Bo!")).to_be_visible()

    edited = docx.Document(io.BytesIO(walk.download("Download as Word document")))
    assert [each.text for each in edited.paragraphs] == [
        "Dear Bo Lie",
        "Good to see you, Bo!",
    ]
    page.get_by_label("Edited letter (.docx)").set_input_files(word("{{ nobody }}"))
    walk.button("Upload for this contact")
    walk.look("Letter to Bo Lie")
    edited.paragraphs[0].text = "My dear Bo"
    out = io.BytesIO()
    edited.save(out)
    page.get_by_label("Edited letter (.docx)").set_input_files(
        {**word(name="Bo.docx"), "buffer": out.getvalue()}
    )
    walk.button("Upload for this contact")
    walk.reads("Bo Lie gets this document from now on.")
    expect(paper.get_by_text("My dear Bo")).to_be_visible()
    walk.look("Letter to Bo Lie")

    page.get_by_label("Go to a name or number").fill("cecilie")
    walk.button("Go", exact=True)
    page.get_by_role("heading", level=1, name="Letter to Cecilie Moe").wait_for()
    walk.link("List the riskiest")
    walk.look("Riskiest letters")
    assert walk.names("The riskiest letters, with the reasons")[0] == "Bo Lie"
    page.goto(f"{walk.start}/segments/{segment.pk}/letters/personal/")
    walk.look("Personal letters")
    assert walk.names("Who gets a letter of their own") == ["Bo Lie"]
    walk.link("Reset all own documents")
    walk.look("Reset personal letters")
    walk.button("Reset all")
    walk.reads("1 letter is reset.")
    walk.link("Bo Lie")
    expect(paper.get_by_text("Dear Bo Lie")).to_be_visible()
