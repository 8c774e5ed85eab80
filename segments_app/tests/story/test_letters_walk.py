"""A letter with Word's own fields, from the wrong field to two of its letters again."""

import io

import docx
import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from contacts.tests.factories import make_person
from interactions.tests.factories import make_template
from interactions.tests.merge.word import complex_field, paragraphs, saved
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.tests.factories import make_segment

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = [
    ("Anna Dahl", "Bergen", "5003"),
    ("Bo Lie", "Voss", "5700"),
    ("Cecilie Moe", "Oslo", "0150"),
    ("Dag Ek", "Molde", "6400"),
]


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


@pytest.fixture
def segment():
    people = [
        make_person(name, address="Bakken 1", city=city, postcode=postcode)
        for name, city, postcode in PEOPLE
    ]
    template = make_template(correspondence_type="hard_copy")
    return make_segment(*people, template=template, language="en")


def word(name_field):
    """A letter of Word that is not for Molde, with a line for a personal text."""
    document = docx.Document()
    city = [" MERGEFIELD contact_city "]
    first = document.add_paragraph()
    complex_field(first, " SKIPIF ", city, ' = "Molde" ')
    first.add_run("Dear ")
    complex_field(first, f" MERGEFIELD {name_field} ", shown=f"«{name_field}»")
    complex_field(document.add_paragraph(), " MERGEFIELD Personal_text ")
    complex_field(document.add_paragraph("In "), " MERGEFIELD City \\* Upper ")
    return {
        "name": "letter.docx",
        "mimeType": "application/octet-stream",
        "buffer": saved(document),
    }


def read(data):
    """Every paragraph of the letters; the small ones between them say nothing."""
    assert docx.Document(io.BytesIO(data))
    return [text for text in paragraphs(data) if text]


def test_a_letter_of_word_from_the_wrong_field_to_two_letters_again(walk, segment):
    page = walk.page
    page.goto(walk.start + segment.get_absolute_url())
    walk.link("Documents")
    upload = page.get_by_label("Word document (.docx)")
    upload.set_input_files(word("Navnn"))
    walk.button("Upload")
    walk.look("Documents")
    walk.reads("There is no merge field “Navnn”.")
    walk.reads("Did you mean contact_name")
    upload.set_input_files(word("Navn"))
    walk.button("Upload")
    walk.look("Documents")
    walk.reads("4 contacts get it.")

    page.goto(f"{walk.start}/segments/{segment.pk}/letters/")
    walk.look("Letter to Anna Dahl")
    paper = page.frame_locator("iframe")
    lines = paper.get_by_role("paragraph")
    expect(lines).to_have_text(["Dear Anna Dahl", "In BERGEN"])
    page.keyboard.press("ArrowRight")
    page.get_by_role("heading", level=1, name="Letter to Bo Lie").wait_for()
    walk.settle()
    page.get_by_label("Personal text").fill("Good to see you, Bo!")
    walk.button("Keep the text")
    expect(paper.get_by_text("Good to see you, Bo!")).to_be_visible()
    walk.look("Letter to Bo Lie")

    page.get_by_label("Go to a name or number").fill("dag")
    walk.button("Go", exact=True)
    walk.look("Letter to Dag Ek")
    walk.reads("There is no letter for this contact: left out by { SKIPIF")
    walk.link("Merge all letters")
    walk.look("Merge letters")
    walk.reads("1 letter is left out by the letter's own condition (SKIPIF).")
    merged = walk.download("Merge 3 letters")
    assert read(merged) == [
        *("Dear Cecilie Moe", "In OSLO"),
        *("Dear Anna Dahl", "In BERGEN"),
        *("Dear Bo Lie", "Good to see you, Bo!", "In VOSS"),
    ]

    page.reload()
    runs = page.get_by_role("table", name="Runs")
    runs.get_by_role("link").first.click()
    walk.look("Run of")
    assert walk.names("Letters") == ["Cecilie Moe", "Anna Dahl", "Bo Lie"]
    walk.link("1", exact=True)
    walk.look("Without a letter")
    walk.reads("Dag Ek")
    page.go_back()
    walk.settle()
    page.get_by_label("Which letters").fill("2-3")
    again = walk.download("Make the file")
    assert read(again) == read(merged)[2:]
