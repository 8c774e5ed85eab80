"""The builder without a mouse: the focus is never lost to the top of the page."""

import pytest
from django.contrib.auth.models import Group, User
from django.urls import reverse
from playwright.sync_api import Page, expect

from contacts.models import Contact, MailingGroup
from contacts.tests.factories import make_person
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import make_segment, names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def segment():
    make_person("Anna Dahl", city="Oslo")
    make_person("Bo Lie", city="Bergen")
    return make_segment()


@pytest.fixture
def walk(live_server, page, segment):
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    page.goto(live_server.url + reverse("segments:criteria", args=[segment.pk, "add"]))
    walk.settle()
    return walk


def combobox(page: Page, name: str):
    """The search for codes of the row with this name."""
    return page.locator(f'input[role=combobox][name="{name}"]')


def tab_to(page: Page, what: str) -> None:
    """Press Tab until the control with this name, value or text has the focus."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if what in page.evaluate(
            "(({name, value, textContent}) => [name, value, textContent.trim()])"
            "(document.activeElement)"
        ):
            return
    raise AssertionError(f"No Tab leads to {what}.")


def focus_is_seen(page: Page, name: str) -> None:
    """The control with this name has the focus, inside the window, with a ring."""
    control = page.locator(f'[name="{name}"]')
    expect(control).to_be_focused()
    expect(control).to_be_in_viewport()
    expect(control).to_have_css("outline-style", "solid")


def press(walk: Walk, what: str) -> None:
    tab_to(walk.page, what)
    with walk.page.expect_response(lambda answer: "criteria" in answer.url):
        walk.page.keyboard.press("Enter")
    walk.settle()


def test_rows_come_and_go_and_the_focus_goes_with_them(walk):
    page = walk.page
    press(walk, "+ Condition")
    focus_is_seen(page, "q.1.field")
    press(walk, "+ Has a group, interaction, company …")
    focus_is_seen(page, "q.2.relation")
    press(walk, "+ Group")
    focus_is_seen(page, "q.3.0.field")
    press(walk, "remove:q.3.0")
    focus_is_seen(page, "q.3.mode")
    press(walk, "remove:q.3")
    focus_is_seen(page, "q.2.relation")
    page.goto(page.url)
    press(walk, "remove:q")
    focus_is_seen(page, "q.0.field")


def test_a_tab_from_the_field_leads_to_its_comparison(walk):
    page = walk.page
    tab_to(page, "q.0.field")
    page.keyboard.type("cit", delay=60)
    page.keyboard.press("Tab")
    expect(page.locator('[name="q.0.op"]')).to_be_visible()
    walk.settle()
    focus_is_seen(page, "q.0.op")


def test_codes_are_searched_and_chosen(walk, segment):
    page = walk.page
    Contact.objects.filter(name="Bo Lie").update(country="SE")
    tab_to(page, "q.0.field")
    page.keyboard.type("Country", delay=60)
    expect(combobox(page, "q.0.value")).to_be_visible()
    walk.settle()
    tab_to(page, "q.0.op")
    page.keyboard.type("is one", delay=60)
    expect(page.locator(".chips")).to_have_count(1)
    walk.settle()
    tab_to(page, "q.0.value")
    page.keyboard.type("nor")
    found = page.locator(".combo-list [role=option]")
    expect(found.first).to_have_attribute("aria-selected", "true")
    walk.look("Add contacts")
    page.keyboard.type("way")
    expect(found).to_have_text(["Norway"])
    page.keyboard.press("Enter")
    page.keyboard.type("germ")
    expect(found).to_have_text(["Germany"])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    chosen = page.locator(".chip")
    expect(chosen).to_have_text([" Norway", " Germany"])
    expect(combobox(page, "q.0.value")).to_be_focused()
    expect(page.locator("#preview")).to_contain_text("1 contact enters")
    expect(page.locator(".criteria-row .criteria-fits")).to_contain_text("1 fits")
    page.keyboard.type("xyz")
    expect(page.get_by_text("Nothing found.").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".combo-list")).to_be_hidden()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Germany")).not_to_be_checked()
    walk.look("Add contacts")


def test_a_usual_question_is_filled_in(walk):
    page = walk.page
    MailingGroup.objects.create(code="NEWS", description="Newsletter")
    page.goto(page.url)
    press(walk, "Is in a mailing group")
    focus_is_seen(page, "q.0.0.value")
    page.keyboard.press("Space")
    expect(page.locator("#preview")).to_contain_text(
        "Nobody fits these criteria: nothing to do."
    )
    walk.look("Add contacts")


def test_what_is_typed_while_rows_are_exchanged_is_kept(walk):
    """The answer to a button comes late; the reader went on meanwhile."""
    page = walk.page
    tab_to(page, "q.0.field")
    page.keyboard.type("City", delay=60)
    expect(page.locator('[name="q.0.value"]')).to_be_visible()
    walk.settle()
    answers = []
    page.route("**/criteria/add/", lambda route: answers.append(route))
    press_now = page.get_by_role("button", name="+ Condition")
    press_now.click()
    expect(page.locator(".htmx-request")).to_have_count(1)
    page.locator('[name="q.0.value"]').focus()
    page.keyboard.type("Oslo")
    press_now.click()
    page.locator('[name="q.0.value"]').focus()
    answers[0].continue_()
    expect(page.locator('[name="q.1.field"]')).to_be_visible()
    expect(page.locator('[name="q.0.value"]')).to_have_value("Oslo")
    focus_is_seen(page, "q.0.value")
    # The second press waited for its turn.
    expect(page.locator(".htmx-request")).to_have_count(1)
    answers[1].continue_()
    expect(page.locator('[name="q.2.field"]')).to_be_visible()
    expect(page.locator('[name="q.0.value"]')).to_have_value("Oslo")


def test_criteria_are_typed_counted_and_applied(walk, segment):
    page = walk.page
    tab_to(page, "q.0.field")
    page.keyboard.type("City", delay=60)
    expect(page.locator('[name="q.0.value"]')).to_be_visible()
    walk.settle()
    focus_is_seen(page, "q.0.field")
    tab_to(page, "q.0.value")
    page.keyboard.type("Oslo")
    page.keyboard.press("Enter")
    preview = page.locator("#preview")
    expect(preview).to_contain_text("1 contact enters")
    expect(preview).to_be_focused()
    page.locator('[name="q.0.field"]').focus()
    tab_to(page, "Add contacts")
    page.keyboard.press("Enter")
    page.get_by_text("1 contact entered.").wait_for()
    assert names_on(segment) == ["Anna Dahl"]


def test_a_refused_form_is_gone_on_with_at_its_fault(walk, segment, live_server):
    page = walk.page
    tab_to(page, "Add contacts")
    page.keyboard.press("Enter")
    expect(page.get_by_text("choose all contacts expressly")).to_be_visible()
    expect(page.locator("main .note[role=alert]")).to_be_focused()
    tab_to(page, "q.0.field")
    page.goto(live_server.url + reverse("segments:edit", args=[segment.pk]))
    page.get_by_label("Language", exact=True).first.fill("elvish")
    page.get_by_label("Language", exact=True).first.press("Enter")
    expect(page.get_by_text("is no language")).to_be_visible()
    expect(page.locator("#id_language")).to_be_focused()


def test_a_menu_opens_closes_and_gives_the_focus_back(walk, segment, live_server):
    page = walk.page
    page.goto(live_server.url + segment.get_absolute_url())
    tab_to(page, "More")
    page.keyboard.press("Enter")
    tab_to(page, "Edit header")
    page.keyboard.press("Escape")
    more = page.locator("summary", has_text="More")
    expect(more).to_be_focused()
    expect(page.get_by_text("Edit header").first).not_to_be_visible()
