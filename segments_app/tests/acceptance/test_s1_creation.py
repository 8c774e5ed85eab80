"""S1: creation of a segment and its defaults, as Business Central's own tests ask."""

import datetime

import pytest
from django.contrib.auth import get_user_model

from contacts.models import Salesperson
from segments_app.services import create_segment
from segments_app.tests.factories import NOW

pytestmark = pytest.mark.django_db


class TestMDefaultCreateSegment:
    """MDefault.CreateSegment"""

    def test_a_new_segment_has_the_salesperson_of_its_user(self):
        kari = get_user_model().objects.create_user("kari")
        salesperson = Salesperson.objects.create(code="KARI", name="Kari", user=kari)
        segment = create_segment(description="Letter", user=kari, at=NOW)
        assert (segment.salesperson, segment.owner) == (salesperson, kari)

    def test_a_user_without_one_gives_none(self):
        """Beside the case: segments.md 1.2."""
        kari = get_user_model().objects.create_user("kari")
        assert create_segment(description="x", user=kari, at=NOW).salesperson is None

    def test_a_day_that_was_chosen_is_kept(self):
        """BC overwrites it with the work date; ours is a default (segments.md 1.2)."""
        day = datetime.date(2027, 1, 2)
        user = get_user_model().objects.create_user("kari")
        made = create_segment(description="Letter", user=user, at=NOW, date=day)
        default = create_segment(description="Letter", user=user, at=NOW)
        assert (made.date, default.date) == (day, NOW.date())
