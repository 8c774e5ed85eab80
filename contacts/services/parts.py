"""What hangs on a contact: other addresses, closed channels, mailing groups.

A change of them is a change of the contact, so whoever edits it meanwhile is told.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    ContactChannelBlock,
    MailingGroup,
)
from .errors import ContactAnonymised, ContactError, ContactGone


def touch(contact: Contact, at: datetime) -> None:
    """Let the contact be changed `at`; it waits for others.

    Raises ContactGone, and ContactAnonymised where nothing may be added any more.
    """
    known = Contact.objects.filter(pk=contact.pk)
    if not known.filter(anonymised_at__isnull=True).update(updated_at=at):
        raise ContactAnonymised if known.exists() else ContactGone


def save_address(
    *,
    address: AlternativeAddress,
    periods: Iterable[AlternativeAddressPeriod],
    removed: Collection[AlternativeAddressPeriod] = (),
    user: Any,
    at: datetime,
) -> None:
    """Store an alternative address, these periods of it, and none of `removed`.

    Raises ContactGone, and ContactError when somebody took the code or a first day
    meanwhile; then nothing is changed.
    """
    try:
        with transaction.atomic():
            touch(address.contact, at)
            address.save()
            address.periods.filter(pk__in=[period.pk for period in removed]).delete()
            for period in periods:
                period.address = address
                period.contact = address.contact
                period.save()
    except IntegrityError as error:
        raise ContactError(
            _("Another address has this code, or a period that starts on that day.")
        ) from error


def remove_address(*, address: AlternativeAddress, user: Any, at: datetime) -> None:
    """Delete an alternative address with its periods."""
    with transaction.atomic():
        touch(address.contact, at)
        address.delete()


def block_channel(*, block: ContactChannelBlock, user: Any, at: datetime) -> None:
    """Send nothing through this channel; who said so is kept.

    Raises ContactGone, and ContactError when the channel is blocked already.
    """
    block.user = user
    try:
        with transaction.atomic():
            touch(block.contact, at)
            block.save()
    except IntegrityError as error:
        raise ContactError(
            _("This channel is blocked already."), field="channel"
        ) from error


def lift_block(*, block: ContactChannelBlock, user: Any, at: datetime) -> None:
    """Let the channel be used again."""
    with transaction.atomic():
        touch(block.contact, at)
        block.delete()


def choose_mailing_groups(
    *, contact: Contact, groups: Iterable[MailingGroup], user: Any, at: datetime
) -> None:
    """Let the contact be in these mailing groups and in no other."""
    with transaction.atomic():
        touch(contact, at)
        contact.mailing_groups.set(groups)
