"""S5: logging with a campaign and a follow-up, as Business Central's own test asks."""

import pytest
from django.core.management import call_command

from contacts.tests.factories import make_person
from interactions.models import Campaign, CampaignEntry, LoggedSegment
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment
from segments_app.services import ProblemsFound, log_segment
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


def test_the_campaign_entry_counts_and_the_logged_segment_has_exactly_one():
    """MBatch.LogSegmentWithCampaignEntry: by the command, as the job of BC does it"""
    fair = Campaign.objects.create(number="FAIR", description="Coffee fair")
    make_segment(
        make_person("Anna Dahl"),
        number="SM-7",
        template=make_template(correspondence_type=""),
        campaign=fair,
    )
    call_command("log_segment", "SM-7", "--follow-up")
    logged = LoggedSegment.objects.get()
    entry = logged.campaign_entries.get()
    assert (entry.segment_number, entry.interactions.count()) == ("SM-7", 1)
    follow_up = logged.follow_ups.get()
    assert follow_up.number != "SM-7"
    assert (follow_up.campaign, names_on(follow_up)) == (fair, ["Anna Dahl"])


def test_an_email_without_an_address_refuses_delivery_and_writes_nothing():
    """MInteraction.LogSegmentEmailCorrTypeContNoEmail"""
    anna = make_person("Anna Dahl", email="")
    letter = make_template(
        correspondence_type="email",
        ignore_contact_correspondence_type=True,
        default_language="en",
        languages={"en": make_document()},
    )
    segment = make_segment(anna, template=letter)
    with pytest.raises(ProblemsFound) as refusal:
        log_segment(segment=segment, deliver=True, user=None, at=NOW)
    assert [each.kind for each in refusal.value.problems] == ["email_missing"]
    assert not anna.interactions.exists()
