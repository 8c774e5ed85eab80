"""Whom an active campaign is aimed at (segments.md B.3).

The targets are the companies of those who were written to as targets, or are on an
open segment as such; of who works for nobody, the person.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.models.insert_select import insert_from
from interactions.models import Campaign, CampaignTarget, InteractionLogEntry
from interactions.services.campaigns import CampaignGone

from ..models import SegmentLine
from .errors import SegmentError


class NobodyTargeted(SegmentError):
    """No line and no interaction makes anybody a target of the campaign."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Nobody is a target of this campaign yet. Name the campaign on a "
                "segment or its lines and set “campaign target” there."
            )
        )


@transaction.atomic
def activate_campaign(*, campaign: Campaign, at: datetime) -> int:
    """Make the targets those of now and return how many there are.

    Of an active campaign they are brought up to date. What was cancelled or
    postponed makes nobody a target. Raises NobodyTargeted, CampaignGone.
    """
    held = _hold(campaign)
    targeted = targeted_by(held)
    known = CampaignTarget.objects.filter(campaign=held)
    known.exclude(contact__in=targeted).delete()
    insert_from(
        CampaignTarget,
        targeted.exclude(pk__in=known.values("contact")).order_by("pk"),
        campaign=held,
        contact=F("pk"),
    )
    count = known.count()
    if not count:
        raise NobodyTargeted
    held.activated_at = at
    held.save(update_fields=["activated_at"])
    return count


@transaction.atomic
def deactivate_campaign(*, campaign: Campaign) -> None:
    """Forget the targets of the campaign. Raises CampaignGone."""
    held = _hold(campaign)
    held.targets.all().delete()
    held.activated_at = None
    held.save(update_fields=["activated_at"])


def targeted_by(campaign: Campaign) -> QuerySet[Contact]:
    """The contacts whom lines and interactions make targets of the campaign."""
    aimed = Q(effective_campaign_id=campaign.pk, effective_campaign_target=True)
    lines = SegmentLine.objects.live().with_effective_values(
        only=["campaign_id", "campaign_target"]
    )
    entries = InteractionLogEntry.objects.counted().filter(
        campaign=campaign, campaign_target=True
    )
    key = BigIntegerField()
    of_lines: Any = Coalesce("contact__organisation_id", "contact_id", output_field=key)
    of_entries: Any = Coalesce("company_id", "contact_id", output_field=key)
    return Contact.objects.filter(
        Q(pk__in=lines.filter(aimed).order_by().values(target=of_lines))
        | Q(pk__in=entries.order_by().values(target=of_entries))
    )


def _hold(campaign: Campaign) -> Campaign:
    """The campaign as it is stored now, for nobody else until the end."""
    held = Campaign.objects.select_for_update().filter(pk=campaign.pk).first()
    if held is None:
        raise CampaignGone
    return held
