"""Letters that came back: delivery-status messages (RFC 3464) in a Maildir.

Everything in a message was written by somebody else. Only the id of a message that we
sent, which cannot be guessed, leads to a letter.
"""

import email
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.header import Header, decode_header, make_header
from email.message import Message
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.encoding import punycode
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
LONGEST_FIELD = 4_000  # longer ones take for ever to decode
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
class Told:
    """What a message tells of one recipient, who may not be named."""

    recipient: str
    action: str
    status: str
    reason: str

    @property
    def has_failed(self) -> bool:
        return self.action == "failed"

    @property
    def said(self) -> str:
        """Why, as far as the message says it."""
        return self.reason or self.status

    def closes(self, address: str) -> bool:
        """Whether nothing can arrive at this address; of others nothing follows."""
        permanent = self.has_failed and self.status.startswith("5.")
        return permanent and self.recipient in ("", _comparable(address))


@dataclass(frozen=True)
class Report:
    """What one message tells of one of our letters, by recipient."""

    message_id: str
    told: tuple[Told, ...]

    def about(self, addresses: Iterable[str]) -> Told:
        """What it tells of one of these, or of whoever it names first."""
        ours = set(map(_comparable, addresses))
        return next(
            (told for told in self.told if told.recipient in ours), self.told[0]
        )


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
        told = tuple(map(_told, _recipient_fields(parts)))
        message_id = _message_id(parts)
    except BROKEN as error:
        raise Unreadable from error
    if not told or not message_id:
        raise Unreadable
    return Report(message_id, told)


def _told(fields: Message) -> Told:
    status = STATUS.search(_text(fields["Status"]))
    said = _text(fields["Diagnostic-Code"]).partition(";")[2] or _text(fields["Status"])
    return Told(
        recipient=_recipient(fields),
        action=_text(fields["Action"]).lower(),
        status=status.group() if status else "",
        reason=said.strip()[:LONGEST],
    )


def _recipient(fields: Message) -> str:
    """Whom the letter was meant for, or where it had got to; empty if not said."""
    for name in ("Original-Recipient", "Final-Recipient"):
        address = _text(fields[name]).partition(";")[2].strip(" <>")
        if "@" in address:
            return _comparable(address)
    return ""


def _comparable(address: str) -> str:
    """An address as mail servers compare it: they write every domain in ASCII."""
    name, _at, domain = address.casefold().rpartition("@")
    with suppress(UnicodeError):
        domain = punycode(domain)
    return f"{name}@{domain}"


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


def _recipient_fields(parts: list[Message]) -> Iterator[Message]:
    """The fields of each recipient; those of the message come before them."""
    for part in parts:
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            for block in blocks if isinstance(blocks, list) else []:
                if isinstance(block, Message) and block["Action"]:
                    yield block


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


def _text(value: str | Header | None) -> str:
    """A field as text, decoded, without what no database or page takes."""
    said = _with_letters(value or "")[:LONGEST_FIELD]
    with suppress(*BROKEN):
        said = str(make_header(decode_header(said)))
    return " ".join("".join(c if c.isprintable() else " " for c in said).split())


def _with_letters(value: str | Header) -> str:
    """A field whose bytes are not all ASCII; they are UTF-8 if anything."""
    if isinstance(value, str):
        return value
    parts = decode_header(value)
    return "".join(
        part.decode("utf-8", "replace") if isinstance(part, bytes) else part
        for part, _charset in parts
    )


@transaction.atomic
def _record(report: Report, recorded: Recorded, at: datetime) -> None:
    letter = _letter(report.message_id)
    if letter is None:
        raise Unreadable
    told = report.about(_addresses(letter, report.message_id))
    if not told.has_failed:
        recorded.delayed += 1
        return
    came = _came_back(letter, report.message_id, told)
    if came is None:
        recorded.known += 1
        return
    recorded.failed += 1
    entries = InteractionLogEntry.objects.filter(pk=letter.entry_id)
    entry = entries.select_related("contact", "alternative_address").get()
    if told.closes(came.to_address) and not _is_corrected(entry, came.to_address):
        recorded.blocked += _block(entry, came, at)


def _letter(message_id: str) -> Delivery | None:
    """The letter that was sent under this id, the last time or before, locked."""
    earlier = EarlierSending.objects.filter(message_id=message_id)
    locked = Delivery.objects.select_for_update(of=("self",))
    return (
        locked.filter(message_id=message_id).first()
        or locked.filter(entry__in=earlier.values("entry")).first()
    )


def _addresses(letter: Delivery, message_id: str) -> set[str]:
    """Where the letter went under this id."""
    earlier = EarlierSending.objects.filter(
        entry=letter.entry_id, message_id=message_id
    )
    return {letter.to_address, *earlier.values_list("to_address", flat=True)}


def _came_back(
    letter: Delivery, message_id: str, told: Told
) -> Delivery | EarlierSending | None:
    """Write down which sending of the letter came back; None where that is known."""
    said = CAME_BACK % told.said
    if letter.message_id == message_id:
        if letter.status == DeliveryStatus.SENDING:
            raise TooEarly
        if letter.status in ARRIVED:
            _fail(letter, said)
            return letter
    sendings = EarlierSending.objects.filter(
        entry=letter.entry_id, message_id=message_id, status__in=ARRIVED
    )
    earlier = sendings.last()
    if earlier is None:
        return None
    sendings.update(status=DeliveryStatus.FAILED, error=said)
    earlier.error = said
    if told.closes(earlier.to_address) and _goes_there_again(letter, earlier):
        _fail(letter, EARLIER_CAME_BACK % told.said)
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
