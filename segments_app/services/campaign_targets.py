"""Whom an active campaign is aimed at (segments.md B.3).

The targets are the companies of those who were written to as targets, or are on an
open segment as such; of who works for nobody, the person.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from contacts.bounded import counted
from contacts.models import Contact
from contacts.models.insert_select import insert_from
from interactions.models import Campaign, CampaignTarget, InteractionLogEntry
from interactions.services.campaigns import held_campaign

from ..choices import TargetStage
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
def activate_campaign(
    *,
    campaign: Campaign,
    at: datetime,
    on_stage: Callable[[TargetStage], None] = lambda _stage: None,
) -> int:
    """Make the targets those of now and return how many there are.

    Of an active campaign they are brought up to date. What was cancelled or
    postponed makes nobody a target. `on_stage` is told what is being done. Raises
    NobodyTargeted, CampaignGone.
    """
    held = held_campaign(campaign)
    targeted = targeted_by(held)
    known = CampaignTarget.objects.filter(campaign=held)
    on_stage(TargetStage.LEAVING)
    known.exclude(contact__in=targeted).delete()
    on_stage(TargetStage.COMING)
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
    held = held_campaign(campaign)
    held.targets.all().delete()
    held.activated_at = None
    held.save(update_fields=["activated_at"])


def rows_to_activate(campaign: Campaign, most: int) -> int:
    """How many lines, interactions and targets activating it has to look at.

    They are counted no further than they have to be to know that they are more than
    `most`.
    """
    rows = (_aimed_lines(campaign), _aimed_entries(campaign), campaign.targets.all())
    return sum(counted(each, most) for each in rows)


def targeted_by(campaign: Campaign) -> QuerySet[Contact]:
    """The contacts whom lines and interactions make targets of the campaign."""
    key = BigIntegerField()
    of_lines: Any = Coalesce("contact__organisation_id", "contact_id", output_field=key)
    of_entries: Any = Coalesce("company_id", "contact_id", output_field=key)
    lines = _aimed_lines(campaign).order_by().values(target=of_lines)
    entries = _aimed_entries(campaign).order_by().values(target=of_entries)
    return Contact.objects.filter(Q(pk__in=lines) | Q(pk__in=entries))


def _aimed_lines(campaign: Campaign) -> QuerySet[SegmentLine]:
    lines = SegmentLine.objects.live().with_effective_values(
        only=["campaign_id", "campaign_target"]
    )
    aimed = Q(effective_campaign_id=campaign.pk, effective_campaign_target=True)
    return lines.filter(aimed)


def _aimed_entries(campaign: Campaign) -> QuerySet[InteractionLogEntry]:
    happened = InteractionLogEntry.objects.counted()
    return happened.filter(campaign=campaign, campaign_target=True)
