"""Many rows in one statement, whatever their number: inserted, or updated by a key."""

import functools
import json
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


def insert_rows(rows: Sequence[models.Model], *, ignore_known: bool = False) -> None:
    """Insert unsaved rows of one model. No signal is sent, no key is set.

    With `ignore_known`, a row that somebody else has stored meanwhile stays theirs.
    """
    if rows:
        _write(rows, "ON CONFLICT DO NOTHING" if ignore_known else "")


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


def _write(rows: Sequence[models.Model], conflict: str) -> None:
    """Send the rows as one JSON parameter, so that no limit cuts the statement up."""
    model = type(rows[0])
    connection = _connection(model)
    quote = connection.ops.quote_name
    fields = [
        field
        for field in model._meta.concrete_fields
        if not field.primary_key and not field.generated
    ]
    stored = [(f.column, f.attname, _stored_form(f, connection)) for f in fields]
    records = [
        {column: form(getattr(row, name)) for column, name, form in stored}
        for row in rows
    ]
    columns = [field.column for field in fields]
    table = quote(model._meta.db_table)
    names = ", ".join(map(quote, columns))
    if connection.vendor == "postgresql":
        source = f"SELECT {names} FROM jsonb_populate_recordset(NULL::{table}, %s)"  # noqa: S608
    else:
        values = ", ".join(f"json_extract(value, '$.{column}')" for column in columns)
        source = f"SELECT {values} FROM json_each(%s) WHERE true"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({names}) {source} {conflict}",  # noqa: S608
            [json.dumps(records, default=str, ensure_ascii=False)],
        )


def _stored_form(field: models.Field, connection: Any) -> Callable[[Any], Any]:
    """What brings a value into the form of the database."""
    if type(field) in AS_THEY_ARE:
        return _as_it_is
    return functools.partial(field.get_db_prep_save, connection=connection)


def _as_it_is(value: Any) -> Any:
    return value


def _connection(model: type[models.Model]) -> Any:
    return connections[router.db_for_write(model)]
