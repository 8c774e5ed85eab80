"""Naming a step: a checkpoint that is found again."""

import pytest

from contacts.tests.factories import make_person
from segments_app.services import SegmentChanged, add_by_hand, go_back, name_step
from segments_app.services.go_back import NoSuchStep
from segments_app.tests.factories import NOW, make_segment, these

pytestmark = pytest.mark.django_db


@pytest.fixture
def segment():
    return make_segment(make_person("Anna Dahl"))


def test_a_step_gets_a_name_and_loses_it(segment):
    named = {"segment": segment, "position": 1, "user": None}
    assert name_step(name="  Before Christmas ", **named).name == "Before Christmas"
    assert segment.steps.get().name == "Before Christmas"
    assert name_step(name=" ", **named).name == ""


def test_an_undone_step_can_be_named_too(segment):
    go_back(segment=segment, user=None)
    name_step(segment=segment, position=1, name="Later", user=None)
    assert segment.steps.get().name == "Later"


def test_another_step_that_took_its_place_meanwhile_gets_none(segment):
    seen = segment.steps.get()
    go_back(segment=segment, user=None)
    bo = these(make_person("Bo Lie"))
    add_by_hand(segment=segment, contacts=bo, user=None, at=NOW)
    named = {"segment": segment, "position": 1, "name": "Anna", "user": None}
    with pytest.raises(SegmentChanged):
        name_step(expected_step=seen.pk, **named)
    assert segment.steps.get().name == ""
    name_step(expected_step=segment.steps.get().pk, **named)
    assert segment.steps.get().name == "Anna"


def test_a_step_that_is_not_there_gets_none(segment):
    with pytest.raises(NoSuchStep, match="Step 2 does not exist"):
        name_step(segment=segment, position=2, name="Later", user=None)
