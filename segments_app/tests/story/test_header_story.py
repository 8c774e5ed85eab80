"""The header of a segment, its copy and its end, as they are seen in a browser."""

import pytest
from django.contrib.auth.models import Group, User

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import Campaign
from interactions.tests.factories import make_template
from segments_app.models import Segment
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import make_segment, names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mona(live_server, page):
    """Mona has a segment of three, of whom one may not be written to any more."""
    template = make_template(
        "NEWS",
        description="Newsletter",
        campaign=Campaign.objects.create(number="FAIR", description="Coffee fair"),
        unit_cost="2.50",
    )
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    people = [make_person(name) for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe")]
    make_segment(*people, owner=user, template=template, description="Autumn letter")
    Contact.objects.filter(pk=people[1].pk).update(exclude_from_segment=True)
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    return walk


def test_a_segment_is_made_changed_copied_found_and_deleted(mona):
    mona.link("Segments", exact=True)
    mona.look("Segments")
    mona.link("New segment")
    mona.look("New segment")
    mona.page.get_by_text("A number of your own").click()
    mona.page.get_by_label("Number", exact=True).fill("SM-000001")
    mona.page.get_by_label("Description").fill("Spring letter")
    mona.button("Create segment")
    mona.reads("There is a segment with this number.")
    mona.look("New segment")
    mona.page.get_by_label("Number", exact=True).fill("SPRING")
    mona.button("Create segment")
    mona.look("Spring letter")
    change_header(mona)
    copy(mona)
    find_and_delete(mona)


def change_header(mona):
    """Take the template, see what it gives, and put a cost of one's own over it."""
    mona.link("Edit header")
    mona.look("Header of SPRING")
    template = mona.page.get_by_label("Interaction template")
    template.select_option(label="NEWS Newsletter")
    mona.button("Save")
    mona.look("Spring letter")
    mona.reads("FAIR Coffee fair")
    mona.link("Edit header")
    mona.page.get_by_text("What is logged besides").click()
    cost = mona.page.get_by_label("Unit cost")
    assert cost.get_attribute("placeholder") == "from the template: 2.50"
    cost.fill("-1")
    mona.page.get_by_text("Notes and upkeep").click()
    mona.page.get_by_label("Keep up to date").check()
    cost.evaluate("field => field.removeAttribute('min')")
    mona.button("Save")
    mona.look("Header of SPRING")
    assert cost.is_visible()
    cost.fill("3")
    mona.button("Save")
    mona.look("Spring letter")
    mona.reads("kept up to date")
    segment = Segment.objects.get(number="SPRING")
    assert (segment.unit_cost, segment.living) == (3, True)


def copy(mona):
    mona.link("Segments", exact=True)
    mona.link("Mine", exact=True)
    mona.look("Segments")
    mona.link("Copy SM-000001")
    mona.look("Copy SM-000001")
    mona.reads("Excluded from segments: 1")
    mona.page.get_by_label("The contacts and the steps that chose them").check()
    mona.button("Copy segment")
    mona.look("Copy of Autumn letter")
    mona.reads("2 contacts came along. Kept out: Excluded from segments (1).")
    assert names_on(Segment.objects.latest("pk")) == ["Anna Dahl", "Cecilie Moe"]


def find_and_delete(mona):
    mona.link("Segments", exact=True)
    mona.page.get_by_role("searchbox").fill("copy of")
    mona.button("Search")
    mona.look("Segments")
    assert mona.names("Segments") == ["SM-000002"]
    mona.link("SM-000002")
    mona.look("Copy of Autumn letter")
    mona.page.get_by_text("More", exact=True).first.click()
    mona.link("Delete segment")
    mona.look("Delete SM-000002")
    mona.button("Delete segment")
    mona.look("Segments")
    assert Segment.objects.filter(number="SM-000002").count() == 0
