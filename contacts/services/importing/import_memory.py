"""What an import has to remember of the rows before: in a file that is gone after it.

A private temporary database of SQLite, so that memory does not grow with the file.
"""

import json
import pickle
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...folding import capitals
from ...importing import ContactRow
from ...models import Contact
from .import_keys import Key, keys_of_contact

LinksOf = dict[tuple[int, str], set[int]]


def _scratch(*tables: str) -> sqlite3.Connection:
    # A job runs its chunks in one thread, but not always in the one that began it.
    database = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -8000"):
        database.execute(f"PRAGMA {pragma}")
    for table in tables:
        database.execute(f"CREATE TABLE {table}")
    return database


class SeenEmails:
    """Which name each e-mail of the file had first, and on which line."""

    def __init__(self) -> None:
        self._database = _scratch("seen (key TEXT PRIMARY KEY, line INT, name TEXT)")
        self._known: dict[str, tuple[int, str]] = {}
        self._new: dict[str, tuple[int, str]] = {}

    def load(self, rows: Sequence[ContactRow]) -> None:
        """Look up the e-mails of a batch, after keeping those of the one before."""
        self._database.executemany(
            "INSERT OR IGNORE INTO seen VALUES (?, ?, ?)",
            [(key, *told) for key, told in self._new.items()],
        )
        self._new = {}
        found = self._database.execute(
            "SELECT key, line, name FROM seen WHERE key IN "
            "(SELECT value FROM json_each(?))",
            [json.dumps([_email_key(row) for row in rows if row.email])],
        )
        self._known = {key: (line, name) for key, line, name in found}

    def of(self, row: ContactRow) -> tuple[int, str] | None:
        """Return line and name of the first row with the e-mail of `row`."""
        return self._known.get(_email_key(row)) if row.email else None

    def keep(self, row: ContactRow) -> None:
        if row.email and row.name:
            key = _email_key(row)
            if key not in self._known:
                self._known[key] = self._new[key] = (row.line, row.name)


def _email_key(row: ContactRow) -> str:
    return f"{row.type} {capitals(row.email)}"


class Memory:
    """What a dry run would have written: values, keys and groups."""

    FIELDS = tuple(
        field.attname for field in Contact._meta.concrete_fields if not field.generated
    )

    def __init__(self) -> None:
        self._database = _scratch(
            "contact (id INTEGER PRIMARY KEY, data BLOB)",
            "found (key TEXT, id INT, UNIQUE (key, id))",
            "link (contact INT, field TEXT, rows TEXT, PRIMARY KEY (contact, field))",
        )
        self._next_id = -1

    def keep(self, contacts: Iterable[Contact], links: LinksOf) -> None:
        """Remember contacts as they would be now; new ones have an id below zero."""
        values, keys = [], []
        for contact in contacts:
            contact.company = contact.company  # its key may be new
            data = tuple(getattr(contact, name) for name in self.FIELDS)
            values.append((contact.pk, pickle.dumps(data)))
            keys += [(_text(key), contact.pk) for key in keys_of_contact(contact)]
        run = self._database.executemany
        run("INSERT OR REPLACE INTO contact VALUES (?, ?)", values)
        run("INSERT OR IGNORE INTO found VALUES (?, ?)", keys)
        run(
            "INSERT OR REPLACE INTO link VALUES (?, ?, ?)",
            [(*key, json.dumps(sorted(rows))) for key, rows in links.items()],
        )

    def number(self, contacts: Iterable[Contact]) -> None:
        """Give new contacts the keys by which they are remembered."""
        for contact in contacts:
            contact.pk, self._next_id = self._next_id, self._next_id - 1

    def recall(self, keys: Iterable[Key]) -> Iterator[Contact]:
        """Yield the remembered contacts with these keys, and their employers."""
        asked = json.dumps(sorted({_text(key) for key in keys}))
        ids = self._database.execute(
            "SELECT id FROM found WHERE key IN (SELECT value FROM json_each(?)) "
            "GROUP BY id ORDER BY MIN(rowid)",
            [asked],
        )
        contacts = self._contacts([pk for (pk,) in ids])
        employers = self._contacts(
            {c.company_id for c in contacts.values() if c.company_id is not None}
        )
        for contact in contacts.values():
            if contact.company_id in employers:
                contact.company = employers[contact.company_id]
            yield contact

    def links_of(self, contacts: Iterable[int]) -> Mapping[tuple[int, str], set[int]]:
        found = self._database.execute(
            "SELECT contact, field, rows FROM link WHERE contact IN "
            "(SELECT value FROM json_each(?))",
            [json.dumps(list(contacts))],
        )
        links: LinksOf = defaultdict(set)
        for contact, field, rows in found:
            links[contact, field] = set(json.loads(rows))
        return links

    def _contacts(self, ids: Iterable[int]) -> dict[int, Contact]:
        asked = list(ids)
        found = dict(
            self._database.execute(
                "SELECT id, data FROM contact WHERE id IN "
                "(SELECT value FROM json_each(?))",
                [json.dumps(asked)],
            )
        )
        # Written by this process a moment ago, into a file that nobody else can open.
        return {
            pk: Contact(**dict(zip(self.FIELDS, pickle.loads(found[pk]), strict=True)))  # noqa: S301
            for pk in asked
            if pk in found
        }


def _text(key: Key) -> str:
    return "\x1f".join(key)
