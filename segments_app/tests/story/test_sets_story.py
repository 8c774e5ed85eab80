"""Set work in a real browser: a pasted list, two segments compared, a mailing group."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from contacts.models import MailingGroup
from contacts.tests.factories import make_person
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.tests.factories import make_segment, names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(live_server, page):
    user = User.objects.create_user("anne", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    walk = Walk(page, live_server.url)
    walk.log_in("anne", "a good password")
    return walk


def test_a_list_is_pasted_and_a_part_becomes_a_mailing_group(walk):
    anna, bo = make_person("Anna Dahl"), make_person("Bo Lie")
    for name in ("Te AS", "Tor Vik"):
        make_person(name, email="post@te.example")
    MailingGroup.objects.create(code="NEWS", description="Newsletter")
    easter = make_segment(anna, bo, number="SM-A", description="Easter letter")
    make_segment(bo, number="SM-B", description="Summer letter")
    page = walk.page

    page.goto(f"{walk.start}{easter.get_absolute_url()}")
    walk.link("From a list or segment")
    walk.look("From a list or segment")
    walk.link("List or file")
    walk.button("Look it up")
    walk.reads("The list is empty. Paste numbers or e-mail addresses.")
    walk.look("From a list or segment")
    page.get_by_label("Numbers or e-mail addresses").fill(
        "nobody@te.example\nTor <post@te.example>"
    )
    walk.button("Look it up")
    walk.reads("no contact has this e-mail address")
    walk.look("From a list or segment")
    page.get_by_label("Tor Vik").check()
    walk.reads("1 contact enters")
    walk.look("From a list or segment")
    walk.button("Take this step")
    walk.reads("1 contact entered.")
    assert names_on(easter) == ["Anna Dahl", "Bo Lie", "Tor Vik"]

    page.goto(f"{walk.start}/segments/compare/?first=SM-A&second=summer")
    walk.look("Compare segments")
    assert walk.names("Contacts of this part") == ["Anna Dahl", "Tor Vik"]
    walk.link("As a new segment")
    walk.look("Start from a list or segment")
    page.get_by_label("Description").fill("Rest")
    walk.button("Create segment")
    walk.reads("is made with 2 contacts.")

    page.get_by_text("More", exact=True).click()
    walk.link("Apply mailing group")
    walk.look("Apply mailing group")
    page.get_by_label("Mailing group").select_option(label="NEWS Newsletter")
    walk.button("Show what would happen")
    walk.reads("2 contacts come into it")
    walk.look("Apply mailing group")
    walk.button("Apply", exact=True)
    walk.reads("2 contacts are put into mailing group NEWS.")
    expect(page.get_by_role("heading", level=1, name="Rest")).to_be_visible()
