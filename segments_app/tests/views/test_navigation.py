"""Where the reader is, as the main navigation says it."""

import pytest
from django.urls import reverse
from lxml import html

from contacts.tests.factories import make_person
from interactions.tests.factories import make_logged_segment
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db


def marked(page):
    """The tabs that are marked, and how."""
    tabs = html.fromstring(page.content.decode()).xpath(
        "//nav[@class='site-nav']/a[@aria-current]"
    )
    return [(tab.text, tab.get("aria-current")) for tab in tabs]


def test_a_tab_is_the_page_itself_or_above_it(mona):
    segment = make_segment()
    person = make_person()
    logged = make_logged_segment()
    visited = {
        reverse("segments:list"): [("Segments", "page")],
        segment.get_absolute_url(): [("Segments", "true")],
        reverse("segments:save_criteria", args=[segment.pk]): [("Segments", "true")],
        reverse("segments:saved_criteria"): [("Saved criteria", "page")],
        reverse("segments:logged_list"): [("Logged segments", "page")],
        logged.get_absolute_url(): [("Logged segments", "true")],
        person.get_absolute_url(): [("Contacts", "true")],
        reverse("interactions:log"): [("Interaction log", "page")],
        reverse("interactions:responses"): [("Interaction log", "true")],
        reverse("interactions:outbox"): [("Outbox", "page")],
        reverse("interactions:templates"): [("Templates", "page")],
        reverse("password_change"): [],
    }
    assert {url: marked(mona.get(url)) for url in visited} == visited


def test_a_page_that_is_not_there_still_says_where_one_is(mona):
    page = mona.get("/segments/999999/")
    assert (page.status_code, marked(page)) == (404, [("Segments", "true")])
