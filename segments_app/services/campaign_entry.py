"""The campaign entry of what is logged apart from its segment (segments.md 5.5)."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from interactions.models import Campaign, CampaignEntry, LoggedSegment


def campaign_entry_for(
    *,
    campaign: int | None,
    logged_segment: LoggedSegment | None = None,
    day: date,
    salesperson: int | None,
    user: Any,
) -> CampaignEntry | None:
    """Return the entry that an interaction for this campaign is counted in.

    It is that of its logged segment, or else the one that all single interactions of
    the campaign share. The campaign, by its key, is held meanwhile, so that two at
    once make one entry, and what is cancelled gets no more. None without a campaign.
    """
    if campaign is None:
        return None
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign)
    entries = CampaignEntry.objects.select_for_update(no_key=True).filter(
        campaign=campaign, cancelled=False
    )
    of_segment = logged_segment and entries.filter(logged_segment=logged_segment)
    shared = entries.filter(logged_segment=None, segment_number="")
    found = (of_segment and of_segment.first()) or shared.order_by("pk").first()
    return found or CampaignEntry.objects.create(
        campaign_id=campaign,
        description=_("Interactions"),
        date=day,
        salesperson_id=salesperson,
        user=user,
    )
