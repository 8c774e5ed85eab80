"""The card of a contact in a browser, light and dark: its story and refusals."""

import datetime

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone
from playwright.sync_api import expect

from contacts.models import AlternativeAddress, AlternativeAddressPeriod
from contacts.services.parts import save_address
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import make_segment

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = datetime.timedelta(days=1)


@pytest.fixture(params=["light", "dark"])
def walk(request, live_server, page):
    user = User.objects.create_user("maja", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    page.emulate_media(color_scheme=request.param)
    walk = Walk(page, live_server.url)
    walk.log_in("maja", "a good password")
    return walk


def test_what_happened_with_a_contact_is_read_and_what_is_wrong_is_said(walk):
    now = timezone.now()
    user = User.objects.get()
    kaffe = make_company("Kaffe AS", city="Bergen", created_at=now - 400 * DAY)
    anna = make_person("Anna Dahl", company=kaffe, city="Bergen")
    for number in range(20):
        date = now.date() - number * DAY
        make_entry(anna, company=kaffe, description=f"Letter {number}", date=date)
    make_segment(anna)
    kaffe.city = "Oslo"
    save_contact(contact=kaffe, links={}, user=user, at=now)
    cabin = AlternativeAddress(contact=anna, code="CABIN", city="Geilo")
    today = AlternativeAddressPeriod(starting_date=now.date())
    save_address(address=cabin, periods=[today], user=user, at=now)

    walk.page.goto(walk.start + kaffe.get_absolute_url())
    walk.look("Kaffe AS")
    timeline = walk.page.locator("#timeline")
    expect(timeline.get_by_text("City: Bergen → Oslo")).to_be_visible()
    timeline.get_by_role("link", name="Older").click()
    walk.look("Kaffe AS")
    timeline.get_by_role("link", name="Interactions", exact=True).click()
    walk.look("Kaffe AS")
    expect(timeline.get_by_role("link", name="Letter 19")).to_be_visible()
    timeline.get_by_role("link", name="Anna Dahl").first.click()
    walk.look("Anna Dahl")
    expect(walk.page.get_by_text("Holds today")).to_be_visible()

    walk.link("Edit", exact=True)
    walk.page.get_by_label("Phone", exact=True).fill("12 34")
    walk.page.get_by_label("Minor").check()
    walk.button("Save")
    walk.look("Edit Anna Dahl")
    expect(walk.page.get_by_text("is no phone number in Norway")).to_be_visible()
    walk.page.get_by_label("Phone", exact=True).fill("55 12 34 56")
    walk.button("Save")
    walk.look("Anna Dahl")
    blocked = "Privacy was blocked, because the contact is now a minor."
    expect(walk.page.get_by_text(blocked)).to_be_visible()

    walk.link("Delete")
    walk.look("Delete Anna Dahl")
    segment = walk.page.get_by_role("link", name="SM-000001 Christmas letter")
    expect(segment).to_be_visible()
    assert walk.faults == []
