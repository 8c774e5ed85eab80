"""Campaigns: stored with what was changed, deleted where nothing counts for them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.services.edits import check_unchanged
from contacts.services.uses import uses_of

from ..models import Campaign
from .errors import InteractionError


class CampaignGone(InteractionError):
    """Somebody deleted the campaign since the user looked."""

    def __init__(self) -> None:
        super().__init__(_("This campaign was deleted meanwhile."))


class CampaignInUse(InteractionError):
    """Something counts for the campaign; `uses` are pairs of name and number."""

    def __init__(self, uses: list[tuple[Any, int | None]]) -> None:
        self.uses = uses
        super().__init__(_("The campaign is in use."))


@transaction.atomic
def save_campaign(
    *,
    campaign: Campaign,
    values: Mapping[str, Any],
    at: datetime,
    seen: Mapping[str, Any] | None = None,
) -> Campaign:
    """Store these values and return the campaign; a new one gets its number.

    `seen` is what stood in a stored campaign when the user looked. Raises
    CampaignGone, and ChangedMeanwhile where somebody else changed the same.
    """
    if campaign.pk:
        stored = held_campaign(campaign)
        check_unchanged(stored=stored, values=values, seen=seen or {})
        campaign = stored
    for name, value in values.items():
        setattr(campaign, name, value)
    campaign.updated_at = at
    campaign.save()
    return campaign


@transaction.atomic
def delete_campaign(*, campaign: Campaign) -> None:
    """Delete a campaign that nothing counts for. Raises CampaignInUse, CampaignGone.

    It is locked whole before it is asked who uses it: whoever begins to use it has
    either finished by then, or waits until it is gone.
    """
    held = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if held is None:
        raise CampaignGone
    uses = uses_of(held)
    if uses:
        raise CampaignInUse(uses)
    held.delete()


def held_campaign(campaign: Campaign) -> Campaign:
    """Return the campaign as it is stored, changed by nobody else until the end.

    It can be named by new rows meanwhile. Raises CampaignGone.
    """
    unchanged = Campaign.objects.select_for_update(no_key=True)
    held = unchanged.filter(pk=campaign.pk).first()
    if held is None:
        raise CampaignGone
    return held
