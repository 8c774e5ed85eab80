"""One letter per company and contact pressure in a real browser."""

import pytest
from django.contrib.auth.models import Group, User
from playwright.sync_api import expect

from contacts.models import OrganizationalLevel
from contacts.tests.factories import make_company, make_person
from segments_app.roles import MARKETING_MANAGER
from segments_app.tests.factories import make_segment, names_on

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def segment():
    kaffe = make_company("Kaffe AS")
    chief = OrganizationalLevel.objects.create(code="CEO", description="The chief")
    anna = make_person("Anna Dahl", company=kaffe)
    bo = make_person("Bo Lie", company=kaffe, organizational_level=chief)
    dag = make_person("Dag Ek")
    make_segment(dag, description="Summer letter")
    return make_segment(kaffe, anna, bo, dag)


def test_who_gets_the_letter_and_who_is_written_to_too_often(
    live_server, page, segment
):
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    page.goto(live_server.url + segment.get_absolute_url())
    page.get_by_text("More steps").click()
    walk.link("One per company or address")
    walk.look("One per company or address")
    group = page.get_by_role("group", name="Kaffe AS")
    expect(group.get_by_label("Bo Lie")).to_be_checked()

    page.get_by_label("By hand: the first of each").check()
    expect(group.get_by_label("Kaffe AS")).to_be_checked()
    page.get_by_label("The others stay on the segment").check()
    walk.reads("2 contacts by copy")
    group.get_by_label("Anna Dahl").check()
    walk.button("Show my choices")
    walk.look("One per company or address")
    expect(group.get_by_label("Anna Dahl")).to_be_checked()
    expect(group.get_by_text("chosen by hand")).to_be_visible()
    walk.button("Leave 2 letters")
    walk.look("Christmas letter")
    walk.reads("2 contacts are by copy now.")
    walk.reads("by copy of Anna Dahl")
    walk.link("2. One letter per company")
    walk.look("2. One letter per company")

    page.goto(live_server.url + segment.get_absolute_url())
    page.get_by_text("More steps").click()
    walk.link("Contact pressure")
    walk.look("Contact pressure")
    assert walk.names("Contacts under pressure") == ["Dag Ek"]
    walk.button("Take them off")
    walk.look("Christmas letter")
    assert names_on(segment) == ["Kaffe AS", "Anna Dahl", "Bo Lie"]
    page.get_by_text("More steps").click()
    walk.link("Contact pressure")
    walk.reads("Nobody is under pressure")
    walk.look("Contact pressure")
