"""In which campaign entry an interaction is counted that is logged by itself."""

import pytest

from interactions.models import Campaign, CampaignEntry
from interactions.tests.factories import make_logged_segment
from segments_app.services.campaign_entry import campaign_entry_for
from segments_app.tests.factories import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return Campaign.objects.create(number="FAIR", description="Coffee fair")


def counted_in(campaign, **asked):
    asked = {"day": TODAY, "salesperson": None, "user": None} | asked
    return campaign_entry_for(campaign=campaign and campaign.pk, **asked)


def of_segment(campaign, number):
    return CampaignEntry.objects.create(
        campaign=campaign,
        date=TODAY,
        segment_number=number,
        logged_segment=make_logged_segment(number),
    )


def test_without_a_campaign_in_none(fair):
    assert counted_in(None) is None
    assert not CampaignEntry.objects.exists()


def test_all_single_ones_of_a_campaign_share_one(fair):
    of_segment(fair, "SM-7")
    expo = Campaign.objects.create(number="EXPO", description="Expo")
    shared = counted_in(fair)
    assert (shared.campaign, shared.description, shared.date) == (
        fair,
        "Interactions",
        TODAY,
    )
    assert (shared.logged_segment, shared.segment_number) == (None, "")
    assert counted_in(fair) == shared
    assert counted_in(expo).campaign == expo


def test_what_belongs_to_a_logged_segment_is_counted_in_that_of_it(fair):
    seventh, eighth = of_segment(fair, "SM-7"), of_segment(fair, "SM-8")
    shared = counted_in(fair)
    found = [
        counted_in(fair, logged_segment=logged)
        for logged in (
            *(seventh.logged_segment, eighth.logged_segment),
            make_logged_segment("SM-9"),
        )
    ]
    assert found == [seventh, eighth, shared]


def test_what_a_deleted_register_leaves_is_not_shared(fair):
    left = of_segment(fair, "SM-7")
    left.logged_segment.delete()
    assert counted_in(fair) != left


def test_what_is_cancelled_gets_no_more(fair):
    seventh, shared = of_segment(fair, "SM-7"), counted_in(fair)
    CampaignEntry.objects.update(cancelled=True)
    again = counted_in(fair, logged_segment=seventh.logged_segment)
    assert again not in (seventh, shared)
    assert counted_in(fair) == again
