"""Many rows in one statement, whatever their number: inserted, or updated by a key."""

import functools
import json
import operator
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import connections, models, router

# JSON takes these as they are; an object arrives as one in either database.
AS_THEY_ARE = (
    models.CharField,
    models.EmailField,
    models.BooleanField,
    models.JSONField,
)


def insert_rows(
    rows: Sequence[models.Model], *, ignore_known: bool = False, key: str = ""
) -> None:
    """Insert unsaved rows of one model. No signal is sent.

    With `ignore_known`, a row that somebody else has stored meanwhile stays theirs.
    With `key`, a unique column, the rows are given their primary keys; else they stay
    without.
    """
    if not rows:
        return
    if not key:
        _write(rows, "ON CONFLICT DO NOTHING" if ignore_known else "")
        return
    field: Any = type(rows[0])._meta.get_field(key)
    quote = _connection(type(rows[0])).ops.quote_name
    primary: Any = type(rows[0])._meta.pk
    told = f"RETURNING {quote(field.column)}, {quote(primary.column)}"
    keys = dict(_write(rows, told))
    for row in rows:
        row.pk = keys[getattr(row, field.attname)]


def update_rows(
    rows: Sequence[models.Model], *, key: str, columns: Collection[str]
) -> None:
    """Write `columns` of stored rows of one model, found by their unique `key`."""
    if not (rows and columns):
        return
    model = type(rows[0])
    quote = _connection(model).ops.quote_name
    quoted = map(quote, sorted(columns))
    assigned = ", ".join(f"{column} = excluded.{column}" for column in quoted)
    field: Any = model._meta.get_field(key)
    unique = quote(field.column)
    _write(rows, f"ON CONFLICT ({unique}) DO UPDATE SET {assigned}")


def _write(rows: Sequence[models.Model], ending: str) -> list[tuple[Any, ...]]:
    """Send the rows as one JSON parameter, so that no limit cuts the statement up.

    The statement ends with `ending`; returns what it tells of the rows.
    """
    model = type(rows[0])
    connection = _connection(model)
    quote = connection.ops.quote_name
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    alike, records = _as_records(rows, fields, connection)
    columns = [field.column for field in fields]
    table = quote(model._meta.db_table)
    names = ", ".join(map(quote, columns))
    if connection.vendor == "postgresql":
        base = f"jsonb_populate_record(NULL::{table}, %s)"
        source = f"SELECT {names} FROM jsonb_populate_recordset({base}, %s)"  # noqa: S608
    else:
        values = ", ".join(
            f"json_extract({'alike' if column in alike else 'value'}, '$.{column}')"
            for column in columns
        )
        both = "(SELECT %s AS alike) CROSS JOIN json_each(%s)"
        source = f"SELECT {values} FROM {both} WHERE true"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) {source} {ending}",  # noqa: S608
            [_as_json(alike), _as_json(records)],
        )
        return cursor.fetchall() if cursor.description else []


def _as_records(
    rows: Sequence[models.Model], fields: Sequence[Any], connection: Any
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return what all rows have alike, by column, and what each has besides."""
    alike: dict[str, Any] = {}
    various: dict[str, list[Any]] = {}
    for field in fields:
        values = list(map(operator.attrgetter(field.attname), rows))
        form = _stored_form(field, connection)
        if values.count(values[0]) == len(values):
            alike[field.column] = form(values[0])
        else:
            various[field.column] = list(map(form, values))
    if not various:
        return alike, [{} for _row in rows]
    each = zip(*various.values(), strict=True)
    return alike, [dict(zip(various, values, strict=True)) for values in each]


def _as_json(said: Any) -> str:
    return json.dumps(said, default=str, ensure_ascii=False)


def _stored_form(field: models.Field, connection: Any) -> Callable[[Any], Any]:
    """What brings a value into the form of the database."""
    if type(field) in AS_THEY_ARE:
        return _as_it_is
    return functools.partial(field.get_db_prep_save, connection=connection)


def _as_it_is(value: Any) -> Any:
    return value


def _connection(model: type[models.Model]) -> Any:
    return connections[router.db_for_write(model)]
