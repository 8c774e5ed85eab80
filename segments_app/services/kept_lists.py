"""A list between the page where it is pasted and the step that takes it."""

import json
import re
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from contacts.services.importing.uploads import (
    FOLDER,
    drop_upload,
    keep_upload,
    read_upload,
)

from ..lists import Entry
from .errors import SegmentError


class ListGone(SegmentError):
    """The list is not kept any more, or it is another user's."""


@dataclass(frozen=True)
class KeptList:
    """A list that was read, and the name of the file it came from, if any."""

    entries: Sequence[Entry]
    file: str


def keep_list(*, entries: Sequence[Entry], file: str, user: Any, at: datetime) -> str:
    """Keep the list for a day and return the name by which its user gets it."""
    kept = {
        "user": user.pk,
        "file": file[:100],
        "entries": [astuple(entry) for entry in entries],
    }
    content = ContentFile(json.dumps(kept).encode())
    path = keep_upload(file=content, at=at)
    return path.rpartition("/")[2]


def kept_list(*, name: str, user: Any) -> KeptList:
    """Return the list kept by this name. Raises ListGone."""
    gone = ListGone(_("The list is not kept any more. Paste it again."))
    data = read_upload(name=f"{FOLDER}/{name}") if _is_name(name) else None
    try:
        kept = json.loads(data or b"")
    except ValueError:
        raise gone from None
    if not isinstance(kept, dict) or kept.get("user") != user.pk:
        raise gone
    return KeptList([Entry(*entry) for entry in kept["entries"]], kept["file"])


def drop_list(*, name: str) -> None:
    """Forget the list: it holds numbers and addresses."""
    if _is_name(name):
        drop_upload(name=f"{FOLDER}/{name}")


def _is_name(name: str) -> bool:
    return bool(re.fullmatch(r"[0-9a-f]{32}", name))
