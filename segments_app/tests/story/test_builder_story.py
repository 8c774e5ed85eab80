"""The builder of criteria: what its buttons are called, and what Back shows."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from playwright.sync_api import expect

from contacts.models import MailingGroup
from contacts.tests.factories import make_person
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.services import add_contacts
from segments_app.tests.factories import NOW, make_segment

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}


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
    """Anna lives in Oslo, Even too but is excluded."""
    MailingGroup.objects.create(code="NEWS", description="News")
    make_person("Anna Dahl", city="Oslo")
    make_person("Excluded Even", city="Oslo", exclude_from_segment=True)
    return make_segment()


def fill_in(walk):
    """Ask for who has a mailing group and lives in Oslo, also who is excluded."""
    page = walk.page
    walk.button("+ Has a group, interaction, company …")
    page.get_by_label("What the contact has").last.select_option("mailing_group")
    walk.settle()
    page.get_by_label("Field").first.select_option("city")
    walk.settle()
    page.get_by_role("group", name="City").get_by_role("textbox").first.fill("Oslo")
    page.get_by_label("Also contacts excluded from segments").check()
    walk.settle()


def removing(page):
    buttons = page.get_by_role("button", name="Remove")
    return buttons.evaluate_all("all => all.map(one => one.textContent)")


def test_the_buttons_say_what_they_remove(walk, segment):
    url = reverse("segments:criteria", args=[segment.pk, "add"])
    walk.page.goto(walk.start + url)
    fill_in(walk)
    assert removing(walk.page) == ["Remove City", "Remove Mailing group", "Remove Code"]
    walk.look("Add contacts")
    walk.page.get_by_role("button", name="Remove Mailing group").click()
    walk.settle()
    expect(walk.page.get_by_role("button", name="Remove Mailing")).to_have_count(0)


def test_back_at_the_builder_what_was_filled_in_is_there(walk, segment):
    page = walk.page
    url = reverse("segments:criteria", args=[segment.pk, "add"])
    page.goto(walk.start + url)
    fill_in(walk)
    walk.link("Cancel")
    walk.look("Christmas letter")
    # Meanwhile somebody takes a step: what is gone on with is the segment of now.
    add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
    page.go_back()
    walk.look("Add contacts")
    city = page.get_by_role("group", name="City").get_by_role("textbox").first
    expect(city).to_have_value("Oslo")
    expect(page.get_by_label("What the contact has").last).to_have_value(
        "mailing_group"
    )
    expect(page.get_by_label("Also contacts excluded from segments")).to_be_checked()
    assert removing(page) == ["Remove City", "Remove Mailing group", "Remove Code"]
    page.get_by_role("button", name="Remove Mailing group").click()
    walk.settle()
    walk.reads("1 contact enters")
    walk.button("Add contacts")
    walk.reads("1 contact entered.")


def test_opened_anew_the_builder_is_empty(walk, segment):
    url = reverse("segments:criteria", args=[segment.pk, "add"])
    walk.page.goto(walk.start + url)
    fill_in(walk)
    walk.link("Cancel")
    walk.page.goto(walk.start + url)
    walk.look("Add contacts")
    expect(walk.page.get_by_label("Field").first).to_have_value("")


def test_that_criteria_are_missing_is_said_until_they_are_there(walk, segment):
    page = walk.page
    page.goto(walk.start + reverse("segments:criteria", args=[segment.pk, "add"]))
    walk.look("Add contacts")
    walk.button("Add contacts", exact=True)
    refusal = page.locator("form .note[role=alert]")
    expect(refusal).to_have_text(
        "Say which contacts, or choose all contacts expressly."
    )
    walk.settle()
    expect(refusal).to_be_visible()
    page.get_by_label("Field").first.select_option("city")
    walk.settle()
    expect(page.locator("#preview")).to_contain_text("Not complete yet: City")
    expect(refusal).to_have_count(0)
    page.get_by_role("group", name="City").get_by_role("textbox").first.fill("Oslo")
    expect(page.locator("#preview")).to_contain_text("1 contact enters")


def test_that_somebody_else_was_faster_stays_to_be_read(walk, segment):
    page = walk.page
    page.goto(walk.start + reverse("segments:criteria", args=[segment.pk, "add"]))
    fill_in(walk)
    page.get_by_role("button", name="Remove Mailing group").click()
    walk.settle()
    add_contacts(segment=segment, criteria=IN_OSLO, user=None, at=NOW)
    walk.button("Add contacts", exact=True)
    walk.settle()
    expect(page.locator("#preview")).to_contain_text("1 contact enters")
    expect(page.locator("form .note[role=alert]")).to_contain_text("changed")
