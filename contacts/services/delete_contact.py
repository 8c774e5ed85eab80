"""A contact that nothing refers to leaves the register."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..choices import ChangeKind
from ..models import Contact
from .admin_log import forget_in_admin_log
from .changes import forget_trail, record_change
from .errors import ContactError, ContactGone
from .merging.forget_merges import forget_in_journal
from .references import references


def delete_contact(*, contact: Contact, user: Any, at: datetime) -> None:
    """Delete `contact` with its addresses, comments and groups.

    Refused while interactions, segments or people of the company refer to it: what
    was said and to whom stays known. The people of a company are never deleted with
    it. The trail keeps, by number, that it was changed and deleted, by whom and when,
    not what it was, and so does the log of admin. Raises ContactGone, and
    ContactError that says where the contact is still referred to.
    """
    with transaction.atomic():
        stored = Contact.objects.select_for_update(of=("self",)).filter(pk=contact.pk)
        if not stored.exists():
            raise ContactGone
        if referring := references(contact):
            raise ContactError(
                _("%(contact)s is still referred to. %(referring)s.")
                % {
                    "contact": contact.name,
                    "referring": "; ".join(str(reference) for reference in referring),
                }
            )
        forget_in_admin_log(contact)
        forget_in_journal(contact)
        forget_trail(contact)
        record_change(
            contact=contact,
            kind=ChangeKind.DELETED,
            values={},
            user=user,
            at=at,
            note=contact.get_type_display(),
        )
        contact.delete()
