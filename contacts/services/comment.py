"""Somebody notes something on a contact."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ..models import Contact, ContactComment
from .blocks import touch


def add_comment(
    *, contact: Contact, text: str, user: Any, at: datetime
) -> ContactComment:
    """Write `text` on the card; who wrote it and when is kept.

    Raises ContactGone and ContactAnonymised.
    """
    with transaction.atomic():
        touch(contact, at)
        return ContactComment.objects.create(
            contact=contact, text=text, user=user, created_at=at
        )
