"""Two contacts that look alike are different, or may be the same after all."""

from datetime import datetime
from typing import Any

from django.db import transaction

from ..choices import PairState
from ..models import DuplicatePair


def call_separate(*, pair: DuplicatePair, user: Any, at: datetime) -> None:
    """Remember that they are different: no search brings them up again."""
    pair.state, pair.decided_by, pair.decided_at = PairState.SEPARATE, user, at
    _save(pair)


def call_open(*, pair: DuplicatePair) -> None:
    """Take that back: the pair is to be looked at again."""
    pair.state, pair.decided_by, pair.decided_at = PairState.OPEN, None, None
    _save(pair)


def _save(pair: DuplicatePair) -> None:
    with transaction.atomic():
        pair.save(update_fields=["state", "decided_by", "decided_at"])
