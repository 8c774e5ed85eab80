"""Asking criteria of all stored contacts, as the stories of the engine do."""

import datetime
from typing import Any

from contacts.models import Contact
from segments_app.criteria import compile_criteria, existing_codes, validate
from segments_app.tests.factories import TODAY


def found(criteria: Any, *, today: datetime.date = TODAY) -> list[str]:
    """Return the names of everybody the criteria find, in alphabetical order."""
    return sorted(chosen(criteria, today=today).values_list("name", flat=True))


def chosen(criteria: Any, *, today: datetime.date = TODAY) -> Any:
    """Return the contacts that the criteria find, validated as when stored."""
    node = validate(criteria, known_codes=existing_codes)
    return Contact.objects.filter(compile_criteria(node, today=today))


def where(field: str, op: str, value: Any = None) -> dict[str, Any]:
    """Return the condition in its JSON form."""
    condition = {"field": field, "op": op}
    return condition if value is None else {**condition, "value": value}


def has(relation: str, condition: Any = None, at_least: int = 1) -> dict[str, Any]:
    """Return the question for related rows in its JSON form."""
    asked: dict[str, Any] = {"has": relation}
    if condition is not None:
        asked["where"] = condition
    if at_least != 1:
        asked["at_least"] = at_least
    return asked
