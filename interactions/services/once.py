"""Once for each page: what is sent twice is done once.

A page carries a random key, which stays with it when it is refused and shown again.
The first to send it writes the key, in the transaction that does the work; whoever
sends it again meanwhile waits for that transaction and then finds what was made.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..models import Attachment, InteractionLogEntry, Submission
from .errors import InteractionError
from .forget_contact import drop_unused

# So long a page that was sent is remembered, and what was uploaded to it.
KEPT = timedelta(days=7)

Made = TypeVar("Made", bound=models.Model)


class DoneAlready(InteractionError):
    """The page was sent before; `made` is what came of it, None where it is gone."""

    def __init__(self, made: Any) -> None:
        self.made = made
        super().__init__(
            _("This was logged already.")
            if isinstance(made, InteractionLogEntry)
            else _("This was done already: the page was sent twice.")
        )


@transaction.atomic
def only_once(*, key: UUID | None, make: Callable[[], Made], at: datetime) -> Made:
    """Return what `make` makes for the page with this key. Raises DoneAlready.

    Where `make` raises, nothing has happened and the page may be sent again. Without a
    key it is made whenever it is asked for.
    """
    sent = hold_submission(key, at=at)
    if sent.is_done:
        raise DoneAlready(sent.made)
    made = make()
    note_made(sent, made, at=at)
    return made


def hold_submission(key: UUID | None, *, at: datetime) -> Submission:
    """Return the page with this key, sent by nobody else until the transaction ends."""
    if key is None:
        return Submission(created_at=at)
    pages = Submission.objects.select_for_update()
    held, _created = pages.get_or_create(key=key, defaults={"created_at": at})
    return held


def note_made(sent: Submission, made: models.Model, *, at: datetime) -> None:
    """Remember what came of the page, and let go of what was uploaded for nothing."""
    if sent.key is None:
        return
    uploaded = sent.document_id
    sent.note(made, at=at)
    if uploaded:
        drop_unused([uploaded])


def made_with(key: UUID | None) -> Any:
    """Return what the page with this key made; None where nothing is there."""
    sent = _sent(key)
    return sent.made if sent else None


@transaction.atomic
def keep_upload(*, key: UUID, document: Attachment, at: datetime) -> None:
    """Keep what was uploaded to a page that is shown again, instead of the earlier."""
    sent = hold_submission(key, at=at)
    before = sent.document_id
    sent.document = document
    sent.save(update_fields=["document"])
    if before:
        drop_unused([before])


def kept_upload(key: UUID | None) -> Attachment | None:
    """Return what was uploaded to the page with this key while it was refused."""
    sent = _sent(key)
    return sent.document if sent else None


@transaction.atomic
def forget_submissions() -> None:
    """Delete what was kept long enough, and the uploads that came to nothing."""
    old = Submission.objects.filter(created_at__lt=timezone.now() - KEPT)
    uploaded = set(old.exclude(document=None).values_list("document", flat=True))
    old.delete()
    drop_unused(uploaded)


def _sent(key: UUID | None) -> Submission | None:
    pages = Submission.objects.select_related("document")
    return pages.filter(key=key).first() if key else None
