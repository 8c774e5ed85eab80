"""What is written into the audit trail of contacts.

Every service that changes a contact says so here, in its own transaction: one contact
by `record_change`, any number of them alike by `record_changes`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Q, QuerySet

from ..choices import ChangeKind
from ..models import Contact, ContactChange
from ..models.insert_select import insert_from

Values = dict[str, list[Any]]

# Follows from other columns, or says when and not what.
NOT_TOLD = {"id", "organisation_id", "phone_e164", "mobile_e164"}
NOT_TOLD |= {"created_at", "updated_at", "anonymised_at"}
LINKS = (
    "mailing_groups",
    "industry_groups",
    "job_responsibilities",
    "business_relations",
    "web_sources",
    "profile_answers",
)
TOLD = [field for field in Contact._meta.concrete_fields if field.name not in NOT_TOLD]


def differences(before: Contact | None, after: Contact) -> Values:
    """Return what differs between two states of a contact, as the trail keeps it.

    Without `before`, the contact is new: what it has.
    """
    found = {}
    for field in TOLD:
        was = getattr(before, field.attname) if before else field.get_default()
        if was != getattr(after, field.attname):
            found[field.name] = [
                _said(getattr(before, field.name)) if before else "",
                _said(getattr(after, field.name)),
            ]
    return found


def codes_changed(name: str, before: Iterable[Model], after: Iterable[Model]) -> Values:
    """Return the change of a set of rows, as groups, by their codes; {} for none."""
    was, became = (sorted(map(_said, rows)) for rows in (before, after))
    return {name: [was, became]} if was != became else {}


def parts_changed(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Values:
    """Return the change of a row that hangs on a contact, as an address.

    Of a row that is new, `before` is empty; of one that is gone, `after`. What is
    told stands there as `name.field`.
    """
    fields = [*before, *(field for field in after if field not in before)]
    return {
        f"{name}.{field}": [_said(before.get(field)), _said(after.get(field))]
        for field in fields
        if (before.get(field) or "") != (after.get(field) or "")
    }


def what_hangs(contact: Contact) -> dict[str, list[Any]]:
    """Return the rows of a contact in other tables, as the trail tells them."""
    if contact.pk is None:
        return dict.fromkeys((*LINKS, "alternative_addresses", "channel_blocks"), [])
    told = {name: sorted(map(_said, getattr(contact, name).all())) for name in LINKS}
    addresses = contact.alternative_addresses.prefetch_related("periods")
    told["alternative_addresses"] = [
        "; ".join([str(address), *map(str, address.periods.all())])
        for address in addresses.order_by("code")
    ]
    blocks = contact.channel_blocks.order_by("channel")
    told["channel_blocks"] = [f"{block}, {block.since}" for block in blocks]
    return told


def record_hanging(
    *, contact: Contact, before: Mapping[str, list[Any]], user: Any, at: datetime
) -> None:
    """Write down what differs from `before`, which is as `what_hangs`."""
    after = what_hangs(contact)
    values = {
        name: [was, after[name]] for name, was in before.items() if was != after[name]
    }
    record_change(
        contact=contact, kind=ChangeKind.CHANGED, values=values, user=user, at=at
    )


def record_change(
    *,
    contact: Contact,
    kind: ChangeKind,
    values: Mapping[str, list[Any]],
    user: Any,
    at: datetime,
    note: str = "",
) -> None:
    """Write down that `contact` was changed; of nothing that differs, nothing.

    `values` is as `ContactChange.values`. What is not a change of values, a merge
    for instance, is told by its `note`.
    """
    if values or note:
        ContactChange.objects.create(
            contact=contact,
            number=contact.number,
            kind=kind,
            values=dict(values),
            note=note,
            user=user,
            at=at,
        )


def record_changes(
    *,
    contacts: QuerySet[Contact],
    kind: ChangeKind,
    values: Mapping[str, list[Any]],
    user: Any,
    at: datetime,
    note: str = "",
) -> int:
    """Write down the same change of all `contacts` in one statement; return how many.

    To be called before the change, for `contacts` is asked here.
    """
    return insert_from(
        ContactChange,
        contacts.order_by(),
        contact=F("pk"),
        number=F("number"),
        kind=kind,
        values=dict(values),
        note=note,
        user=user,
        at=at,
    )


def forget_trail(contact: Contact) -> None:
    """That the contact was changed, by whom and when, stays known; what it was, not."""
    trail = ContactChange.objects.filter(Q(contact=contact) | Q(number=contact.number))
    trail.update(values={}, note="")


def _said(value: Any) -> Any:
    """A value as the trail keeps it: a row by its code or number, else as it is."""
    if isinstance(value, Model):
        return getattr(value, "code", None) or getattr(value, "number", str(value))
    return "" if value is None else value
