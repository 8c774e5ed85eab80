"""One interaction with one contact, logged by itself (segments.md 6).

The contact is put alone on a segment that lives in this transaction only, so values,
checks and letters follow the rules of segments; see `alone`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from contacts.choices import CorrespondenceType
from contacts.models import MarketingSetup
from interactions.choices import DeliveryStatus, RunKind
from interactions.models import (
    Delivery,
    InteractionDraft,
    InteractionLogEntry,
    Run,
    Submission,
)
from interactions.services.once import DoneAlready, hold_submission, note_made

from ..models import Segment
from .alone import line_alone, problems_alone, put_alone
from .campaign_entry import campaign_entry_for
from .errors import SegmentError
from .freeze import freeze_letters, said_of_us
from .preflight import lines_with_letter
from .subjects import fill_subjects

NO_SEGMENT = ""
# What an entry takes over from its line as it is, by the names there.
SAME_IN_LINE_AND_ENTRY = (
    *("template_id", "group_id", "campaign_id", "salesperson_id", "document_id"),
    *("description", "subject", "language", "cost", "duration", "date", "evaluation"),
    *("information_flow", "initiated_by", "campaign_target", "campaign_response"),
    *("correspondence_type", "email_form"),
)
# What the line knows nothing of, by the names in the entry.
OF_THE_ENTRY_ALONE = ("time", "contact_via", "attempt_failed")
# By the kind of a problem: the value that mends it.
MENDED_BY = {
    "channel_blocked": "correspondence_type",
    "email_missing": "correspondence_type",
    "address_missing": "correspondence_type",
    "no_document": "own_document",
    "document_unreadable": "own_document",
    "no_template": "template",
    "no_description": "description",
    "salesperson_needed": "salesperson",
    "privacy_blocked": "contact",
    "minor": "contact",
}


class InteractionRefused(SegmentError):
    """It cannot be logged; `faults` says why, by the value that mends it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))


class DraftGone(SegmentError):
    """Somebody else logged the draft or deleted it."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Somebody else has logged or deleted this draft. What you typed is "
                "still here: log it as a new interaction, or leave it."
            )
        )


class DraftChanged(SegmentError):
    """Somebody else kept the draft anew since the user opened it; `draft` is it."""

    def __init__(self, draft: InteractionLogEntry) -> None:
        self.draft = draft
        super().__init__(
            _(
                "Somebody else has changed this draft since you opened it. Go on, and "
                "what you typed takes the place of it."
            )
        )


@transaction.atomic(durable=True)
def log_interaction(
    *,
    values: Mapping[str, Any],
    deliver: bool = False,
    draft: InteractionLogEntry | None = None,
    seen_at: datetime | None = None,
    once_key: UUID | None = None,
    user: Any,
    at: datetime,
) -> InteractionLogEntry:
    """Log one interaction and return its entry; a draft becomes that entry.

    `values` are own values of a line, the contact, and what only entries have. With
    `deliver` an e-mail is put into the outbox, and a letter on paper waits for the
    post. `seen_at` is when the draft was kept that the user saw. What was logged with
    the same `once_key` is not logged again. Raises InteractionRefused, DoneAlready,
    DraftGone and DraftChanged; then nothing has changed.
    """
    sent = hold_submission(once_key, at=at)
    entry = draft_to_go_on_with(sent, draft, seen_at) or InteractionLogEntry()
    segment = put_on_segment(values)
    _refuse_problems(segment, deliver=deliver)
    entry = write_entry(
        entry=entry, segment=segment, values=values, deliver=deliver, user=user, at=at
    )
    InteractionDraft.objects.filter(entry=entry).delete()
    segment.delete()
    note_made(sent, entry, at=at)
    return entry


def put_on_segment(values: Mapping[str, Any]) -> Segment:
    """Put the contact alone on a segment. Raises InteractionRefused.

    Whom, with which template, by whom and what about: all four must be known.
    """
    missing = {}
    if not values.get("contact"):
        missing["contact"] = _("You must select a contact to interact with.")
    if not values.get("template"):
        missing["template"] = _("You must fill in the interaction template.")
    if missing:
        raise InteractionRefused(missing)
    segment = put_alone(contact=values["contact"], values=values)
    line: Any = line_alone(segment)
    if not line.effective_salesperson_id:
        missing["salesperson"] = _("You must fill in the salesperson.")
    if not line.effective_description:
        missing["description"] = _("You must fill in the description.")
    if missing:
        raise InteractionRefused(missing)
    return segment


def draft_to_go_on_with(
    sent: Submission, draft: InteractionLogEntry | None, seen_at: datetime | None
) -> InteractionLogEntry | None:
    """Lock and return the draft that the page is about; None where there is none.

    A page that was kept as a draft and is sent again is about that draft, as it was
    kept then. Raises DoneAlready where it was logged, DraftGone, DraftChanged.
    """
    if not sent.is_done:
        return hold_draft(draft, seen_at) if draft else None
    made: Any = sent.made
    if made is None:
        raise DraftGone
    if not is_draft(made):
        raise DoneAlready(made)
    return hold_draft(made, seen_at, sent.made_at)


def is_draft(made: Any) -> bool:
    """Whether this is an interaction that was put off."""
    return isinstance(made, InteractionLogEntry) and made.postponed


def hold_draft(
    draft: InteractionLogEntry, *seen_at: datetime | None
) -> InteractionLogEntry:
    """Lock a draft until the transaction ends, and return it.

    Raises DraftGone, and DraftChanged if it was kept at another moment than the user
    saw it.
    """
    drafts = InteractionLogEntry.objects.filter(postponed=True)
    held = drafts.select_for_update().filter(pk=draft.pk).first()
    if held is None:
        raise DraftGone
    if any(seen_at) and held.created_at not in seen_at:
        raise DraftChanged(held)
    return held


def write_entry(
    *,
    entry: InteractionLogEntry,
    segment: Segment,
    values: Mapping[str, Any],
    deliver: bool,
    user: Any,
    at: datetime,
    segment_number: str = NO_SEGMENT,
    with_letter: bool = True,
) -> InteractionLogEntry:
    """Write the entry of the contact who is alone on `segment`, and the letter."""
    line: Any = line_alone(segment)
    for name in SAME_IN_LINE_AND_ENTRY:
        setattr(entry, name, getattr(line, f"effective_{name}"))
    if not with_letter:
        entry.document = None
    for name in OF_THE_ENTRY_ALONE:
        if values.get(name) is not None:
            setattr(entry, name, values[name])
    entry.contact = line.contact
    entry.company_id = line.contact.organisation_id
    entry.alternative_address_id = line.effective_address_id
    entry.campaign_entry = campaign_entry_for(
        campaign=line.effective_campaign_id,
        day=line.effective_date,
        salesperson=line.effective_salesperson_id,
        user=user,
    )
    entry.segment_number = segment_number
    entry.user = user
    entry.created_at = at
    entry.postponed = False
    _say_where_it_goes(entry, line, deliver=deliver)
    entry.save()
    if entry.document_id:
        _freeze(entry, segment, user=user, at=at)
    if entry.delivery_status:
        Delivery.objects.create(
            entry=entry,
            channel=entry.correspondence_type,
            to_address=entry.contact_via if _by_email(entry) else "",
        )
    return entry


def _refuse_problems(segment: Segment, *, deliver: bool) -> None:
    problems = problems_alone(segment, deliver=deliver)
    faults = {
        MENDED_BY.get(problem.kind, ""): str(problem.message)
        for problem in reversed(problems)
        if problem.refuses
    }
    line: Any = line_alone(segment)
    if deliver and not line.effective_correspondence_type:
        faults["correspondence_type"] = _("Choose how the letter goes out.")
    if faults:
        raise InteractionRefused(faults)


def _say_where_it_goes(entry: InteractionLogEntry, line: Any, *, deliver: bool) -> None:
    """An e-mail without an address is logged without a channel (segments.md 5.3)."""
    if _by_email(entry):
        entry.contact_via = line.effective_email
        if not entry.contact_via:
            entry.correspondence_type = ""
    goes_out = deliver and entry.document_id and entry.correspondence_type
    entry.delivery_status = DeliveryStatus.QUEUED if goes_out else ""


def _by_email(entry: InteractionLogEntry) -> bool:
    return entry.correspondence_type == CorrespondenceType.EMAIL


def _freeze(
    entry: InteractionLogEntry, segment: Segment, *, user: Any, at: datetime
) -> None:
    """Freeze the letter as a run of one, numbered 1.

    A letter that leaves its only reader out is none: then nothing goes out.
    """
    run = Run.objects.create(
        segment_number=NO_SEGMENT,
        kind=RunKind.SEND if _by_email(entry) else RunKind.PRINT,
        created_at=at,
        user=user,
        **said_of_us(MarketingSetup.load()),
    )
    reader: Any = entry.contact
    run.items.create(sequence=1, contact=reader, entry=entry)
    if freeze_letters(lines_with_letter(segment), run):
        if entry.delivery_status:
            raise InteractionRefused(
                {"": _("A field of the letter leaves this contact out.")}
            )
        entry.document = None
        entry.save(update_fields=["document"])
    elif fill_subjects(InteractionLogEntry.objects.filter(pk=entry.pk)):
        entry.refresh_from_db(fields=["subject"])
