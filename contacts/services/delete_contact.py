"""A contact that nothing refers to leaves the register."""

from typing import Any

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from ..models import Contact
from .errors import ContactError
from .references import references


def delete_contact(*, contact: Contact, user: Any) -> None:
    """Delete `contact` with its addresses, comments and groups.

    Refused while interactions, segments or people of the company refer to it: what
    was said and to whom stays known.
    """
    with transaction.atomic():
        Contact.objects.select_for_update().filter(pk=contact.pk).first()
        if referring := references(contact):
            listed = [str(reference) for reference in referring]
            raise ContactError(
                _("%(contact)s is still referred to by %(referring)s.")
                % {
                    "contact": contact.name,
                    "referring": get_text_list(listed, _("and")),
                }
            )
        contact.delete()
