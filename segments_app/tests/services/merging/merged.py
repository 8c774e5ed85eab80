"""Two contacts merged and a merge undone, for tests, and every row of both."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps

from contacts.models import (
    Contact,
    MergeJournal,
)
from contacts.services.merging.merge_contacts import (
    merge_contacts,
)
from contacts.services.merging.undo_merge import undo_merge

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def merge(survivor: Contact, duplicate: Contact, **options: Any) -> MergeJournal:
    return merge_contacts(
        **{"user": None, "at": NOW, **options}, survivor=survivor, duplicate=duplicate
    )


def undo(journal: MergeJournal) -> MergeJournal:
    return undo_merge(journal=journal, user=None, at=LATER)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that a merge may write, without what tells of it."""
    left_out = {"ContactChange", "MergeJournal", "ContentType"}
    tables = {}
    for label in ("contacts", "interactions", "segments_app"):
        for model in apps.get_app_config(label).get_models():
            if model.__name__ not in left_out:
                rows = list(model._base_manager.order_by("pk").values())
                for row in rows:
                    row.pop("updated_at", None)
                tables[model._meta.label] = rows
    return tables
