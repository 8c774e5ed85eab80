"""The list of contacts without a mouse: hits of the search, and many chosen at once."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from playwright.sync_api import expect

from contacts.tests.factories import make_person
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import make_segment, names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(live_server, page):
    for name in ("Anna Dahl", "Annika Moe", "Bo Lie"):
        make_person(name)
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    page.goto(live_server.url + reverse("contacts:list"))
    return walk


def test_arrows_lead_into_the_hits_and_back_and_enter_opens_one(walk, page):
    search = page.get_by_role("searchbox", name="Search")
    search.press_sequentially("ann")
    hits = page.get_by_role("region", name="Contacts found").get_by_role("link")
    expect(hits).to_have_count(2)
    walk.look("Contacts")
    page.keyboard.press("ArrowDown")
    expect(hits.nth(0)).to_be_focused()
    for _twice in range(2):  # below the last is nothing
        page.keyboard.press("ArrowDown")
        expect(hits.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(search).to_be_focused()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(hits).to_have_count(0)
    expect(search).to_be_focused()
    expect(search).to_have_value("ann")

    search.press_sequentially("i")
    expect(hits).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Annika Moe")).to_be_visible()


def test_all_on_the_page_are_chosen_at_once_and_put_on_a_segment_of_the_list(
    walk, page
):
    make_segment(description="Spring letter")
    segment = make_segment(description="Autumn letter")
    every = page.get_by_role("checkbox", name="Choose all on this page")
    every.check()
    expect(page.locator("input[name=contact]:checked")).to_have_count(3)
    page.get_by_role("checkbox", name="Bo Lie").uncheck()
    expect(every).not_to_be_checked()
    page.get_by_role("button", name="Add to segment").click()
    page.get_by_role("combobox", name="Number of an open segment").press_sequentially(
        "autu"
    )
    expect(page.locator("li[role=option]")).to_have_text(
        f"{segment.number} Autumn letter"
    )
    walk.look("Add to segment")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Add to segment").click()
    expect(page.get_by_role("heading", name="Autumn letter")).to_be_visible()
    assert sorted(names_on(segment)) == ["Anna Dahl", "Annika Moe"]
