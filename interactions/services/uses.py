"""What keeps a row of set-up from being deleted, counted instead of loaded."""

from typing import Any

from django.db.models import PROTECT, Model


def uses_of(row: Model) -> list[tuple[Any, int]]:
    """Return what refers to the row and must not lose it: name and number of rows.

    Deleting would find them too, but loads every one; a template may have a million.
    """
    uses = []
    for relation in row._meta.related_objects:
        if relation.on_delete is PROTECT:
            rows = relation.related_model._base_manager.filter(
                **{relation.field.name: row}
            ).count()
            if rows:
                uses.append((relation.related_model._meta.verbose_name_plural, rows))
    return uses
