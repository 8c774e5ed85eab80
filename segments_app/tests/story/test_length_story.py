"""How much a field holds: said as it fills up, and when a text was cut off."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from playwright.sync_api import expect

from segments_app.models import Segment
from segments_app.roles import MARKETING_ASSISTANT

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST = "At most 100 characters."
CUT = "The text was too long: it is cut off after 100 characters."


def test_a_pasted_text_is_not_cut_off_in_silence(live_server, page):
    user = User.objects.create_user("anne", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    walk = Walk(page, live_server.url)
    walk.log_in("anne", "a good password")
    page.goto(live_server.url + reverse("segments:create"))
    walk.look("New segment")
    description = page.get_by_role("textbox", name="Description")
    description.fill("x" * 79)
    expect(page.get_by_text(MOST)).to_have_count(0)
    description.press_sequentially("xy")
    expect(page.get_by_text(MOST)).to_be_visible()
    for _twice in range(2):  # 81 characters, then the 100 there is room for
        description.press("ControlOrMeta+a")
        description.press("ControlOrMeta+c")
        description.press("End")
        description.press("ControlOrMeta+v")
        expect(page.get_by_text(CUT)).to_be_visible()
        expect(page.get_by_text(MOST)).to_have_count(0)
    walk.look("New segment")
    description.press("Backspace")
    expect(page.get_by_text(MOST)).to_be_visible()
    description.fill("Spring letter")
    expect(page.get_by_text(MOST)).to_have_count(0)


def test_who_sends_more_than_the_browser_allows_is_told(client):
    user = User.objects.create_user("anne")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    client.force_login(user)
    page = client.post(reverse("segments:create"), {"description": "x" * 101})
    assert page.context["form"].errors["description"] == [
        "Ensure this value has at most 100 characters (it has 101)."
    ]
    assert not Segment.objects.exists()
