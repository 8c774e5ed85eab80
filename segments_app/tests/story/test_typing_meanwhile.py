"""What is typed while the form of an interaction is filled anew is not lost."""

from time import monotonic

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from contacts.tests.factories import make_person
from interactions.tests.factories import make_template
from segments_app.roles import MARKETING_ASSISTANT

from .walk import PATIENCE_S, Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def walk(live_server, page):
    user = User.objects.create_user("anne", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_ASSISTANT))
    walk = Walk(page, live_server.url)
    walk.log_in("anne", "a good password")
    page.get_by_role("heading", level=1, name="What waits for you").wait_for()
    page.goto(f"{walk.start}/segments/interactions/create/")
    return walk


@pytest.fixture
def waiting(walk):
    """The answers to a choice, which come when the test lets them."""
    routes = []
    walk.page.route(
        "**/interactions/create/",
        lambda route: (
            routes.append(route)
            if "hx-request" in route.request.headers
            else route.continue_()
        ),
    )
    return routes


def choose(walk, template):
    walk.page.locator("#id_template").select_option(str(template.pk))


def is_asked(walk, waiting, times=1):
    until = monotonic() + PATIENCE_S
    while len(waiting) < times:
        assert monotonic() < until, "nothing is asked"
        walk.page.wait_for_timeout(20)


def test_what_is_typed_while_the_template_is_looked_up_stays(walk, waiting):
    page = walk.page
    spring = make_template("SPRING")
    page.reload()
    page.locator("#id_description").fill("Typed before")
    choose(walk, spring)
    is_asked(walk, waiting)
    page.locator("summary", has_text="The letter").click()
    page.locator("#id_subject").fill("Typed after")
    description = page.locator("#id_description")
    description.fill("Typed meanwhile")
    description.evaluate("field => field.setSelectionRange(5, 5)")
    waiting[0].continue_()
    walk.reads(f"what stands in it comes from {spring}")
    walk.settle()

    expect(description).to_be_focused()
    page.keyboard.type(" and on")
    expect(description).to_have_value("Typed and on meanwhile")
    expect(page.locator("#id_subject")).to_be_visible()
    expect(page.locator("#id_subject")).to_have_value("Typed after")


def test_suggestions_asked_for_meanwhile_take_nothing_away(walk, waiting):
    page = walk.page
    make_person("Anna Dahl", number="C-1")
    spring = make_template("SPRING")
    page.reload()
    choose(walk, spring)
    is_asked(walk, waiting)
    page.locator("#id_description").fill("Typed meanwhile")
    contact = page.get_by_label("Contact", exact=True)
    with page.expect_response("**/contacts/options/**"):
        contact.press_sequentially("Ann")
    waiting[0].continue_()
    walk.reads(f"what stands in it comes from {spring}")
    expect(page.locator("#id_description")).to_have_value("Typed meanwhile")
    expect(contact).to_have_value("Ann")


def test_of_two_templates_chosen_at_once_the_later_one_holds(walk, waiting):
    spring, autumn = make_template("SPRING"), make_template("AUTUMN")
    walk.page.reload()
    choose(walk, spring)
    is_asked(walk, waiting)
    choose(walk, autumn)
    is_asked(walk, waiting, times=2)
    waiting[1].continue_()
    walk.reads(f"what stands in it comes from {autumn}")
    expect(walk.page.locator("#id_template")).to_have_value(str(autumn.pk))
