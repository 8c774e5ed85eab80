"""Views of the list that a user keeps: saved, renamed, deleted."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from ..models import SavedView
from .errors import ContactError

LONGEST = 2_000


def save_view(*, name: str, query: str, user: Any, at: datetime) -> SavedView:
    """Keep what the list is filtered and sorted by under a name.

    Raises ContactError when the user has a view of this name, or asks for too much.
    """
    if len(query) > LONGEST:
        raise ContactError(_("This is too much to be kept. Take some of it away."))
    view = SavedView(owner=user, name=name, query=query, created_at=at)
    _store(view)
    return view


def rename_view(*, view: SavedView, name: str, user: Any) -> None:
    """Give a view another name. Raises ContactError when the user has one of it."""
    view.name = name
    _store(view)


def delete_view(*, view: SavedView, user: Any) -> None:
    """Forget a view; the contacts stay as they are."""
    view.delete()


def _store(view: SavedView) -> None:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError as error:
        said = _("You have a view of this name already. Choose another name.")
        raise ContactError(said, field="name") from error
