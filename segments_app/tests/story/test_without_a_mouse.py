"""The whole worksheet without a mouse, from logging in to the logged segment."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import Page

from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionLogEntry, LoggedSegment
from interactions.tests.factories import make_template
from segments_app.models import Segment
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

MOST_PRESSES = 150
FOCUSED = """() => {
  const here = document.activeElement;
  const labels = [...(here.labels ?? [])].map((label) => label.textContent);
  const words = [
    here.getAttribute("aria-label"), ...labels, here.value, here.name, here.textContent,
  ];
  return {
    words: words.filter(Boolean).map((text) => text.trim().replace(/\\s+/g, " ")),
    ringed: getComputedStyle(here).outlineStyle !== "none",
  };
}"""


class Keys:
    """Hands that know Tab, Space, Enter and letters, and nothing else."""

    def __init__(self, page: Page, walk: Walk) -> None:
        self.page = page
        self.walk = walk

    def to(self, what: str) -> None:
        """Press Tab until a control with this name, value or text has the focus."""
        self.walk.settle()
        for _press in range(MOST_PRESSES):
            self.page.keyboard.press("Tab")
            focused = self.page.evaluate(FOCUSED)
            if any(f"{words} ".startswith(f"{what} ") for words in focused["words"]):
                assert focused["ringed"], f"{what} has the focus and does not show it"
                return
        raise AssertionError(f"No Tab leads to {what}.")

    def press(self, what: str) -> None:
        self.to(what)
        self.page.keyboard.press("Enter")
        self.walk.settle()

    def tick(self, what: str) -> None:
        self.to(what)
        self.page.keyboard.press("Space")
        self.walk.settle()

    def type(self, what: str, text: str) -> None:
        """Write over a field, or find an entry of a list by its first letters."""
        self.to(what)
        self.page.keyboard.type(text, delay=30)
        self.walk.settle()


@pytest.fixture
def people():
    kaffe = make_company("Kaffe AS", city="Oslo")
    make_person("Anna Dahl", company=kaffe, city="Oslo")
    make_person("Bo Lie", company=kaffe, city="Oslo")
    make_person("Cecilie Moe", city="Oslo")
    make_person("Dag Ek", city="Moss")
    make_template(
        "XMAS",
        description="Christmas letter",
        correspondence_type="hard_copy",
        ignore_contact_correspondence_type=True,
    )
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))


@pytest.fixture
def mona(live_server, page, people):
    page.goto(live_server.url)
    return Keys(page, Walk(page, live_server.url))


def test_from_logging_in_to_a_logged_segment(mona):
    log_in(mona)
    make_segment(mona)
    look_at_everybody_and_add_them(mona)
    take_off_go_back_and_redo(mona)
    edit_the_first_step(mona)
    leave_one_letter_per_company(mona)
    change_many_lines(mona)
    log(mona)


def log_in(mona):
    mona.type("Username", "mona")
    mona.type("Password", "a good password")
    mona.page.keyboard.press("Enter")
    mona.walk.look("What waits for you")


def make_segment(mona):
    mona.press("New segment")
    mona.walk.look("New segment")
    mona.type("Description", "Winter letter")
    mona.type("Interaction template", "XMAS")
    mona.press("Create segment")
    mona.walk.look("Winter letter")


def look_at_everybody_and_add_them(mona):
    mona.press("Add contacts")
    mona.walk.look("Add contacts")
    mona.type("q.0.field", "City")
    mona.type("q.0.value", "Oslo")
    mona.press("See everybody")
    mona.walk.look("Add contacts: how many and who")
    found = ["Kaffe AS", "Anna Dahl", "Bo Lie", "Cecilie Moe"]
    assert sorted(mona.walk.names("Enter")) == sorted(found)
    mona.press("Add 4 contacts")
    mona.walk.look("Winter letter")
    assert sorted(names_on(Segment.objects.get())) == sorted(found)


def take_off_go_back_and_redo(mona):
    mona.press("Reduce contacts")
    mona.walk.look("Reduce contacts")
    mona.type("q.0.field", "Surname")
    mona.type("q.0.value", "Moe")
    mona.walk.reads("1 contact is taken off")
    mona.press("Reduce contacts")
    mona.walk.look("Winter letter")
    segment = Segment.objects.get()
    assert sorted(names_on(segment)) == ["Anna Dahl", "Bo Lie", "Kaffe AS"]
    mona.press("Go back")
    segment.refresh_from_db()
    assert "Cecilie Moe" in names_on(segment)
    mona.press("Redo")
    segment.refresh_from_db()
    assert "Cecilie Moe" not in names_on(segment)


def edit_the_first_step(mona):
    mona.press("Edit step 1")
    mona.walk.look("Edit step 1")
    mona.press("+ Condition")
    mona.type("q.1.field", "Type")
    mona.type("q.1.value", "Person")
    mona.press("Take step 1 like this")
    mona.walk.look("Winter letter")
    assert sorted(names_on(Segment.objects.get())) == ["Anna Dahl", "Bo Lie"]


def leave_one_letter_per_company(mona):
    mona.press("More steps")
    mona.press("One per company or address")
    mona.walk.look("One per company or address")
    mona.tick("The others stay on the segment, by copy")
    mona.walk.reads("1 contact by copy")
    mona.press("Leave 1 letter")
    mona.walk.look("Winter letter")
    mona.walk.reads("1 contact is by copy now.")


def change_many_lines(mona):
    mona.tick("Choose Anna Dahl")
    mona.tick("Choose Bo Lie")
    mona.press("Change the chosen")
    mona.walk.look("Change many lines")
    mona.type("Description: new value", "Winter 2026")
    mona.press("See what changes")
    mona.walk.look("Change many lines")
    mona.press("Change 2 lines")
    mona.walk.reads("2 lines are changed.")
    mona.walk.look("Winter letter")


def log(mona):
    number = Segment.objects.get().number
    mona.press("Log")
    mona.walk.look(f"Log segment {number}")
    mona.tick("I have looked at the warnings: log all the same")
    mona.press("Log 2 contacts")
    mona.walk.look(f"Logged segment {number}")
    logged = LoggedSegment.objects.get()
    entries = InteractionLogEntry.objects.filter(logged_segment=logged)
    assert sorted(entries.values_list("contact__name", "description")) == [
        ("Anna Dahl", "Winter 2026"),
        ("Bo Lie", "Winter 2026"),
    ]
