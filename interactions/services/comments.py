"""Notes on an interaction: whoever wrote one may change it or take it away."""

from datetime import date
from typing import Any

from ..models import InteractionComment, InteractionLogEntry
from .errors import InteractionError


class NotYours(InteractionError):
    """Somebody else wrote it."""


def add_comment(
    *, entry: InteractionLogEntry, text: str, user: Any, day: date
) -> InteractionComment:
    """Note `text` on the interaction; who wrote it and when is kept."""
    return entry.comments.create(text=text, user=user, date=day)


def change_comment(*, comment: InteractionComment, text: str, user: Any) -> None:
    """Change what one wrote oneself. Raises NotYours."""
    if not may_change(comment, user):
        raise NotYours
    comment.text = text
    comment.save(update_fields=["text"])


def delete_comment(*, comment: InteractionComment, user: Any) -> None:
    """Take away what one wrote oneself, or may delete anyway. Raises NotYours."""
    if not may_delete(comment, user):
        raise NotYours
    comment.delete()


def may_change(comment: InteractionComment, user: Any) -> bool:
    """Whether the user wrote it and may write."""
    wrote = comment.user_id == user.pk
    return wrote and user.has_perm("interactions.change_interactioncomment")


def may_delete(comment: InteractionComment, user: Any) -> bool:
    """Whether the user wrote it, or may delete what others wrote."""
    return may_change(comment, user) or user.has_perm(
        "interactions.delete_interactioncomment"
    )
