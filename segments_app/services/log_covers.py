"""Cover sheets that were printed, logged (contacts_interactions.md 5.8)."""

import io
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

from .addresses import SegmentAddresses
from .alone import only_looking
from .campaign_entry import campaign_entry_for
from .print_paper import Asked, NothingOnPaper, print_paper


def cover_template() -> InteractionTemplate | None:
    """Return the template that cover sheets are logged with; None: they are not."""
    return InteractionTemplateSetup.load().cover_sheets


@transaction.atomic
def log_covers(
    *,
    contacts: Any,
    left: Collection[int] = (),
    segment_number: str = "",
    logged_segment: LoggedSegment | None = None,
    user: Any,
    at: datetime,
) -> int:
    """Write one entry per cover sheet and return how many.

    `contacts` are keys, or a query of them, and `left` those whose sheet was left out
    while printing. Where the template names a campaign, they are counted in its entry.
    Sheets that were logged at the same moment before, by a job that is taken up
    again, are not logged once more.
    """
    template = cover_template()
    if template is None:
        return 0
    logged = InteractionLogEntry.objects.filter(
        template=template, created_at=at, segment_number=segment_number
    )
    printed = Contact.objects.filter(pk__in=contacts)
    printed = printed.exclude(pk__in=left).exclude(pk__in=logged.values("contact"))
    printed = printed.order_by("pk")
    first = printed.first()
    if first is None:
        return 0
    day = timezone.localdate(at)
    campaign_entry = campaign_entry_for(
        campaign=template.campaign_id,
        logged_segment=logged_segment,
        day=day,
        salesperson=first.salesperson_id,
        user=user,
    )
    return insert_from(
        InteractionLogEntry,
        printed,
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
        campaign_entry=campaign_entry,
        campaign_target=template.campaign_target,
        campaign_response=template.campaign_response,
        date=day,
        time=timezone.localtime(at).time().replace(microsecond=0),
        segment_number=segment_number,
        logged_segment=logged_segment,
        user=user,
        created_at=at,
    )


def print_cover(*, contact: Contact, asked: Asked, user: Any, at: datetime) -> bytes:
    """Return the cover sheet of one contact as PDF, and log it if that is asked.

    Raises NothingOnPaper where the address is incomplete, or the contact must not be
    written to.
    """
    out = io.BytesIO()
    with only_looking(contact=contact, values={}) as segment:
        addresses = SegmentAddresses(segment)
        addresses.number = contact.number
        printed = print_paper(
            addresses=addresses, asked=asked, out=out, today=timezone.localdate(at)
        )
    if not printed.pieces:
        raise NothingOnPaper
    if asked.log:
        log_covers(contacts=[contact.pk], user=user, at=at)
    return out.getvalue()
