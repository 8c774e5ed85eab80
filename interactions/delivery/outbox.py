"""Draining the outbox: claim a row, send outside any transaction, record it.

A claim is a conditional UPDATE, so several senders share one outbox. The message
id is stored with the claim: a crash between sending and recording leaves the row
at `sending`, which is never sent again by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import make_msgid

from django.core.exceptions import SuspiciousFileOperation
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from contacts.choices import CorrespondenceType
from contacts.models import Contact

from ..choices import DeliveryStatus
from ..merge import RenderError, TemplateError
from ..models import Delivery, InteractionLogEntry
from ..services.documents import DocumentLost
from ..services.letters import NoLetter, letter_of
from .email import DeliveryError, Mail, OutcomeUnknown, call, hang_up, send

MOST_ATTEMPTS = 5
RETRY_AFTER = timedelta(minutes=15)


@dataclass
class Outcome:
    """How many letters went out, failed, wait for another attempt, or are unknown."""

    sent: int = 0
    failed: int = 0
    waiting: int = 0
    unknown: int = 0

    def count(self, status: str) -> None:
        match status:
            case DeliveryStatus.SENT:
                self.sent += 1
            case DeliveryStatus.QUEUED:
                self.waiting += 1
            case DeliveryStatus.UNKNOWN:
                self.unknown += 1
            case _:
                self.failed += 1


def send_due(*, at: datetime) -> Iterator[Outcome]:
    """Send every e-mail that is due at `at`; yield the count after each.

    Raises ServerUnreachable; the letters left are as they were.
    """
    outcome = Outcome()
    due = Delivery.objects.due(at).filter(channel=CorrespondenceType.EMAIL)
    line = get_connection()
    try:
        for pk in due.values_list("pk", flat=True):
            call(line)
            message_id = make_msgid(domain="segments.invalid")
            if Delivery.objects.claim(pk=pk, at=at, message_id=message_id):
                outcome.count(deliver(pk=pk, at=at, line=line))
                yield outcome
    finally:
        hang_up(line)


def deliver(*, pk: int, at: datetime, line: BaseEmailBackend) -> str:
    """Send one claimed piece, record what came of it and return its status."""
    delivery = Delivery.objects.select_related("entry__contact", "entry__document").get(
        pk=pk
    )
    try:
        _refuse_if_unwanted(delivery)
        send(_mail(delivery), line)
    except OutcomeUnknown as error:
        hang_up(line)
        return _record(delivery, DeliveryStatus.UNKNOWN, error=str(error))
    except DeliveryError as error:
        if error.permanent or delivery.attempts >= MOST_ATTEMPTS:
            return _record(delivery, DeliveryStatus.FAILED, error=str(error))
        hang_up(line)
        again = at + RETRY_AFTER * delivery.attempts
        return _record(
            delivery, DeliveryStatus.QUEUED, error=str(error), next_attempt_at=again
        )
    return _record(delivery, DeliveryStatus.SENT)


def _refuse_if_unwanted(delivery: Delivery) -> None:
    """Eligibility and blocked channels are asked once more, right before sending."""
    today = timezone.localdate(timezone=timezone.get_default_timezone())
    welcome = (
        Contact.objects.filter(interactions=delivery.entry_id)
        .eligible(ignore_exclusion=True)
        .may_receive(delivery.channel, today)
    )
    if not welcome.exists():
        raise DeliveryError(
            _("The contact must not receive anything through this channel."),
            permanent=True,
        )


def _mail(delivery: Delivery) -> Mail:
    entry = delivery.entry
    subject = " ".join((entry.subject or entry.description).split())
    return Mail(
        to=delivery.to_address,
        subject=subject,
        body=_("Please find our letter attached."),
        file_name=_file_name(subject),
        letter=_letter(entry),
        message_id=delivery.message_id,
    )


def _letter(entry: InteractionLogEntry) -> bytes:
    try:
        return letter_of(entry)
    except NoLetter as error:
        raise DeliveryError(_("There is no letter to send."), permanent=True) from error
    except (TemplateError, RenderError, DocumentLost, OSError) as error:
        raise DeliveryError(
            _("The letter cannot be made: %s") % error, permanent=True
        ) from error


def _file_name(subject: str) -> str:
    try:
        return f"{get_valid_filename(subject)}.docx"
    except SuspiciousFileOperation:
        return "letter.docx"


def _record(
    delivery: Delivery,
    status: DeliveryStatus,
    error: str = "",
    next_attempt_at: datetime | None = None,
) -> str:
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            status=status,
            error=error,
            next_attempt_at=next_attempt_at,
            sent_at=timezone.now() if status == DeliveryStatus.SENT else None,
        )
        InteractionLogEntry.objects.filter(pk=delivery.entry_id).update(
            delivery_status=status
        )
    return status
