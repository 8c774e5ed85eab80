"""Codes that others ask for by their text stay as they are."""

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest

from ..registry import users_of_codes
from ..services.uses import rows_using


class KeptWhileAskedFor:
    """A row in use is not deleted; one that saved criteria ask for is not renamed.

    Django's own page of a deletion then says where it is used, and how often: a
    million contacts are counted and not listed. Rows that would go with it, as the
    answers of a questionnaire, count too.
    """

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        used = [
            f"{row}: {name}: {count}"
            for row in _with_parts(objs)
            for name, count in rows_using(row)
        ]
        if used:
            asked = users_of_codes(_with_parts(objs))
            return [str(row) for row in objs], {}, set(), [*used, *asked]
        to_delete, counts, needed, protected = super().get_deleted_objects(
            objs, request
        )
        return (
            to_delete,
            counts,
            needed,
            [*protected, *users_of_codes(_with_parts(objs))],
        )

    def get_readonly_fields(
        self, request: HttpRequest, obj: models.Model | None = None
    ) -> list[str]:
        fields = list(super().get_readonly_fields(request, obj))
        if obj is not None and "code" not in fields and users_of_codes([obj]):
            fields.append("code")
        return fields


def _with_parts(rows: Iterable[models.Model]) -> list[models.Model]:
    """The rows, and those with a code of their own that are deleted with them."""
    found = list(rows)
    for row in found:  # grows while it is gone through
        for relation in row._meta.related_objects:
            has_code = any(
                each.name == "code" for each in relation.related_model._meta.fields
            )
            if relation.on_delete is models.CASCADE and has_code:
                rows_of = relation.related_model._default_manager
                found += rows_of.filter(**{relation.field.name: row})
    return found
