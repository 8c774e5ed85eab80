"""Mail that came back: nothing goes to the address on paper until it is corrected."""

from datetime import date, datetime
from typing import Any

from django.db.models import Q

from ..choices import BlockReason, CorrespondenceType
from ..models import AlternativeAddress, Contact, ContactChannelBlock
from .blocks import block_channel, lift_block
from .inherit import ADDRESS

POSTAL = (*ADDRESS, "country")


def suspend_address(
    *,
    contact: Contact,
    address: AlternativeAddress | None,
    since: date,
    source: str,
    user: Any,
    at: datetime,
) -> bool:
    """Send nothing on paper until the address is corrected.

    `address` is the alternative address that was used, None for the contact's own.
    False where paper was blocked already, and where the contact is forgotten.
    """
    blocks = ContactChannelBlock.objects.filter(contact=contact)
    closed = blocks.filter(channel=CorrespondenceType.HARD_COPY).exists()
    if closed or contact.anonymised_at:
        return False
    block = ContactChannelBlock(
        contact=contact,
        channel=CorrespondenceType.HARD_COPY,
        reason=BlockReason.RETURNED,
        since=since,
        source=source,
        address=address,
    )
    block_channel(block=block, user=user, at=at)
    return True


def lift_suspension(*, contact: Contact, user: Any, at: datetime) -> int:
    """Take back what `suspend_address` did; return how many blocks are lifted."""
    return _lift(Q(contact=contact), user, at)


def lift_for_contact(*, contact: Contact, user: Any, at: datetime) -> int:
    """The contact's own address was corrected; return how many blocks are lifted."""
    return _lift(Q(contact=contact, address=None), user, at)


def lift_for_people(*, company: Contact, user: Any, at: datetime) -> int:
    """The same for people who took the corrected address over from their company."""
    same = {f"contact__{name}": getattr(company, name) for name in ADDRESS}
    people = Q(contact__company=company, contact__anonymised_at=None, address=None)
    return _lift(people & Q(**same), user, at)


def lift_for_address(*, address: AlternativeAddress, user: Any, at: datetime) -> int:
    """The same where an alternative address was corrected or deleted, for whoever
    got mail there.
    """
    return _lift(Q(address=address, contact__anonymised_at=None), user, at)


def _lift(which: Q, user: Any, at: datetime) -> int:
    blocks = ContactChannelBlock.objects.filter(
        which, channel=CorrespondenceType.HARD_COPY, reason=BlockReason.RETURNED
    )
    lifted = list(blocks.select_related("contact").order_by("contact"))
    for block in lifted:
        lift_block(block=block, user=user, at=at)
    return len(lifted)
