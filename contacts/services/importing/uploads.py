"""An uploaded file between two pages: kept for a day, under a name nobody can guess."""

import uuid
from datetime import datetime, timedelta

from django.core.files import File
from django.core.files.storage import default_storage

FOLDER = "contact_imports"
KEPT = timedelta(days=1)


def keep_upload(*, file: File, at: datetime) -> str:
    """Store `file` and return its name; what was left lying about goes."""
    drop_old_uploads(at=at)
    return default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}", file)


def read_upload(*, name: str) -> bytes | None:
    """Return the bytes of a kept file, None where it is gone."""
    try:
        with default_storage.open(name) as file:
            return file.read()
    except FileNotFoundError:
        return None


def has_upload(*, name: str) -> bool:
    """Whether the file is still kept."""
    return default_storage.exists(name)


def open_upload(*, name: str) -> File:
    """Open a kept file, from its beginning."""
    return default_storage.open(name)


def drop_upload(*, name: str) -> None:
    default_storage.delete(name)


def drop_old_uploads(*, at: datetime) -> None:
    """Delete what nobody came back for: it holds names and addresses."""
    if not default_storage.exists(FOLDER):
        return
    _folders, names = default_storage.listdir(FOLDER)
    for name in names:
        path = f"{FOLDER}/{name}"
        if default_storage.get_modified_time(path) < at - KEPT:
            default_storage.delete(path)
