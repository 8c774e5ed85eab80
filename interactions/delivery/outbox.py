"""Draining the outbox: claim a row, send outside any transaction, record it.

A claim is a conditional UPDATE, so several senders share one outbox. The message
id is stored with the claim: a crash between sending and recording leaves the row
at `sending`, which is never sent again by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
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
from ..services.letters import NoLetter, letter_of
from .email import DeliveryError, Mail, send


@dataclass
class Outcome:
    """How many letters went out, and how many did not."""

    sent: int = 0
    failed: int = 0


def send_due(*, at: datetime) -> Iterator[Outcome]:
    """Send every e-mail that is due at `at`; yield the count after each."""
    outcome = Outcome()
    due = Delivery.objects.due(at).filter(channel=CorrespondenceType.EMAIL)
    with get_connection() as connection:
        for pk in due.values_list("pk", flat=True):
            message_id = make_msgid(domain="segments.invalid")
            if Delivery.objects.claim(pk=pk, at=at, message_id=message_id):
                if deliver(pk=pk, connection=connection):
                    outcome.sent += 1
                else:
                    outcome.failed += 1
                yield outcome


def deliver(*, pk: int, connection: BaseEmailBackend) -> bool:
    """Send one claimed piece and record what came of it."""
    delivery = Delivery.objects.select_related("entry__contact", "entry__document").get(
        pk=pk
    )
    try:
        _refuse_if_unwanted(delivery)
        send(_mail(delivery), connection)
    except DeliveryError as error:
        _record(delivery, DeliveryStatus.FAILED, error=str(error))
        return False
    _record(delivery, DeliveryStatus.SENT)
    return True


def _refuse_if_unwanted(delivery: Delivery) -> None:
    """Eligibility and blocked channels are asked once more, right before sending."""
    today = timezone.localdate()
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
    subject = entry.subject or entry.description
    return Mail(
        to=delivery.to_address,
        subject=" ".join(subject.split()),
        body=_("Please find our letter attached."),
        file_name=_file_name(subject),
        letter=_letter(entry),
        message_id=delivery.message_id,
    )


def _file_name(subject: str) -> str:
    try:
        return f"{get_valid_filename(subject)}.docx"
    except SuspiciousFileOperation:  # no letter or digit in it
        return "letter.docx"


def _letter(entry: InteractionLogEntry) -> bytes:
    """The letter as it was frozen; one that cannot be made stops no other."""
    try:
        return letter_of(entry)
    except (NoLetter, RenderError, TemplateError, FileNotFoundError) as error:
        raise DeliveryError(
            _("The letter could not be made: %s") % (str(error) or _("it is missing")),
            permanent=True,
        ) from error


def _record(delivery: Delivery, status: DeliveryStatus, error: str = "") -> None:
    with transaction.atomic():
        Delivery.objects.filter(pk=delivery.pk).update(
            status=status,
            error=error,
            sent_at=timezone.now() if status == DeliveryStatus.SENT else None,
        )
        InteractionLogEntry.objects.filter(pk=delivery.entry_id).update(
            delivery_status=status
        )
