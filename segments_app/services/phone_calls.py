"""Telephone calls: logged at once, whether anybody was reached (segments.md 6.6)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.models import Contact
from contacts.phones import check_phone, e164
from interactions.choices import InformationFlow, InitiatedBy
from interactions.models import (
    InteractionComment,
    InteractionLogEntry,
    InteractionTemplateSetup,
)
from interactions.services.once import DoneAlready, hold_submission, note_made

from ..models import Segment, SegmentLine
from .errors import SegmentChanged, SegmentError
from .log_interaction import (
    NO_SEGMENT,
    InteractionRefused,
    put_on_segment,
    write_entry,
)
from .preflight import lines_to_log, preflight
from .steps import claim


@dataclass(frozen=True)
class Number:
    """A telephone number as it was typed, whose it is, and as it is dialled."""

    typed: str
    whose: str
    dialled: str


NEVER = ("privacy_blocked", "minor")


class NoCallTemplate(SegmentError):
    """The set-up does not say what calls are logged with."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "No template is chosen for outgoing calls. The administrator chooses "
                "it in the set-up of interaction templates."
            )
        )


def call_template() -> Any:
    """Return the template of outgoing calls. Raises NoCallTemplate."""
    template = InteractionTemplateSetup.load().outgoing_calls
    if template is None:
        raise NoCallTemplate
    return template


def numbers_of(contact: Contact) -> list[Number]:
    """Return the numbers that the contact can be called at, each once."""
    found: dict[str, Number] = {}
    for number in _numbers(contact):
        if number.typed:
            found.setdefault(number.typed, number)
    return list(found.values())


def _numbers(contact: Contact) -> Iterator[Number]:
    yield Number(contact.phone, _("Phone"), contact.phone_e164)
    yield Number(contact.mobile, _("Mobile"), contact.mobile_e164)
    for address in contact.alternative_addresses.order_by("code"):
        dialled = e164(address.phone, address.country or contact.country)
        yield Number(address.phone, str(address), dialled)
    if company := contact.company:
        yield Number(company.phone, company.name, company.phone_e164)
        yield Number(company.mobile, company.name, company.mobile_e164)


@transaction.atomic(durable=True)
def log_call(
    *,
    values: Mapping[str, Any],
    comment: str = "",
    line: SegmentLine | None = None,
    once_key: UUID | None = None,
    user: Any,
    at: datetime,
) -> InteractionLogEntry:
    """Log a call that was made, today or before, and return its entry.

    `values` are as for `log_interaction`; `attempt_failed` says that nobody was
    reached, which is no contact. A call to who is on a segment is done with it: the
    line is not logged again. Called for the campaign of the line, the contact is its
    target as on the segment. What was logged with the same `once_key` is not logged
    again. Raises InteractionRefused, NoCallTemplate, DoneAlready, and SegmentChanged
    where the line is gone or done already.
    """
    sent = hold_submission(once_key, at=at)
    if sent.is_done:
        raise DoneAlready(sent.made)
    segment = _hold(line) if line else None
    values = {
        **(_aim(line, values) if line else {}),
        "information_flow": InformationFlow.OUTBOUND,
        "initiated_by": InitiatedBy.US,
        **values,
        "template": call_template(),
        "correspondence_type": "",
    }
    if not values.get("contact_via"):
        raise InteractionRefused({"contact_via": _("You must fill in the number.")})
    alone = put_on_segment(values)
    _refuse_faulty(values, at)
    for problem in preflight(segment=alone, deliver=False):
        if problem.kind in NEVER:
            raise InteractionRefused({"": str(problem.message)})
    entry = write_entry(
        entry=InteractionLogEntry(),
        segment=alone,
        values=values,
        deliver=False,
        user=user,
        at=at,
        segment_number=segment.number if segment else NO_SEGMENT,
        with_letter=False,
    )
    alone.delete()
    if comment:
        day: Any = entry.date
        InteractionComment.objects.create(
            entry=entry, date=day, text=comment, user=user
        )
    if segment and line:
        segment.lines.filter(contact=line.contact_id).update(done_entry=entry)
        Segment.objects.filter(pk=segment.pk).update(updated_at=at)
    note_made(sent, entry, at=at)
    return entry


def _refuse_faulty(values: Mapping[str, Any], at: datetime) -> None:
    """Refuse a day to come, whether somebody was reached or not, and what is no number.

    A number that the contact has is called as it is, however it was stored.
    """
    faults = {}
    day = values.get("date")
    if day and day > timezone.localdate(at, timezone.get_default_timezone()):
        faults["date"] = _("This day has not come yet.")
    contact, number = values["contact"], values["contact_via"]
    if number not in {known.typed for known in numbers_of(contact)}:
        try:
            check_phone(number, _country_of(contact), get_language() or "en")
        except ValidationError as error:
            faults["contact_via"] = " ".join(error.messages)
    if faults:
        raise InteractionRefused(faults)


def _country_of(contact: Contact) -> str:
    """The country whose numbers the contact has."""
    return contact.country or (contact.company.country if contact.company else "")


def _aim(line: SegmentLine, values: Mapping[str, Any]) -> dict[str, Any]:
    """Whether who is on this line is a target of the campaign that is called for."""
    aimed = ("campaign_id", "campaign_target")
    lines = SegmentLine.objects.with_effective_values(only=aimed)
    held: Any = lines.get(pk=line.pk)
    campaign = values.get("campaign")
    if campaign is None or campaign.pk != held.effective_campaign_id:
        return {}
    return {"campaign_target": held.effective_campaign_target}


def _hold(line: SegmentLine) -> Segment:
    """Claim the segment of a line that is still to be logged. Raises SegmentChanged."""
    segment = line.segment
    claim(segment=segment)
    if not lines_to_log(segment).filter(pk=line.pk).exists():
        raise SegmentChanged
    return segment
