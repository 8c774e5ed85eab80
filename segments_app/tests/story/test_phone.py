"""What a narrow screen does that a wide one does not."""

import pytest
from django.contrib.auth.models import Group, User

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
    page.get_by_role("heading", level=1, name="Segments").wait_for()
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
