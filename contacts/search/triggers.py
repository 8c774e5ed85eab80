"""The database keeps the terms of contacts itself, whoever writes to the register.

PostgreSQL does it once per statement, SQLite once per row. The triggers are made after
every migration, since SQLite loses them when a migration makes the table anew. Where
they were missing nobody knows what changed, so the terms are written anew too; and so
they are where what makes a term is another since, which a mark in the triggers tells.
"""

import hashlib
import json
from typing import Any

from django.apps import AppConfig
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from ..choices import TermKind
from ..folding import plainly_on_postgresql
from .terms import CALLING_CODE, COLUMNS, SEPARATORS, terms_of

CONTACTS = "contacts_contact"
TERMS = "contacts_contactterm"
EVENTS = ("insert", "update", "delete")
SQLITE_FUNCTION = "CONTACT_TERMS"
TRIGGERS = "contact_terms_"
# PostgreSQL numbers the words of the name and of the city from here on, and the same
# in plain letters.
NAMES, CITIES = 10, 1_000
PLAIN_NAMES, PLAIN_CITIES = 2_000, 3_000


def keep_terms(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Make triggers and terms after a migration, where they are missing or outdated."""
    connection = connections[using]
    if TERMS not in connection.introspection.table_names():
        return
    known = _known_triggers(connection)
    wanted = _triggers(connection)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        for statement in _functions(connection):
            cursor.execute(statement)
        if known.keys() == wanted.keys() and all(map(_is_current, known.values())):
            return
        on = f" ON {CONTACTS}" if connection.vendor == "postgresql" else ""
        for name in known:
            cursor.execute(f"DROP TRIGGER {name}{on}")
        for statement in wanted.values():
            cursor.execute(statement)
        cursor.execute(f"DELETE FROM {TERMS}")
        cursor.execute(_insert(connection, CONTACTS))


def terms_as_json(*values: str) -> str:
    """`terms_of` for SQLite, which reads it with `json_each`."""
    return json.dumps(terms_of(*values))


def _known_triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Return the triggers that write terms, by their names: how they were made."""
    query = (
        f"""
        SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE tgrelid = '{CONTACTS}'::regclass
        """
        if connection.vendor == "postgresql"
        else "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        known = dict(cursor.fetchall())
    return {name: made for name, made in known.items() if name.startswith(TRIGGERS)}


def _is_current(trigger: str) -> bool:
    return _mark() in trigger


def _mark() -> str:
    """Return a mark that is another one as soon as anything makes other terms.

    What PostgreSQL is told says the same as `terms_of`, so it stands for both.
    """
    makes = [*COLUMNS, SEPARATORS, CALLING_CODE, _insert_on_postgresql(CONTACTS)]
    return hashlib.sha256("\n".join(makes).encode()).hexdigest()[:12]


def _triggers(connection: BaseDatabaseWrapper) -> dict[str, str]:
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    return {f"{TRIGGERS}{event}": make(event) for event in EVENTS}


def _postgresql(event: str) -> str:
    tables = {
        "insert": "NEW TABLE AS new_rows",
        "update": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
        "delete": "OLD TABLE AS old_rows",
    }[event]
    return f"""
        CREATE TRIGGER {TRIGGERS}{event} AFTER {event.upper()} ON {CONTACTS}
        REFERENCING {tables} FOR EACH STATEMENT
        EXECUTE FUNCTION {TRIGGERS}{event}('{_mark()}')
    """


def _sqlite(event: str) -> str:
    after = event.upper()
    old = f"DELETE FROM {TERMS} WHERE contact_id = OLD.id;"
    new = f"""
        INSERT INTO {TERMS} (contact_id, place, kind, term)
        SELECT NEW.id, key, value ->> 0, value ->> 1
        FROM json_each({SQLITE_FUNCTION}({_listed("NEW")}));
    """
    if event == "update":
        differs = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in COLUMNS)
        after = f"UPDATE OF {', '.join(COLUMNS)}"
        new = f"WHEN {differs} BEGIN /* {_mark()} */ {old} {new} END"
    else:
        new = f"BEGIN /* {_mark()} */ {new if event == 'insert' else old} END"
    return f"CREATE TRIGGER {TRIGGERS}{event} AFTER {after} ON {CONTACTS} {new}"


def _functions(connection: BaseDatabaseWrapper) -> list[str]:
    """What the triggers of PostgreSQL run.

    What depends on how many rows there are is planned each time: kept from one row, a
    plan would take hours for a million.
    """
    if connection.vendor != "postgresql":
        return []
    changed = f"""
        SELECT n.* FROM new_rows n JOIN old_rows o ON o.id = n.id
        WHERE ({_listed("n")}) IS DISTINCT FROM ({_listed("o")})
    """
    bodies = {
        "insert": _insert(connection, "new_rows") + ";",
        "update": f"""
            EXECUTE $sql$ DELETE FROM {TERMS} WHERE contact_id IN
                (SELECT id FROM ({changed}) c) $sql$;
            EXECUTE $sql$ {_insert(connection, f"({changed})")} $sql$;
        """,
        "delete": f"""
            EXECUTE $sql$ DELETE FROM {TERMS} WHERE contact_id IN
                (SELECT id FROM old_rows) $sql$;
        """,
    }
    return [
        f"""
            CREATE OR REPLACE FUNCTION {TRIGGERS}{event}() RETURNS trigger
            LANGUAGE plpgsql AS $body$ BEGIN {body} RETURN NULL; END $body$
        """
        for event, body in bodies.items()
    ]


def _insert(connection: BaseDatabaseWrapper, rows: str) -> str:
    """Return the statement that writes the terms of `rows`, contacts without any."""
    if connection.vendor == "postgresql":
        return _insert_on_postgresql(rows)
    return f"""
        INSERT INTO {TERMS} (contact_id, place, kind, term)
        SELECT c.id, key, value ->> 0, value ->> 1
        FROM {rows} c, json_each({SQLITE_FUNCTION}({_listed("c")}))
    """


def _insert_on_postgresql(rows: str) -> str:
    blanks = " " * len(SEPARATORS)
    separators = SEPARATORS.replace("'", "''").replace("\\", "\\\\")

    def words(column: str) -> str:
        blank = f"translate(upper({column}), E'{separators}', '{blanks}')"
        return f"unnest(string_to_array({blank}, ' ')) WITH ORDINALITY w(term, place)"

    def plain_words(column: str) -> str:
        """Words that are others without their marks; few texts have any."""
        has_any = (
            f"octet_length({column}) > length({column}) OR upper({column}) LIKE '%AE%'"
        )
        return f"""
            {words(f"CASE WHEN {has_any} THEN {column} END")} CROSS JOIN LATERAL
            (SELECT {plainly_on_postgresql("w.term")} AS plain) p WHERE plain <> term
        """

    number, name, email, phone, city, plain_name, plain_city = map(int, TermKind)
    phones = " UNION ALL ".join(
        f"""
        SELECT {place}, {phone}, COALESCE(NULLIF(substr(c.{column}_e164, 2), ''),
            ltrim(regexp_replace(c.{column}, '[^0-9]', '', 'g'), '0'))
        UNION ALL SELECT {place + 1}, {phone}, ltrim(
            regexp_replace(substr(c.{column}_e164, 2), '{CALLING_CODE}', ''), '0')
        """
        for place, column in ((3, "phone"), (5, "mobile"))
    )
    return f"""
        INSERT INTO {TERMS} (contact_id, place, kind, term)
        SELECT c.id, t.place, t.kind, t.term FROM {rows} c CROSS JOIN LATERAL (
            SELECT 0 AS place, {number} AS kind, upper(c.number) AS term
            UNION ALL SELECT 7, {number}, NULLIF(
                ltrim(regexp_replace(c.number, '[^0-9]', '', 'g'), '0'), c.number)
            UNION ALL SELECT 1, {email}, upper(c.email)
            UNION ALL SELECT 2, {email}, upper(c.email_2)
            UNION ALL {phones}
            UNION ALL SELECT {NAMES} + place, {name}, term FROM {words("c.name")}
            UNION ALL SELECT {CITIES} + place, {city}, term FROM {words("c.city")}
            UNION ALL SELECT {PLAIN_NAMES} + place, {plain_name}, plain
                FROM {plain_words("c.name")}
            UNION ALL SELECT {PLAIN_CITIES} + place, {plain_city}, plain
                FROM {plain_words("c.city")}
        ) t WHERE t.term <> '' ORDER BY t.kind, t.term COLLATE "C", c.id
    """


def _listed(alias: str) -> str:
    return ", ".join(f"{alias}.{name}" for name in COLUMNS)
