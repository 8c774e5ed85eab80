"""The difference by keyboard alone: from the builder, looked over, and taken."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from playwright.sync_api import expect

from contacts.tests.factories import make_person
from segments_app.roles import MARKETING_MANAGER
from segments_app.services import who
from segments_app.tests.factories import make_segment, names_on

from .test_keyboard import tab_to
from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def segment():
    for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
        make_person(name, city="Oslo")
    make_person("Blocked Berit", city="Oslo", privacy_blocked=True)
    return make_segment()


@pytest.fixture
def walk(live_server, page, segment, monkeypatch):
    monkeypatch.setattr(who, "NAMES_PER_PAGE", 2)
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    page.goto(live_server.url + reverse("segments:criteria", args=[segment.pk, "add"]))
    walk.settle()
    return walk


def press(walk, what):
    tab_to(walk.page, what)
    walk.page.keyboard.press("Enter")


def test_contacts_are_looked_over_and_added(walk, segment):
    page = walk.page
    tab_to(page, "q.0.field")
    page.keyboard.type("City", delay=60)
    expect(page.locator('[name="q.0.value"]')).to_be_visible()
    walk.settle()
    tab_to(page, "q.0.value")
    page.keyboard.type("Oslo")
    press(walk, "See everybody")
    walk.look("Add contacts: how many and who")
    assert walk.names("Enter") == ["Anna Dahl", "Bo Lie"]
    press(walk, "after")
    expect(page.get_by_role("link", name="Cecilie Moe")).to_be_visible()
    expect(page.locator("#names .table-wrap")).to_be_focused()
    walk.settle()
    page.locator("#id_search").focus()
    page.keyboard.type("bo")
    expect(page.get_by_role("link", name="Cecilie Moe")).to_have_count(0)
    assert walk.names("Enter") == ["Bo Lie"]
    expect(page.locator("#id_search")).to_be_focused()
    page.keyboard.press("Enter")
    walk.look("Add contacts: how many and who")
    assert names_on(segment) == []
    press(walk, "kept_out")
    expect(page.locator("[aria-current=true]", has_text="Kept out")).to_be_focused()
    page.locator("#id_search").fill("")
    page.keyboard.press("Enter")
    walk.look("Add contacts: how many and who")
    assert walk.names("Kept out") == ["Blocked Berit"]
    page.locator("h1").click()
    press(walk, "Change the criteria")
    walk.look("Add contacts")
    expect(page.locator('[name="q.0.value"]')).to_have_value("Oslo")
    press(walk, "See everybody")
    walk.look("Add contacts: how many and who")
    press(walk, "apply")
    page.get_by_text("3 contacts entered.").wait_for()
    assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
