"""Cover sheets that were printed, logged (contacts_interactions.md 5.8)."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from contacts.models import Contact
from contacts.models.insert_select import insert_from
from interactions.models import (
    InteractionLogEntry,
    InteractionTemplate,
    InteractionTemplateSetup,
    LoggedSegment,
)

from .addresses import Addresses


def cover_template() -> InteractionTemplate | None:
    """Return the template that cover sheets are logged with; None: they are not."""
    return InteractionTemplateSetup.load().cover_sheets


@transaction.atomic
def log_covers(
    *, addresses: Addresses, left: Collection[int], user: Any, at: datetime
) -> int:
    """Write one entry per cover sheet and return how many.

    `left` are the contacts whose sheet was left out while printing. Sheets that
    were logged at the same moment before, by a job that is taken up again, are not
    logged once more.
    """
    template = cover_template()
    if template is None:
        return 0
    logged = InteractionLogEntry.objects.filter(
        template=template, created_at=at, segment_number=addresses.number
    )
    printed = Contact.objects.filter(pk__in=addresses.contact_keys())
    printed = printed.exclude(pk__in=left).exclude(pk__in=logged.values("contact"))
    return insert_from(
        InteractionLogEntry,
        printed.order_by("pk"),
        contact=F("pk"),
        company=F("organisation_id"),
        salesperson=F("salesperson_id"),
        template=template,
        group=template.group,
        description=template.description or str(template),
        information_flow=template.information_flow,
        initiated_by=template.initiated_by,
        cost=template.unit_cost,
        duration=template.unit_duration,
        campaign=template.campaign,
        campaign_target=template.campaign_target,
        campaign_response=template.campaign_response,
        date=timezone.localdate(at),
        time=timezone.localtime(at).time().replace(microsecond=0),
        segment_number=addresses.number,
        logged_segment=_logged_segment(addresses),
        user=user,
        created_at=at,
    )


def _logged_segment(addresses: Addresses) -> LoggedSegment | None:
    run = getattr(addresses, "run", None)
    return run and run.logged_segment
