"""Two contacts that look alike are different, or may be the same after all."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ...choices import PairState
from ...duplicates import compare
from ...models import Contact, DuplicatePair
from ..errors import ContactError, ContactGone
from .likeness import facts_of, stored_reasons


def call_separate(
    *, one: Contact, other: Contact, user: Any, at: datetime
) -> DuplicatePair:
    """Remember that they are different: no search brings them up again.

    Raises ContactGone, and ContactError for a contact and itself.
    """
    if one.pk == other.pk:
        raise ContactError(_("These are one and the same contact."))
    with transaction.atomic():
        keys = sorted((one.pk, other.pk))
        locked = Contact.objects.filter(pk__in=keys).locked_in_order(no_key=True)
        both = sorted(locked, key=lambda contact: contact.pk)
        if len(both) < 2:
            raise ContactGone
        match = compare(*map(facts_of, both))
        pair, _made = DuplicatePair.objects.get_or_create(
            one=both[0],
            other=both[1],
            defaults={
                "score": match.score,
                "reasons": stored_reasons(match),
                "found_at": at,
            },
        )
        pair.state, pair.decided_by, pair.decided_at = PairState.SEPARATE, user, at
        pair.save(update_fields=["state", "decided_by", "decided_at"])
    return pair


def call_open(*, pair: DuplicatePair) -> None:
    """Take that back: the pair is to be looked at again."""
    DuplicatePair.objects.filter(pk=pair.pk).update(
        state=PairState.OPEN, decided_by=None, decided_at=None
    )
