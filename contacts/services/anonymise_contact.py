"""Somebody asks to be forgotten: who it was goes, the figures stay.

Nothing brings it back. The row stays for the figures, with its number, type, country
and company; the applications on the right forget through the registry.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ..choices import ChangeKind
from ..models import Contact
from ..models.contact import PERSONAL
from ..registry import erasers
from .admin_log import forget_in_admin_log
from .changes import forget_trail, record_change
from .errors import ContactAnonymised, ContactError, ContactGone
from .merging.forget_merges import forget_in_journal


def anonymise_contact(
    *, contact: Contact, user: Any, at: datetime, reason: str
) -> Contact:
    """Remove from every table who the person `contact` was; return what is left.

    `reason` goes into the audit trail and must not name the person. Raises
    ContactGone, ContactAnonymised, and ContactError for a company, without a reason,
    and while something is on its way to the person.
    """
    if not reason.strip():
        raise ContactError(_("Say why."), field="reason")
    with transaction.atomic():
        stored = Contact.objects.select_for_update(of=("self",))
        person = stored.filter(pk=contact.pk).first()
        if person is None:
            raise ContactGone
        if person.anonymised_at:
            raise ContactAnonymised
        if person.is_company:
            raise ContactError(_("Only persons can be anonymised."))
        for eraser in erasers():
            if refusal := eraser.refuse(person):
                raise ContactError(refusal)
        for eraser in erasers():
            eraser.erase(person, at)
        forget_in_admin_log(person)
        for rows in own_rows(person):
            rows.delete()
        forget_trail(person)
        forget_in_journal(person)
        _empty(person, at)
        record_change(
            contact=person,
            kind=ChangeKind.ANONYMISED,
            values={},
            user=user,
            at=at,
            note=reason.strip()[:250],
        )
    return person


def own_rows(contact: Contact) -> Iterator[models.QuerySet]:
    """Yield the rows of contacts' own tables that say something about `contact`.

    These are the groups, addresses, comments, answers and the like: whatever would
    go with the contact if it were deleted.
    """
    for relation in Contact._meta.related_objects:
        table: Any = relation.related_model
        if (
            relation.on_delete is models.CASCADE
            and table._meta.app_label == Contact._meta.app_label
        ):
            yield table._base_manager.filter(**{relation.field.name: contact})


def _empty(contact: Contact, at: datetime) -> None:
    for field in PERSONAL:
        setattr(contact, field, "")
    contact.name = _("Anonymised %s") % contact.number
    contact.salutation = None
    contact.organizational_level = None
    contact.minor = contact.parental_consent_received = False
    contact.privacy_blocked = contact.exclude_from_segment = True
    contact.anonymised_at = contact.updated_at = at
    emptied = ("name", "salutation", "organizational_level")
    flags = ("minor", "parental_consent_received", "privacy_blocked")
    contact.save(
        update_fields=(
            *(*PERSONAL, *emptied, *flags, "exclude_from_segment"),
            *("anonymised_at", "updated_at"),
        )
    )
