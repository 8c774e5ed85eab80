"""What is written into the audit trail of contacts.

Every service that changes a contact says so here, in its own transaction: one contact
by `record_change`, any number of them alike by `record_changes`.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Model, QuerySet

from ..choices import ChangeKind
from ..models import Contact, ContactChange
from ..models.insert_select import insert_from

Values = dict[str, list[Any]]

# Follows from other columns, or says when and not what.
NOT_TOLD = {"id", "organisation_id", "phone_e164", "mobile_e164"}
NOT_TOLD |= {"created_at", "updated_at"}
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


def _said(value: Any) -> Any:
    """A value as the trail keeps it: a row by its code or number, else as it is."""
    if isinstance(value, Model):
        return getattr(value, "code", None) or getattr(value, "number", str(value))
    return "" if value is None else value
