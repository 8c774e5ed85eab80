"""Rows that the audit trail keeps by their codes, as they are called today."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..models import Contact

ROWS = {
    field.name: field.related_model
    for field in (*Contact._meta.concrete_fields, *Contact._meta.many_to_many)
    if field.related_model
}


class RowNames:
    """What rows that changes speak of are called, by their codes.

    One query per kind of rows that `changes` have, each as `ContactChange.values`.
    A code that is no more, or that several rows have, stands for itself.
    """

    def __init__(self, changes: Iterable[Mapping[str, Any]]) -> None:
        codes: dict[str, set[str]] = {}
        for values in changes:
            for name in values.keys() & ROWS.keys():
                codes.setdefault(name, set()).update(_codes(values[name]))
        self._names = {name: _called(ROWS[name], codes[name]) for name in codes}

    def named(self, field: str, value: Any) -> str:
        """Return what a row, or each of a list of them, is called."""
        names = self._names.get(field, {})
        codes = value if isinstance(value, list) else [value]
        return ", ".join(names.get(str(code)) or str(code) for code in codes)


def _codes(change: Any) -> Iterable[str]:
    """Yield the codes before and after a change, whatever shape the trail has."""
    for side in change if isinstance(change, list) else ():
        for code in side if isinstance(side, list) else [side]:
            if code and isinstance(code, str):
                yield code


def _called(model: Any, codes: set[str]) -> dict[str, str]:
    key = "number" if model is Contact else "code"
    fields = {field.name for field in model._meta.concrete_fields}
    called = "name" if "name" in fields else "description"
    rows = model.objects.order_by().filter(**{f"{key}__in": codes})
    names: dict[str, str] = {}
    for code, name in rows.values_list(key, called):
        names[code] = name if code not in names else code
    return names
