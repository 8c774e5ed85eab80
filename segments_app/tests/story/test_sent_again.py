"""Going back and sending again, in a browser that asks for the page anew."""

import re

import pytest
from django.contrib.auth.models import Group, User

from segments_app.models import Segment
from segments_app.roles import MARKETING_MANAGER

from .walk import Walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mona(live_server, page):
    user = User.objects.create_user("mona", password="a good password")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    walk = Walk(page, live_server.url)
    walk.log_in("mona", "a good password")
    return walk


def create(mona, description):
    mona.page.get_by_label("Description", exact=True).fill(description)
    mona.button("Create segment")
    mona.page.wait_for_url(re.compile(r"/segments/\d+/"))
    return mona.page.url


def test_the_segment_that_was_made_is_shown_and_a_page_opened_anew_makes_another(mona):
    new = f"{mona.start}/segments/new/"
    mona.page.goto(new)
    made = create(mona, "Spring")
    mona.page.go_back()
    assert create(mona, "Spring letters") == made
    mona.reads("the page was sent twice")
    mona.page.goto(new)
    create(mona, "Autumn")
    descriptions = Segment.objects.order_by("pk").values_list("description", flat=True)
    assert list(descriptions) == ["Spring", "Autumn"]
