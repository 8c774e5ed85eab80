"""Who refers to a contact and therefore keeps it from being deleted."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext

from ..models import Contact


@dataclass(frozen=True)
class Reference:
    """So many rows of one table refer to the contact."""

    name: str
    count: int

    def __str__(self) -> str:
        return f"{self.name}: {self.count}"


def references(contact: Contact) -> list[Reference]:
    """Return what refers to `contact` in every application: one count per relation.

    Rows that go with the contact (its groups, addresses, comments) are not meant.
    """
    counted: dict[str, int] = {}
    for relation in Contact._meta.related_objects:
        if relation.on_delete is not models.PROTECT:
            continue
        rows = relation.related_model._default_manager.filter(
            **{relation.field.name: contact}
        )
        name = _name(relation)
        counted[name] = counted.get(name, 0) + rows.order_by().count()
    return [Reference(name, count) for name, count in counted.items() if count]


def _name(relation: models.ForeignObjectRel) -> str:
    if relation.related_model is Contact:
        return gettext("people of the company")
    return str(relation.related_model._meta.verbose_name_plural)
