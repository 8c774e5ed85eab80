"""S6: a cancelled campaign entry takes its interactions along."""

import pytest

from contacts.tests.factories import make_person
from interactions.models import Campaign, CampaignEntry, InteractionLogEntry
from interactions.services.cancel import cancel_campaign_entry
from interactions.tests.factories import make_template
from segments_app.services import log_segment
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


def test_a_cancelled_campaign_entry_cancels_its_interactions():
    """MBatch.CanceledCampaignEntry"""
    segment = make_segment(
        make_person("Anna Dahl"),
        template=make_template(correspondence_type=""),
        campaign=Campaign.objects.create(number="FAIR", description="Fair"),
    )
    log_segment(segment=segment, user=None, at=NOW)
    entry = CampaignEntry.objects.get()
    cancel_campaign_entry(campaign_entry=entry, reason="No fair", user=None, at=NOW)
    entry.refresh_from_db()
    assert (entry.cancelled, InteractionLogEntry.objects.get().cancelled) == (
        True,
        True,
    )
