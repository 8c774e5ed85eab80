"""A contact that nothing refers to leaves the register."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Contact
from .errors import ContactError
from .references import references
from .undo_merge import forget_in_journal


def delete_contact(*, contact: Contact, user: Any) -> None:
    """Delete `contact` with its addresses, comments and groups.

    Refused while interactions, segments or people of the company refer to it: what
    was said and to whom stays known.
    """
    with transaction.atomic():
        Contact.objects.select_for_update().filter(pk=contact.pk).first()
        if referring := references(contact):
            raise ContactError(
                _("%(contact)s is still referred to (%(referring)s).")
                % {
                    "contact": contact.name,
                    "referring": ", ".join(str(reference) for reference in referring),
                }
            )
        forget_in_journal(contact)
        contact.delete()
