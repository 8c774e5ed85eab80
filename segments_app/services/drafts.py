"""Drafts of interactions: put off at any moment, taken up again by anybody."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from interactions.models import InteractionDraft, InteractionLogEntry
from interactions.services.forget_contact import drop_unused
from interactions.services.once import hold_submission, note_made

from ..models import SegmentLine
from .log_interaction import draft_to_go_on_with, hold_draft

# What the entry of a draft keeps: rows that must not be deleted meanwhile, and when.
OF_THE_ENTRY = (
    *("contact", "template", "campaign", "salesperson", "alternative_address"),
    *("document", "date", "time", "contact_via"),
)
# What is empty as long as the template is to give it.
OWN_VALUES = tuple(name for name in SegmentLine.OWN_VALUES if name not in OF_THE_ENTRY)


@transaction.atomic
def save_draft(
    *,
    values: Mapping[str, Any],
    draft: InteractionLogEntry | None = None,
    seen_at: datetime | None = None,
    once_key: UUID | None = None,
    user: Any,
    at: datetime,
) -> InteractionLogEntry:
    """Keep what is filled in so far, however little, and return the draft.

    It counts nowhere and nothing is sent. It belongs to who began it. `seen_at` is
    when it was kept that the user saw. Kept again with the same `once_key` it is the
    same draft. Raises DoneAlready, DraftGone and DraftChanged.
    """
    sent = hold_submission(once_key, at=at)
    held = draft_to_go_on_with(sent, draft, seen_at)
    entry = held or InteractionLogEntry(user=user)
    before = entry.document_id
    for name in OF_THE_ENTRY:
        setattr(entry, name, values.get(name))
    entry.contact_via = entry.contact_via or ""
    entry.description = values.get("description") or ""
    entry.company_id = entry.contact.organisation_id if entry.contact else None
    entry.created_at = at
    entry.postponed = True
    entry.save()
    own = {name: values.get(name) for name in OWN_VALUES}
    own = {name: value for name, value in own.items() if value is not None}
    InteractionDraft.objects.update_or_create(entry=entry, defaults={"own_values": own})
    if before and before != entry.document_id:
        drop_unused([before])
    note_made(sent, entry, at=at)
    return entry


def values_of_draft(draft: InteractionLogEntry) -> dict[str, Any]:
    """Return what `save_draft` kept."""
    values = {name: getattr(draft, name) for name in OF_THE_ENTRY}
    kept = InteractionDraft.objects.filter(entry=draft).first()
    for name, value in (kept.own_values if kept else {}).items():
        field: Any = SegmentLine._meta.get_field(name)
        values[name] = field.to_python(value)
    return values


@transaction.atomic
def delete_draft(*, draft: InteractionLogEntry) -> None:
    """Delete a draft and its own document; what is logged stays. Raises DraftGone."""
    held = hold_draft(draft)
    document = held.document_id
    held.delete()
    if document:
        drop_unused([document])
