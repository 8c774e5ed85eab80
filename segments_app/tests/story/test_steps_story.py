"""The steps of a segment in a real browser, by mouse and by keyboard."""

import pytest
from django.contrib.auth.models import Group, User

from contacts.models import Contact
from contacts.tests.factories import make_person
from segments_app.roles import MARKETING_ASSISTANT
from segments_app.services import add_contacts, reduce_contacts
from segments_app.tests.factories import NOW, make_segment, names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def where(field, value):
    return {"field": field, "op": "is", "value": value}


@pytest.fixture
def segment():
    """Oslo (1), without the Hansens (2), and ten more steps that do nothing."""
    for name, city in (
        ("Anna Dahl", "Oslo"),
        ("Anders Hansen", "Oslo"),
        ("Mia Holm", "Moss"),
    ):
        make_person(name, city=city)
    segment = make_segment(description="Spring letter")
    common = {"segment": segment, "user": None, "at": NOW}
    add_contacts(criteria=where("city", "Oslo"), **common)
    reduce_contacts(criteria=where("surname", "Hansen"), **common)
    for number in range(10):
        reduce_contacts(criteria=where("city", f"City {number}"), **common)
    return segment


@pytest.fixture
def anne(live_server, page, segment):
    user = User.objects.create_user("anne", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    walk = Walk(page, live_server.url)
    walk.log_in("anne", "a good password")
    page.goto(live_server.url + segment.get_absolute_url())
    return walk


def press(anne, name):
    """Reach something by its name and press it with the keyboard alone."""
    anne.page.get_by_role("button", name=name, exact=True).first.focus()
    anne.page.keyboard.press("Enter")


def test_named_jumped_to_edited_left_out_and_refreshed(anne, segment):
    anne.look("Spring letter")
    anne.page.get_by_text("4 steps more, 1 to 4").click()
    anne.page.locator(".step-naming summary").nth(1).click()
    anne.page.get_by_label("Name of step 2").fill("Without Hansens")
    anne.page.keyboard.press("Enter")
    anne.reads("Step 2 is called Without Hansens.")

    press(anne, "Go there Without Hansens")
    anne.look("Spring letter")
    segment.refresh_from_db()
    assert segment.position == 2
    press(anne, "Go back")
    anne.look("Spring letter")
    assert names_on(segment) == ["Anders Hansen", "Anna Dahl"]
    press(anne, "Redo")
    anne.look("Spring letter")

    anne.link("Edit step 1", exact=True)
    anne.look("Edit step 1")
    anne.page.get_by_role("textbox", name="City").fill("Moss")
    anne.reads("1 contact enters")
    anne.look("Edit step 1")
    anne.page.get_by_label("Yes, drop the undone steps").check()
    anne.button("Take step 1 like this")
    anne.look("Spring letter")
    anne.reads("Step 1 is edited: Add contacts: city is “Moss”")
    assert names_on(segment) == ["Mia Holm"]

    anne.link("Leave out step 2", exact=True)
    anne.look("Leave out step 2")
    anne.link("Cancel")
    Contact.objects.filter(first_name="Anna").update(city="Moss")
    anne.link("Refresh")
    anne.look("Refresh")
    anne.button("Make it living")
    anne.look("Refresh")
    anne.button("Refresh", exact=True)
    anne.look("Spring letter")
    assert names_on(segment) == ["Mia Holm", "Anna Dahl"]
