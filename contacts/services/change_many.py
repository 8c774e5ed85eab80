"""Many contacts changed alike, in statements that take thousands at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from ..choices import ChangeKind
from ..models import Contact, ContactMailingGroup, MailingGroup
from ..models.insert_select import insert_from
from ..models.querysets import ContactQuerySet
from .changes import record_changes


@dataclass(frozen=True)
class ManyChanged:
    """So many of the contacts were changed; the others were so already.

    Those who were anonymised stay as they are.
    """

    changed: int
    already: int
    anonymised: int


def put_in_mailing_group(
    *, keys: Sequence[int], mailing_group: MailingGroup, user: Any, at: datetime
) -> ManyChanged:
    """Put the contacts with these keys into the mailing group."""

    def insert(contacts: ContactQuerySet) -> None:
        rows = contacts.order_by("pk")
        insert_from(
            ContactMailingGroup, rows, contact=F("pk"), mailing_group=mailing_group
        )

    return _change(
        keys,
        Contact.objects.exclude(_in_group(mailing_group)),
        insert,
        kind=ChangeKind.CLASSIFIED,
        values={"mailing_groups": [[], [mailing_group.code]]},
        user=user,
        at=at,
    )


def take_out_of_mailing_group(
    *, keys: Sequence[int], mailing_group: MailingGroup, user: Any, at: datetime
) -> ManyChanged:
    """Take the contacts with these keys out of the mailing group."""

    def delete(contacts: ContactQuerySet) -> None:
        links = ContactMailingGroup.objects.filter(mailing_group=mailing_group)
        links.filter(contact__in=contacts.values("pk")).delete()

    return _change(
        keys,
        Contact.objects.filter(_in_group(mailing_group)),
        delete,
        kind=ChangeKind.CLASSIFIED,
        values={"mailing_groups": [[mailing_group.code], []]},
        user=user,
        at=at,
    )


def set_exclusion(
    *, keys: Sequence[int], excluded: bool, user: Any, at: datetime
) -> ManyChanged:
    """Keep the contacts with these keys out of segments, or let them in again."""

    def update(contacts: ContactQuerySet) -> None:
        contacts.update(exclude_from_segment=excluded)

    return _change(
        keys,
        Contact.objects.filter(exclude_from_segment=not excluded),
        update,
        kind=ChangeKind.CHANGED,
        values={"exclude_from_segment": [not excluded, excluded]},
        user=user,
        at=at,
    )


def _in_group(mailing_group: MailingGroup) -> Exists:
    links = ContactMailingGroup.objects.filter(mailing_group=mailing_group)
    return Exists(links.filter(contact=OuterRef("pk")))


def _change(
    keys: Sequence[int],
    other: ContactQuerySet,
    write: Callable[[ContactQuerySet], None],
    *,
    user: Any,
    at: datetime,
    **told: Any,
) -> ManyChanged:
    """Write the change of those who are `other` and tell it in the audit trail.

    Who was anonymised is left out and counted.
    """
    with transaction.atomic():
        asked = Contact.objects.filter(pk__in=keys).locked_in_order()
        locked = dict(asked.values_list("pk", "anonymised_at"))
        free = [pk for pk, anonymised_at in locked.items() if anonymised_at is None]
        anonymised = len(locked) - len(free)
        # Only a new statement sees what somebody else did before the lock was ours.
        found = list(other.filter(pk__in=free).values_list("pk", flat=True))
        contacts = Contact.objects.filter(pk__in=found)
        if found:
            record_changes(contacts=contacts, user=user, at=at, **told)
            contacts.update(updated_at=at)
            write(contacts)
    return ManyChanged(
        changed=len(found),
        already=len(keys) - len(found) - anonymised,
        anonymised=anonymised,
    )
