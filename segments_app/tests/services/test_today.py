"""Today is the date of `at` in TIME_ZONE, whatever zone the reader is in."""

import datetime

import pytest
from django.utils import timezone

from contacts.tests.factories import make_person
from interactions.tests.factories import make_entry
from segments_app.services import add_contacts, create_segment
from segments_app.services.change_contacts import change_by_criteria
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import make_segment, names_on

pytestmark = pytest.mark.django_db

LATE = datetime.datetime(2026, 11, 20, 23, 30, tzinfo=datetime.UTC)
TODAY = has("interaction", where("date", "within_days", 0))


@pytest.fixture(params=["Europe/Oslo", "America/New_York"])
def reader(request):
    with timezone.override(request.param):
        yield


@pytest.fixture
def log():
    make_entry(make_person("Day Twenty"), date=datetime.date(2026, 11, 20))
    make_entry(make_person("Day Twentyone"), date=datetime.date(2026, 11, 21))


@pytest.mark.usefixtures("reader", "log")
def test_late_in_the_evening_it_is_tomorrow_in_oslo():
    segment = make_segment()
    effect = change_by_criteria(
        segment=segment, kind="add", criteria=TODAY, at=LATE
    ).effect()
    add_contacts(segment=segment, criteria=TODAY, user=None, at=LATE)
    assert names_on(segment) == ["Day Twentyone"]
    assert effect.entered == 1


@pytest.mark.usefixtures("reader")
def test_a_segment_made_then_is_of_that_day():
    segment = create_segment(description="Late", user=None, at=LATE)
    assert segment.date == datetime.date(2026, 11, 21)
