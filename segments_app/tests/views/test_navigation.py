"""Where the reader is, as the main navigation says it."""

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from contacts.tests.factories import make_person
from interactions.models import Campaign, Run
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
        reverse("segments:interaction_create"): [("Interaction log", "true")],
        reverse("segments:drafts"): [("Interaction log", "true")],
        reverse("segments:email_create"): [("Interaction log", "true")],
        reverse("interactions:outbox"): [("Outbox", "page")],
        reverse("interactions:templates"): [("Templates", "page")],
        reverse("password_change"): [],
    }
    assert {url: marked(mona.get(url)) for url in visited} == visited


def test_letters_are_under_what_they_were_logged_with(mona):
    logged = make_logged_segment("SM-7")
    runs = {
        Run.objects.create(segment_number="SM-8", kind="print"): "Segments",
        Run.objects.create(
            segment_number="SM-7", logged_segment=logged, kind="print"
        ): "Logged segments",
        Run.objects.create(segment_number="", kind="print"): "Interaction log",
    }
    for run, tab in runs.items():
        page = mona.get(reverse("segments:run", args=[run.pk]))
        assert marked(page) == [(tab, "true")]


def test_a_page_that_is_not_there_still_says_where_one_is(mona):
    page = mona.get("/segments/999999/")
    assert (page.status_code, marked(page)) == (404, [("Segments", "true")])


def test_an_address_that_only_takes_what_is_sent_leads_on(mona, rolf):
    again = reverse("interactions:outbox_again")
    page = mona.get(again)
    (way,) = html.fromstring(page.content.decode()).xpath("//main//a[@class]/@href")
    assert (page.status_code, page["Allow"], way) == (405, "POST", reverse("home"))
    assert "Nothing was done" in page.content.decode()
    assert mona.put(again).content == b""
    assert rolf.get(again).status_code == 403


def test_a_page_from_before_logging_in_again_says_so_in_our_own_words(mona):
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = mona.cookies
    page = careful.post(reverse("segments:campaign_create"), {"description": "Fair"})
    (way,) = html.fromstring(page.content.decode()).xpath("//main//a[@class]/@href")
    assert (page.status_code, way) == (403, reverse("home"))
    assert "Nothing was saved" in page.content.decode()
    assert not Campaign.objects.exists()


def test_who_sends_a_page_after_the_time_was_up_is_told_that_nothing_was_saved(mona):
    said = "You were logged out before this was sent: nothing was saved."
    new = reverse("segments:campaign_create")
    mona.post(reverse("logout"))
    assert said not in mona.get(new, follow=True).content.decode()
    page = mona.post(new, {"description": "Fair"}, follow=True)
    assert page.redirect_chain == [(f"{reverse('login')}?next={new}", 302)]
    assert said in page.content.decode()
    assert not Campaign.objects.exists()


def test_who_logs_out_is_told_of_nothing_lost(mona):
    page = mona.post(reverse("logout"), follow=True)
    assert "nothing was saved" not in page.content.decode()
