"""Channels that are closed to a contact, and opened again.

A change of them is a change of the contact, so whoever edits it meanwhile is told.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..choices import BlockReason, ChangeKind
from ..models import Contact, ContactChannelBlock
from .changes import parts_changed, record_change
from .errors import ContactAnonymised, ContactError, ContactGone

BLOCK = ("channel", "reason", "since", "source")
# What may be mended one day. What the contact wishes stands above it.
PASSING = (BlockReason.RETURNED, BlockReason.BOUNCED)


def touch(contact: Contact, at: datetime) -> None:
    """Let the contact be changed `at`; it waits for others.

    Raises ContactGone, and ContactAnonymised where nothing may be added any more.
    """
    known = Contact.objects.filter(pk=contact.pk)
    if not known.filter(anonymised_at__isnull=True).update(updated_at=at):
        raise ContactAnonymised if known.exists() else ContactGone


def block_channel(*, block: ContactChannelBlock, user: Any, at: datetime) -> None:
    """Send nothing through this channel; who said so is kept.

    Raises ContactGone, and ContactError when the channel is blocked already.
    """
    block.user = user
    try:
        with transaction.atomic():
            touch(block.contact, at)
            block.save()
            _record_block(block, {}, values_told(block, BLOCK), user=user, at=at)
    except IntegrityError as error:
        raise ContactError(
            _("This channel is blocked already."), field="channel"
        ) from error


@transaction.atomic
def block_as_wished(*, block: ContactChannelBlock, user: Any, at: datetime) -> None:
    """Send nothing through this channel, for the contact said so.

    What blocked it for the time being, or only from a later day, is this block from
    now on. Raises ContactGone and ContactAnonymised.
    """
    touch(block.contact, at)
    blocks = ContactChannelBlock.objects.filter(contact=block.contact)
    earlier = blocks.filter(channel=block.channel).first()
    if earlier is None:
        block_channel(block=block, user=user, at=at)
    elif earlier.reason in PASSING or earlier.since > block.since:
        before = values_told(earlier, BLOCK)
        block.pk, block.user = earlier.pk, user
        block.since = min(earlier.since, block.since)
        block.save()
        after = values_told(block, BLOCK)
        _record_block(block, before, after, user=user, at=at)


def lift_block(*, block: ContactChannelBlock, user: Any, at: datetime) -> None:
    """Let the channel be used again."""
    with transaction.atomic():
        touch(block.contact, at)
        block.delete()
        _record_block(block, values_told(block, BLOCK), {}, user=user, at=at)


def values_told(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """Return these columns of a row, as the trail tells what hangs on a contact."""
    return {name: getattr(row, name) for name in names}


def _record_block(
    block: ContactChannelBlock,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    user: Any,
    at: datetime,
) -> None:
    record_change(
        contact=block.contact,
        kind=ChangeKind.PRIVACY,
        values=parts_changed("channel_blocks", before, after),
        user=user,
        at=at,
    )
