"""INSERT .. SELECT from a queryset: the way rows are written by the thousand."""

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import Value
from django.db.models.expressions import Combinable

from .plans import analyze_if_outgrown


def insert_from(
    model: type[models.Model], rows: models.QuerySet, **columns: Any
) -> int:
    """Insert one row of `model` per row of `rows` and return how many.

    `columns` maps names of concrete fields to expressions over `rows` or to plain
    values. Columns not named get their default; no signal is sent and no `save()`
    runs. One statement, in the order of `rows`. PostgreSQL counts a table anew that
    was much smaller before.
    """
    values = {
        field.name: _value(field, columns.pop(field.name, None))
        for field in model._meta.concrete_fields
        if not field.primary_key or field.name in columns
    }
    if columns:
        raise TypeError(f"{model.__name__} has no column {', '.join(sorted(columns))}")
    values = {name: value for name, value in values.items() if value is not None}
    aliases = {f"insert_{name}": value for name, value in values.items()}
    selected = rows.annotate(**aliases).values_list(*aliases)
    connection = connections[rows.db]
    try:
        select, parameters = selected.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return 0
    quote = connection.ops.quote_name
    names = ", ".join(quote(model._meta.get_field(name).column) for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {quote(model._meta.db_table)} ({names}) {select}",  # noqa: S608
            parameters,
        )
        count = int(cursor.rowcount)
    analyze_if_outgrown(model, count)
    return count


def _value(field: Any, value: Any) -> Any:
    """Return the expression for a column; None where it can be left out."""
    if isinstance(value, Combinable):
        return value
    if value is None and not field.generated:
        value = field.get_default()
    if value is None or field.generated:
        return None
    if isinstance(value, models.Model):
        value = value.pk
    return Value(value, output_field=getattr(field, "target_field", field))
