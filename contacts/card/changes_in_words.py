"""What the audit trail keeps, as people read it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..models import AlternativeAddress, Contact, ContactChannelBlock
from ..places import country_name, language_name
from .row_names import ROWS, RowNames
from .timeline import Detail

PARTS: dict[str, Any] = {
    "alternative_addresses": AlternativeAddress,
    "channel_blocks": ContactChannelBlock,
}


def say_changes(values: Mapping[str, Any], rows: RowNames) -> tuple[Detail, ...]:
    """Return what was changed, with labels and values in the reader's language.

    In the order of the columns, for a database may keep them in another. `rows` says
    what the rows that it speaks of are called.
    """
    details = []
    for name in sorted(values, key=_place):
        change = values[name]
        if isinstance(change, list) and len(change) == 2:
            before, after = (_value(name, value, rows) for value in change)
            details.append(Detail(capfirst(_label(name)), before, after))
    return tuple(details)


def _place(name: str) -> tuple[str, int, str]:
    part, _dot, column = name.rpartition(".")
    meta = PARTS.get(part, Contact)._meta
    columns = [field.name for field in (*meta.concrete_fields, *meta.many_to_many)]
    return part, columns.index(column) if column in columns else len(columns), column


def _field(name: str) -> Any:
    """The field of the contact, or of a row that hangs on it; None if it is none."""
    part, _dot, column = name.rpartition(".")
    try:
        return PARTS.get(part, Contact)._meta.get_field(column)
    except FieldDoesNotExist:
        return None


def _label(name: str) -> str:
    if name.endswith(".periods"):
        return _("periods")
    field = _field(name)
    if field is None:
        return name
    if field.auto_created:
        return str(field.related_model._meta.verbose_name_plural)
    return str(field.verbose_name)


def _value(name: str, value: Any, rows: RowNames) -> str:
    if value in ("", None, []):
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list) or name in ROWS:
        return rows.named(name, value)
    column = name.rpartition(".")[2]
    reader = get_language() or "en"
    if column == "country":
        return country_name(str(value), reader)
    if column == "language":
        return language_name(str(value), reader)
    field = _field(name)
    if field is not None and getattr(field, "flatchoices", None):
        return str(dict(field.flatchoices).get(value, value))
    if column == "since":
        return _day(str(value))
    return str(value)


def _day(value: str) -> str:
    try:
        return date_format(date.fromisoformat(value), "SHORT_DATE_FORMAT")
    except ValueError:
        return value
