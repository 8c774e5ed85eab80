"""The page on which a segment is copied."""

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from segments_app.models import Segment
from segments_app.services import add_contacts
from segments_app.tests.factories import NOW, make_segment, names_on
from segments_app.tests.views.users import READER, logged_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return [make_person("Anna Dahl"), make_person("Bo Lie"), make_person("Cec Moe")]


@pytest.fixture
def segment(people):
    return make_segment(*people, number="SM-7")


def url(segment):
    return reverse("segments:copy", args=[segment.pk])


def told(page):
    return [str(message) for message in get_messages(page.wsgi_request)]


def keep_out(person, **flags):
    Contact.objects.filter(pk=person.pk).update(**flags)


def test_says_who_would_come_along_before_anything_is_copied(anne, segment, people):
    keep_out(people[0], privacy_blocked=True)
    page = anne.get(url(segment))
    assert (page.context["coming"], page.context["kept_out"]) == (
        2,
        [("Privacy blocked", 1)],
    )
    assert "ignore_exclusion" not in page.context["form"].fields
    assert Segment.objects.count() == 1


def test_leads_to_the_copy_and_says_who_came_along(anne, segment, people):
    keep_out(people[0], privacy_blocked=True)
    keep_out(people[1], exclude_from_segment=True)
    sent = opened(anne.get(url(segment)))
    assert (sent["description"], sent["parts"]) == (
        *(["Copy of Christmas letter"], ["contacts"]),
    )
    page = anne.post(url(segment), sent)
    copy = Segment.objects.get(description="Copy of Christmas letter")
    assert page.url == copy.get_absolute_url()
    assert (names_on(copy), copy.owner.get_username()) == (["Cec Moe"], "anne")
    assert told(page) == [
        "Segment SM-000001 is a copy of SM-7. 1 contact came along. "
        "Kept out: Privacy blocked (1), Excluded from segments (1)."
    ]


def test_asks_about_the_excluded_only_where_there_are_any(anne, segment, people):
    keep_out(people[1], exclude_from_segment=True)
    sent = opened(anne.get(url(segment))) | {"ignore_exclusion": "on"}
    page = anne.post(url(segment), sent)
    copy = Segment.objects.latest("pk")
    assert names_on(copy) == ["Anna Dahl", "Bo Lie", "Cec Moe"]
    assert told(page) == ["Segment SM-000001 is a copy of SM-7. 3 contacts came along."]


def test_copies_the_steps_or_only_the_header_when_that_is_chosen(anne, segment):
    for parts, description in (("header", "Bare"), ("steps", "Whole")):
        sent = opened(anne.get(url(segment)))
        anne.post(url(segment), sent | {"parts": parts, "description": description})
    bare, whole = (Segment.objects.get(description=n) for n in ("Bare", "Whole"))
    assert (bare.position, bare.lines.count()) == (0, 0)
    assert (whole.position, whole.lines.count()) == (1, 3)
    assert whole.steps.get().name == ""


def test_of_an_empty_segment_offers_the_header_alone(anne):
    page = anne.get(url(make_segment()))
    assert [
        value for value, _label in page.context["form"].fields["parts"].choices
    ] == ["header"]
    assert opened(page)["parts"] == ["header"]


def test_a_step_of_somebody_else_is_told_and_the_second_try_copies_it(anne, segment):
    sent = opened(anne.get(url(segment)))
    make_person("Dag Ek")
    everybody = {"all_contacts": True}
    add_contacts(segment=segment, criteria=None, options=everybody, user=None, at=NOW)
    page = anne.post(url(segment), sent)
    assert "Somebody else changed this segment" in page.content.decode()
    assert (Segment.objects.count(), page.context["coming"]) == (1, 4)
    assert anne.post(url(segment), opened(page)).status_code == 302
    assert len(names_on(Segment.objects.latest("pk"))) == 4


def test_without_a_description_nothing_is_copied(anne, segment):
    sent = opened(anne.get(url(segment))) | {"description": " ", "parts": "x"}
    page = anne.post(url(segment), sent)
    assert sorted(page.context["form"].errors) == ["description", "parts"]
    assert Segment.objects.count() == 1


def test_a_long_description_is_cut_not_refused(anne):
    segment = make_segment(description="x" * 100)
    page = anne.get(url(segment))
    assert anne.post(url(segment), opened(page)).status_code == 302
    copy = Segment.objects.latest("pk")
    assert copy.description == f"Copy of {'x' * 92}"


def test_is_for_whoever_may_make_segments(segment):
    reader = logged_in(READER)
    assert reader.get(url(segment)).status_code == 403
    assert reader.post(url(segment), {}).status_code == 403


def test_is_reached_from_the_worksheet_also_by_who_may_not_change_it(segment):
    client = logged_in((*READER, "add_segment"))
    assert url(segment) in client.get(segment.get_absolute_url()).content.decode()
