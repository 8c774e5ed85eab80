"""Somebody notes something on a contact."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Contact, ContactComment
from .errors import ContactGone


def add_comment(
    *, contact: Contact, text: str, user: Any, at: datetime
) -> ContactComment:
    """Write `text` on the card; who wrote it and when is kept.

    Raises ContactGone.
    """
    with transaction.atomic():
        if not Contact.objects.filter(pk=contact.pk).update(updated_at=at):
            raise ContactGone
        return ContactComment.objects.create(
            contact=contact, text=text, user=user, created_at=at
        )
