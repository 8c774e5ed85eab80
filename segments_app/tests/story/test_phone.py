"""What a narrow screen does that a wide one does not."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from contacts.tests.factories import make_person
from segments_app.models import LineColumns
from segments_app.models.line_columns import COLUMNS
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import make_segment

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(live_server, page):
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    page.set_viewport_size({"width": 390, "height": 800})
    Walk(page, live_server.url).log_in("mona", "a good password")
    page.get_by_role("heading", level=1, name="What waits for you").wait_for()
    page.home = live_server.url
    return page


def test_the_page_that_is_open_is_seen_in_the_navigation(phone):
    phone.goto(f"{phone.home}/jobs/")
    place = phone.locator(".site-nav [aria-current]").bounding_box()
    assert 0 <= place["x"] <= 390 - place["width"]


def test_filters_are_folded_until_they_are_used(phone):
    search = phone.get_by_role("button", name="Search")
    phone.goto(f"{phone.home}/segments/")
    assert not search.is_visible()
    phone.get_by_text("Search and filters").click()
    search.click()
    phone.wait_for_url("**/segments/?*")
    assert search.is_visible()


def test_one_long_word_does_not_widen_the_page(phone):
    segment = make_segment(description="x" * 100)
    for path in ("/segments/", segment.get_absolute_url()):
        phone.goto(phone.home + path)
        assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.goto(f"{phone.home}/segments/")
    cell = phone.get_by_role("cell", name="x" * 100).bounding_box()
    assert cell["width"] < 300


def test_a_link_leads_down_to_the_steps(phone):
    segment = make_segment(*(make_person(f"Person No{n}") for n in range(30)))
    phone.goto(phone.home + segment.get_absolute_url())
    steps = phone.get_by_role("heading", name="Steps")
    expect(steps).not_to_be_in_viewport()
    link = phone.get_by_role("link", name="Steps", exact=True)
    expect(link).to_be_in_viewport()
    link.focus()
    phone.keyboard.press("Enter")
    expect(steps).to_be_in_viewport()
    phone.set_viewport_size({"width": 1280, "height": 800})
    expect(link).not_to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_can_be_done_with_a_line_stays_in_sight(phone, scheme):
    """Every column is shown, and the reader scrolls nowhere."""
    segment = make_segment(make_person("Anna Dahl", address="Kaia 2", city="Bergen"))
    user = User.objects.get()
    every = [column.code for column in COLUMNS]
    LineColumns.objects.create(user=user, columns=every)
    phone.emulate_media(color_scheme=scheme)
    for width in (390, 1280):
        phone.set_viewport_size({"width": width, "height": 800})
        phone.goto(phone.home + segment.get_absolute_url())
        edit = phone.get_by_role("link", name="Edit Anna Dahl")
        expect(edit).to_be_in_viewport(ratio=1)
        cell = phone.locator("td.pinned").first
        behind = cell.evaluate("cell => getComputedStyle(cell).backgroundColor")
        assert "rgba" not in behind  # nothing shines through
        # A Tab stops at nothing that the pinned cell covers.
        name = phone.get_by_role("link", name="Anna Dahl", exact=True)
        name.focus()
        edge = name.bounding_box()["x"] + min(name.bounding_box()["width"], 40)
        assert edge <= cell.bounding_box()["x"]
        edit.focus()
        assert edit.evaluate("link => getComputedStyle(link).outlineStyle") != "none"
