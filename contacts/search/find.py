"""Contacts found while somebody types: the best first, at a cost that does not grow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from ..models import Contact
from ..models.fields import NUL
from ..models.term import LAST, ContactTerm
from .terms import Word, typed_words

MOST = 20
# So many terms that start like a word are looked at for the other words, and so many
# of them are taken: a contact may be found by several.
LOOKED_AT = 1_000
TAKEN = 3


@dataclass(frozen=True)
class Hits:
    """Contacts, the best first; `has_more` if there may be others."""

    contacts: Sequence[Contact]
    has_more: bool = False


def find_contacts(*, text: str, most: int = MOST) -> Hits:
    """Return contacts of which every word of `text` starts a term, in two queries.

    Numbers and names stand before e-mails, phones and cities, each as they are spelt.
    Of words that thousands start with, the first thousand are looked at: then there
    may be more, which a search of the list finds.
    """
    words = [] if NUL in text else typed_words(text)
    if not words:
        return Hits([])
    arms = list(_arms(words, most))
    statement = " UNION ALL ".join(sql for sql, _parameters in arms)
    with connection.cursor() as cursor:
        cursor.execute(statement, [one for _sql, many in arms for one in many])
        rows = sorted(cursor.fetchall())
    keys = list(dict.fromkeys(contact for _kind, _term, contact in rows))
    contacts = Contact.objects.select_related("company").in_bulk(keys[:most])
    found = [contacts[key] for key in keys[:most] if key in contacts]
    return Hits(found, has_more=len(keys) > most)


def _arms(words: Sequence[Word], most: int) -> Iterator[tuple[str, list[object]]]:
    """Yield a query per word and kind: who starts like this and fits the others."""
    for word in words:
        part = max(word.parts, key=len)
        others = [other for other in words if other is not word]
        if len(word.parts) > 1:
            others.append(word)
        probes = [_probe(other) for other in others]
        fitting = " AND ".join(sql for sql, _parameters in probes) or "1 = 1"
        asked = [one for _sql, many in probes for one in many]
        looked_at = LOOKED_AT if probes else most * TAKEN
        for prefix, kinds in word.prefixes(part).items():
            for kind in kinds:
                yield (
                    f"""
                    SELECT * FROM (
                        SELECT f.kind, f.term, f.contact_id FROM (
                            SELECT t.kind, t.term, t.contact_id FROM {_table()} t
                            WHERE t.kind = {kind:d} AND {_starts("t")}
                            ORDER BY {_bytewise("t")}, t.contact_id
                            LIMIT {looked_at:d}
                        ) f WHERE {fitting} LIMIT {most * TAKEN:d}
                    ) a
                    """,  # noqa: S608
                    [prefix, prefix + LAST, *asked],
                )


def _probe(word: Word) -> tuple[str, list[object]]:
    """Return the condition that a contact has this word, and its parameters."""
    conditions, parameters = [], []
    for part in word.parts:
        alternatives = []
        for prefix, kinds in word.prefixes(part).items():
            listed = ", ".join(str(kind) for kind in kinds)
            alternatives.append(f"p.kind IN ({listed}) AND {_starts('p')}")
            parameters += [prefix, prefix + LAST]
        conditions.append(
            f"EXISTS (SELECT 1 FROM {_table()} p WHERE p.contact_id = f.contact_id"  # noqa: S608
            # Asked of each who starts like the other word, never of the whole table.
            f" AND ({' OR '.join(alternatives)}) LIMIT 1 OFFSET 0)"
        )
    return " AND ".join(conditions), parameters


def _starts(alias: str) -> str:
    return f"{_bytewise(alias)} >= %s AND {_bytewise(alias)} < %s"


def _bytewise(alias: str) -> str:
    return f"{alias}.term" + (
        ' COLLATE "C"' if connection.vendor == "postgresql" else ""
    )


def _table() -> str:
    return ContactTerm._meta.db_table
