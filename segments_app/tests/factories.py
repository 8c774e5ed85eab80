"""Segments for tests."""

import datetime
from typing import Any

from contacts.models import Contact
from contacts.models.querysets import ContactQuerySet
from segments_app.models import Segment, SegmentLine, SegmentStep

TODAY = datetime.date(2026, 11, 20)
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)


def make_segment(
    *contacts: Contact, description: str = "Christmas letter", **values: Any
) -> Segment:
    """Return a stored segment; contacts are on it by one step by hand."""
    values.setdefault("date", TODAY)
    segment = Segment.objects.create(description=description, **values)
    if contacts:
        count = len(contacts)
        SegmentStep.objects.create(
            segment=segment, position=1, kind="by_hand", entered=count, total=count
        )
        segment.position = 1
        segment.save(update_fields=["position"])
        SegmentLine.objects.bulk_create(
            SegmentLine(
                segment=segment, contact=contact, added_step=1, position=position
            )
            for position, contact in enumerate(contacts, start=1)
        )
    return segment


def these(*contacts: Contact) -> ContactQuerySet:
    """Return these contacts as the services take them."""
    return Contact.objects.filter(pk__in=[contact.pk for contact in contacts])


def version_at(segment: Segment, position: int) -> str:
    """What a page says that showed the steps of now, standing at this one."""
    last = segment.steps.order_by("-position").values_list("pk", flat=True).first()
    return f"{position}.{last or 0}"


def names_on(segment: Segment) -> list[str]:
    """Return the names on the segment at its cursor, in the order of the lines."""
    segment.refresh_from_db(fields=["position"])
    lines = segment.lines.live().order_by("position")
    return list(lines.values_list("contact__name", flat=True))
