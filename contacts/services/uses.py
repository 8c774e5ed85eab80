"""What keeps a row of set-up from being deleted, counted instead of loaded."""

from typing import Any

from django.db.models import PROTECT, Model

from ..registry import users_of_codes


def uses_of(row: Model) -> list[tuple[Any, int | None]]:
    """Return what refers to the row and must not lose it: name and number of rows.

    Who asks for it by its code, as saved criteria do, has no number.
    """
    return [*rows_using(row), *((said, None) for said in users_of_codes([row]))]


def rows_using(row: Model) -> list[tuple[Any, int]]:
    """Return which rows refer to the row and must not lose it: name and number.

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
