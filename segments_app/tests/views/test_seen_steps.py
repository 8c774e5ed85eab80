"""Every page says which steps it showed; who acts on other ones is told."""

import re

import pytest
from django.urls import reverse

from segments_app.models import Segment
from segments_app.services import (
    add_contacts,
    go_back,
    reduce_contacts,
    save_criteria,
)
from segments_app.tests.factories import NOW, make_segment, names_on
from segments_app.tests.views.log_side import letter_segment

pytestmark = pytest.mark.django_db

BY = {"user": None, "at": NOW}
CARRIED = re.compile(r'name="expected_version" value="([^"]*)"')


def named(name):
    return {"field": "name", "op": "is", "value": f"Person {name}"}


@pytest.fixture
def segment():
    """Three persons; one of them is taken off by the second step."""
    segment = letter_segment(people=3, number="SM-7")
    segment.steps.all().delete()
    segment.lines.all().delete()
    segment.position = 0
    segment.save()
    add_contacts(
        segment=segment,
        criteria={"field": "type", "op": "is", "value": "person"},
        **BY,
    )
    reduce_contacts(segment=segment, criteria=named("No003"), **BY)
    return segment


def take_another_second_step(segment):
    other = Segment.objects.get(pk=segment.pk)
    go_back(segment=other, user=None)
    reduce_contacts(segment=other, criteria=named("No001"), **BY)


def pages(segment):
    """Every page of an open segment with a form that acts on its steps."""
    line = segment.lines.live().first().pk
    saved = save_criteria(segment=segment, code="TWO", user=None, at=NOW)
    other = make_segment()
    plain = ("detail", "refresh", "one_per_address", "copy", "delete", "log")
    urls = {name: (name, [], "") for name in plain} | {
        "add": ("criteria", ["add"], ""),
        "edit a step": ("step_edit", [1], ""),
        "leave out": ("step_leave_out", [1], ""),
        "difference": ("difference", ["saved"], f"?saved={saved.pk}&mode=replace"),
        "pressure": ("pressure", [], "?days=30&elsewhere=on"),
        "combine": ("combine_take", ["segment", other.pk], "?operation=difference"),
        "add by hand": ("line_add", [], "?search=kaffe"),
        "remove by hand": ("line_remove", [], f"?line={line}"),
        "many lines": ("lines_change", [], f"?line={line}"),
    }
    return {
        key: reverse(f"segments:{name}", args=[segment.pk, *arguments]) + query
        for key, (name, arguments, query) in urls.items()
    }


def test_every_page_carries_the_steps_it_showed(mona, segment):
    make_segment(segment.lines.live().first().contact)  # for somebody under pressure
    carried = {
        name: set(CARRIED.findall(mona.get(url).content.decode()))
        for name, url in pages(segment).items()
    }
    assert carried == dict.fromkeys(carried, {segment.steps_version})


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        ("go_back", {}),
        ("redo", {}),
        ("go_to_step", {"position": 1}),
        ("refresh", {}),
        ("log", {}),
        ("copy", {"description": "Copy", "parts": "contacts"}),
        ("delete", {}),
    ],
)
def test_the_second_is_told_and_nothing_is_overwritten(mona, segment, name, answers):
    looked = mona.get(segment.get_absolute_url()).content.decode()
    seen = {"expected_version": CARRIED.findall(looked)[0]}
    take_another_second_step(segment)
    segment.refresh_from_db()
    seen["seen_at"] = segment.updated_at.isoformat()
    url = reverse(f"segments:{name}", args=[segment.pk])
    page = mona.post(url, seen | answers, follow=True)
    assert "Somebody else changed this segment" in page.content.decode()
    assert names_on(segment) == ["Person No002", "Person No003"]
    assert Segment.objects.count() == 1


def test_after_a_look_at_what_is_there_now_it_is_done(mona, segment):
    url = reverse("segments:step_leave_out", args=[segment.pk, 2])
    seen = {"expected_version": CARRIED.findall(mona.get(url).content.decode())[0]}
    take_another_second_step(segment)
    told = mona.post(url, seen).content.decode()
    assert "Somebody else changed this segment" in told
    again = {"expected_version": CARRIED.findall(told)[0]}
    mona.post(url, again)
    assert len(names_on(segment)) == 3
