"""What hangs on a contact: other addresses, mailing groups.

A change of them is a change of the contact, so whoever edits it meanwhile is told.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..choices import ChangeKind
from ..models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    MailingGroup,
)
from ..models.postal import overlap_message, overlapping
from .blocks import touch, values_told
from .changes import codes_changed, parts_changed, record_change
from .errors import ContactError
from .returned_mail import POSTAL, lift_for_address

ADDRESS = (
    "code",
    "company_name",
    "address",
    "address_2",
    "postcode",
    "city",
    "county",
    "country",
    "phone",
    "email",
)


def save_address(
    *,
    address: AlternativeAddress,
    periods: Iterable[AlternativeAddressPeriod],
    removed: Collection[AlternativeAddressPeriod] = (),
    user: Any,
    at: datetime,
) -> int:
    """Store an alternative address, these periods of it, and none of `removed`.

    Returns how many blocks of returned mail it lifts, for the address is another.
    Raises ContactGone, and ContactError when somebody took the code or days of a
    period meanwhile; then nothing is changed.
    """
    contact = address.contact
    try:
        with transaction.atomic():
            touch(contact, at)
            before = _stored_address(address)
            address.save()
            address.periods.filter(pk__in=[period.pk for period in removed]).delete()
            for period in periods:
                period.address = address
                period.contact = contact
                period.save()
            _check_periods(address)
            after = _stored_address(address)
            _record_address(contact, before, after, user=user, at=at)
            if any(before.get(name) != after[name] for name in POSTAL):
                return lift_for_address(address=address, user=user, at=at)
    except IntegrityError as error:
        raise ContactError(
            _("Another address has this code, or a period that starts on that day.")
        ) from error
    return 0


def remove_address(*, address: AlternativeAddress, user: Any, at: datetime) -> int:
    """Delete an alternative address with its periods.

    Returns how many blocks of mail that came back from it are lifted.
    """
    with transaction.atomic():
        touch(address.contact, at)
        before = _stored_address(address)
        lifted = lift_for_address(address=address, user=user, at=at)
        address.delete()
        _record_address(address.contact, before, {}, user=user, at=at)
    return lifted


def choose_mailing_groups(
    *, contact: Contact, groups: Iterable[MailingGroup], user: Any, at: datetime
) -> None:
    """Let the contact be in these mailing groups and in no other."""
    with transaction.atomic():
        touch(contact, at)
        was, becomes = list(contact.mailing_groups.all()), list(groups)
        contact.mailing_groups.set(becomes)
        record_change(
            contact=contact,
            kind=ChangeKind.CHANGED,
            values=codes_changed("mailing_groups", was, becomes),
            user=user,
            at=at,
        )


def _check_periods(address: AlternativeAddress) -> None:
    """Refuse two addresses, or one twice, for the same day of a contact."""
    periods = AlternativeAddressPeriod.objects.filter(contact=address.contact_id)
    for earlier, later in overlapping(periods.select_related("address")):
        if later.address_id == address.pk:
            raise ContactError(overlap_message(earlier))
        if earlier.address_id == address.pk:
            raise ContactError(overlap_message(later))


def _stored_address(address: AlternativeAddress) -> dict[str, Any]:
    """The address as the trail tells it; nothing of one that is not stored yet."""
    stored = AlternativeAddress.objects.filter(pk=address.pk).first()
    if stored is None:
        return {}
    periods = [str(period) for period in stored.periods.order_by("starting_date")]
    return values_told(stored, ADDRESS) | {"periods": periods}


def _record_address(
    contact: Contact,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    user: Any,
    at: datetime,
) -> None:
    values = parts_changed("alternative_addresses", before, after)
    record_change(
        contact=contact,
        kind=ChangeKind.CHANGED,
        values=values,
        note=(after or before)["code"] if values else "",
        user=user,
        at=at,
    )
