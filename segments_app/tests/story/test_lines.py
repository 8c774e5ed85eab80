"""The lines of a segment by keyboard: a row is edited where it stands, many at once."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from contacts.tests.factories import make_person
from interactions.tests.factories import make_document, make_template
from segments_app.models import SegmentLine
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.tests.factories import make_segment

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(live_server, page):
    user = User.objects.create_user("anne", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    walk = Walk(page, live_server.url)
    walk.log_in("anne", "a good password")
    page.get_by_role("heading", level=1, name="What waits for you").wait_for()
    return walk


@pytest.fixture
def segment():
    template = make_template(
        languages={"nb": make_document()},
        default_language="nb",
        correspondence_type="email",
    )
    people = [make_person(name) for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")]
    return make_segment(*people, template=template)


def own(name):
    lines = SegmentLine.objects.order_by("position")
    return list(lines.values_list(name, flat=True))


def test_a_row_is_edited_where_it_stands_by_keyboard(walk, segment):
    page = walk.page
    page.goto(walk.start + segment.get_absolute_url())
    walk.look("Christmas letter")
    page.get_by_role("link", name="Edit Bo Lie").focus()
    page.keyboard.press("Enter")
    editor = page.get_by_role("form", name="Own values of Bo Lie")
    editor.wait_for()
    expect(editor.get_by_text("Bo Lie", exact=True)).to_be_focused()
    editor.get_by_label("Subject").fill("For Bo")
    editor.get_by_label("Date").fill("9999-12-31")
    page.keyboard.press("Enter")
    walk.reads("Choose a date from")
    walk.look("Christmas letter")
    editor.get_by_label("Date").fill("")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Edit Bo Lie")).to_be_focused()
    walk.reads("differs")
    assert own("subject") == [None, "For Bo", None]
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("link", name="Edit Bo Lie")).to_be_focused()


def test_columns_many_lines_files_and_the_list(walk, segment):
    page = walk.page
    page.goto(walk.start + segment.get_absolute_url())
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Subject").check()
    walk.button("Show these")
    walk.look("Christmas letter")
    page.get_by_label("Choose Anna Dahl").check()
    page.get_by_label("Choose Cecilie Moe").check()
    walk.button("Change the chosen")
    walk.look("Change many lines")
    page.get_by_label("Subject: new value").fill("News")
    walk.button("See what changes")
    walk.reads("2 lines change, of 2 chosen.")
    walk.look("Change many lines")
    walk.button("Change 2 lines")
    walk.reads("2 lines are changed.")
    assert own("subject") == ["News", None, "News"]
    walk.link("Subject")
    walk.look("Christmas letter")
    assert walk.names("Contacts on the segment")[0] == "Bo Lie"
    page.get_by_text("Export", exact=True).click()
    assert b"News" in walk.download("As CSV")  # the menu stays open
    walk.link("Contact list")
    walk.look("Contact list")


def test_an_own_value_is_reset_with_one_press(walk, segment):
    SegmentLine.objects.filter(contact__first_name="Bo").update(subject="For Bo")
    page = walk.page
    page.goto(walk.start + segment.get_absolute_url())
    page.goto(f"{walk.start}/segments/{segment.pk}/lines/{segment.lines.all()[1].pk}/")
    walk.look("Bo Lie")
    walk.button("Reset Subject")
    walk.reads("Own value taken away: subject.")
    assert own("subject") == [None] * 3
