"""Letters that came back: delivery-status messages (RFC 3464) in a Maildir.

Everything in a message was written by somebody else. Only the id of a message that we
sent, which cannot be guessed, leads to a letter.
"""

import email
import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.message import Message
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.choices import BlockReason, CorrespondenceType
from contacts.models import ContactChannelBlock
from contacts.services.blocks import block_channel
from contacts.services.errors import ContactError

from ..choices import DeliveryStatus
from ..models import Delivery, EarlierSending, InteractionLogEntry
from ..undelivered import CAME_BACK, EARLIER_CAME_BACK
from .errors import InteractionError

# All that a report tells stands before the body of the letter that came back.
READ = 256 * 1024
# A letter of ours has four; each more is another look at every line.
MOST_BOUNDARIES = 20
MOST_PARTS = 100
LONGEST = 500
ARRIVED = (DeliveryStatus.SENT, DeliveryStatus.UNKNOWN)
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
# What a parser of mail says of a message that is none, or is meant to break it.
BROKEN = (MessageError, ValueError, LookupError, AttributeError, RecursionError)


class NoMaildir(InteractionError):
    """The folder is no Maildir."""


class Unreadable(Exception):
    """The message tells nothing of a delivery."""


class TooEarly(Unreadable):
    """The sender of the letter has not written down yet that it went."""


@dataclass
class Recorded:
    """How many messages told of what; those that were left stay where they are."""

    failed: int = 0
    blocked: int = 0
    known: int = 0
    delayed: int = 0
    left: int = 0


@dataclass(frozen=True)
class Report:
    """What one message tells of one of our letters."""

    message_id: str
    action: str
    status: str
    reason: str

    @property
    def has_failed(self) -> bool:
        return self.action == "failed"

    @property
    def is_permanent(self) -> bool:
        return self.has_failed and self.status.startswith("5.")

    @property
    def said(self) -> str:
        """Why, as far as the message says it."""
        return self.reason or self.status


def record_bounces(*, maildir: Path, at: datetime) -> Iterator[Recorded]:
    """Read every message once; yield the count after each. Raises NoMaildir.

    What was recorded is moved to `.processed`, so a second run does nothing twice.
    """
    if not all((maildir / name).is_dir() for name in ("new", "cur")):
        raise NoMaildir(_("%s is no Maildir: it has no folders new and cur.") % maildir)
    done = maildir / ".processed"
    done.mkdir(mode=0o700, exist_ok=True)
    recorded = Recorded()
    for path in _messages(maildir):
        try:
            report = read_report(_content(path))
            _record(report, recorded, at)
        except (Unreadable, OSError):
            recorded.left += 1
        else:
            with suppress(FileNotFoundError):  # another has read it too
                path.replace(done / path.name)
        yield recorded


def read_report(content: bytes) -> Report:
    """Return what a delivery-status message tells. Raises Unreadable."""
    try:
        message = email.message_from_bytes(_beginning(content))
        parts = _parts(message)
        fields = _recipient_fields(parts)
        message_id = _message_id(parts)
    except BROKEN as error:
        raise Unreadable from error
    if fields is None or not message_id:
        raise Unreadable
    status = STATUS.search(_text(fields["Status"]))
    said = _text(fields["Diagnostic-Code"]).partition(";")[2] or _text(fields["Status"])
    return Report(
        message_id=message_id,
        action=_text(fields["Action"]).lower(),
        status=status.group() if status else "",
        reason=said.strip()[:LONGEST],
    )


def _messages(maildir: Path) -> list[Path]:
    """The files of messages, the oldest first; nothing that leads elsewhere."""
    found = []
    for name in ("new", "cur"):
        with os.scandir(maildir / name) as entries:
            found += [
                Path(entry.path)
                for entry in entries
                if entry.is_file(follow_symlinks=False)
            ]
    return sorted(found, key=lambda path: path.name)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(READ)


def _beginning(content: bytes) -> bytes:
    """What is read of a message, unless reading it would take for ever."""
    beginning = content[:READ]
    if beginning.lower().count(b"boundary") > MOST_BOUNDARIES:
        raise Unreadable
    return beginning


def _parts(message: Message) -> list[Message]:
    parts = []
    for part in message.walk():
        parts.append(part)
        if len(parts) > MOST_PARTS:
            raise Unreadable
    return parts


def _recipient_fields(parts: list[Message]) -> Message | None:
    """The fields of the recipient; those of the message come before them."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, Message) and block["Action"]:
                    return block
    return None


def _message_id(parts: list[Message]) -> str:
    """The id of the letter: it comes back with it, whole or with its head alone."""
    for head in map(_head, parts[1:]):
        found = head and MESSAGE_ID.search(_text(head["Message-ID"]))
        if found:
            return found.group()
    return ""


def _head(part: Message) -> Message | None:
    """The head of the letter that came back, if this part has it."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        inner = part.get_payload()
        whole = inner[0] if isinstance(inner, list) and inner else None
        return whole if isinstance(whole, Message) else None
    if kind == "text/rfc822-headers":
        lines = part.get_payload(decode=True)
        return email.message_from_bytes(lines) if isinstance(lines, bytes) else None
    return None


def _text(value: object) -> str:
    """A field as text without what no database or page takes."""
    said = str(value or "").encode("ascii", "replace").decode()
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())


@transaction.atomic
def _record(report: Report, recorded: Recorded, at: datetime) -> None:
    letter = _letter(report.message_id)
    if letter is None:
        raise Unreadable
    if not report.has_failed:
        recorded.delayed += 1
        return
    came = _came_back(letter, report)
    if came is None:
        recorded.known += 1
        return
    recorded.failed += 1
    entries = InteractionLogEntry.objects.filter(pk=letter.entry_id)
    entry = entries.select_related("contact", "alternative_address").get()
    if report.is_permanent and not _is_corrected(entry, came.to_address):
        recorded.blocked += _block(entry, came, at)


def _letter(message_id: str) -> Delivery | None:
    """The letter that was sent under this id, the last time or before, locked."""
    earlier = EarlierSending.objects.filter(message_id=message_id)
    locked = Delivery.objects.select_for_update(of=("self",))
    return (
        locked.filter(message_id=message_id).first()
        or locked.filter(entry__in=earlier.values("entry")).first()
    )


def _came_back(letter: Delivery, report: Report) -> Delivery | EarlierSending | None:
    """Write down which sending of the letter came back; None where that is known."""
    said = CAME_BACK % report.said
    if letter.message_id == report.message_id:
        if letter.status == DeliveryStatus.SENDING:
            raise TooEarly
        if letter.status in ARRIVED:
            _fail(letter, said)
            return letter
    sendings = EarlierSending.objects.filter(
        entry=letter.entry_id, message_id=report.message_id, status__in=ARRIVED
    )
    earlier = sendings.last()
    if earlier is None:
        return None
    sendings.update(status=DeliveryStatus.FAILED, error=said)
    earlier.error = said
    if report.is_permanent and _goes_there_again(letter, earlier):
        _fail(letter, EARLIER_CAME_BACK % report.said)
    return earlier


def _goes_there_again(letter: Delivery, earlier: EarlierSending) -> bool:
    """Whether the letter waits to go where it cannot arrive."""
    same = letter.to_address.casefold() == earlier.to_address.casefold()
    return same and letter.status == DeliveryStatus.QUEUED


def _fail(letter: Delivery, said: str) -> None:
    letter.status, letter.error = DeliveryStatus.FAILED, said
    letter.save(update_fields=["status", "error"])
    InteractionLogEntry.objects.filter(pk=letter.entry_id).update(
        delivery_status=DeliveryStatus.FAILED
    )


def _is_corrected(entry: InteractionLogEntry, address: str) -> bool:
    """Whether the contact gets e-mail elsewhere by now."""
    holders = (entry.alternative_address, entry.contact)
    now = next((each.email for each in holders if each and each.email), address)
    return now.casefold() != address.casefold()


def _block(
    entry: InteractionLogEntry, came: Delivery | EarlierSending, at: datetime
) -> bool:
    """Close e-mail to who cannot be reached; false where it is closed already."""
    block = ContactChannelBlock(
        contact=entry.contact,
        channel=CorrespondenceType.EMAIL,
        reason=BlockReason.BOUNCED,
        source=f"{came.to_address} {came.told}"[:200],
        since=timezone.localdate(at, timezone.get_default_timezone()),
    )
    try:
        with transaction.atomic():
            block_channel(block=block, user=None, at=at)
    except ContactError:
        return False
    return True
