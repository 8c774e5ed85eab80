"""Values of a line's own: what differs from the segment, and nothing else."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from contacts.services.edits import check_unchanged
from interactions.models import Attachment
from interactions.services.forget_contact import drop_unused

from ..models import Segment, SegmentLine
from ..models.line import DOCUMENT_ORIGIN
from .errors import SegmentChanged
from .steps import claim


def change_line(
    *,
    line: SegmentLine,
    values: Mapping[str, Any],
    user: Any,
    at: datetime,
    seen: Mapping[str, Any] | None = None,
) -> SegmentLine:
    """Write these own values; None inherits from the segment again.

    Own values are no step: they are neither gone back nor redone, so every line the
    contact has on the segment gets them. An own document is kept with who wrote it,
    when, and on which document: `document_base` if given, else the one that the line
    would have now. One that nothing refers to any more is deleted. `seen` is what
    stood there when the user looked. Raises SegmentChanged when the segment is gone or
    the line not on it any more, and ChangedMeanwhile where somebody else changed the
    same.
    """
    segment = line.segment
    with transaction.atomic():
        claim(segment=segment)
        stored = SegmentLine.objects.live().filter(pk=line.pk).first()
        if stored is None:
            raise SegmentChanged
        check_unchanged(stored=stored, values=values, seen=seen or {})
        if "document" in values:
            values = {**_origin(line, values, user, at), **values}
        for name, value in values.items():
            setattr(line, name, value)
        if values:
            segment.lines.filter(contact=line.contact_id).update(**values)
        if "document" in values and stored.document_id:
            drop_unused([stored.document_id])
        Segment.objects.filter(pk=segment.pk).update(updated_at=at)
    return line


def _origin(
    line: SegmentLine, values: Mapping[str, Any], user: Any, at: datetime
) -> dict[str, Any]:
    """Who wrote the own document, when, on which one; nothing where there is none."""
    if values["document"] is None:
        return dict.fromkeys(DOCUMENT_ORIGIN)
    origin = {"document_by": user, "document_at": at}
    if "document_base" not in values:
        origin["document_base"] = document_without_own(line)
    return origin


def document_without_own(line: SegmentLine) -> Attachment | None:
    """The document that the line would have if it had none of its own."""
    lines = SegmentLine.objects.filter(pk=line.pk)
    lines = lines.with_effective_values(only=["document_id"])
    found = lines.with_inherited_document().get()
    return Attachment.objects.filter(pk=found.inherited_document_id).first()
