"""S5: logging with a campaign and a follow-up, as Business Central's own test asks."""

import pytest

from contacts.tests.factories import make_person
from interactions.models import Campaign, CampaignEntry
from interactions.tests.factories import make_template
from segments_app.models import Segment
from segments_app.services import log_segment
from segments_app.tests.factories import NOW, make_segment, names_on

pytestmark = pytest.mark.django_db


def test_a_campaign_entry_and_a_follow_up_with_the_same_campaign():
    """MBatch.LogSegmentWithCampaignEntry"""
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    segment = make_segment(
        make_person("Anna Dahl"),
        number="SM-7",
        template=make_template(correspondence_type=""),
        campaign=fair,
    )
    logged = log_segment(segment=segment, follow_up=True, user=None, at=NOW)
    entry = CampaignEntry.objects.get()
    assert (entry.segment_number, entry.logged_segment) == ("SM-7", logged)
    follow_up = Segment.objects.get()
    assert (follow_up.campaign, follow_up.description) == (
        fair,
        "Follow-up on segment SM-7",
    )
    assert names_on(follow_up) == ["Anna Dahl"]
