"""Contacts found while somebody types: the best first, at a cost that does not grow."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from ..models import Contact
from ..models.fields import NUL
from ..models.term import LAST, ContactTerm
from ..search.terms import Word, typed_words

Arm = tuple[str, list[object]]

MOST = 20
# So many terms that start like the rarest word are looked at for the other words, and
# so many of them are taken: a contact may be found by several.
LOOKED_AT = 200
TAKEN = 3


@dataclass(frozen=True)
class Hits:
    """Contacts, the best first; `has_more` if there may be others."""

    contacts: Sequence[Contact]
    has_more: bool = False


def find_contacts(*, text: str, most: int = MOST) -> Hits:
    """Return contacts of which every word of `text` starts a term.

    Numbers and names stand before e-mails, phones and cities, each as they are spelt;
    what is spelt as it was typed stands before what only has the same plain letters.
    Two queries, three for several words: then those who have the rarest of them are
    asked for the others, and of more than 200 the first 200. There may be others
    that a search of the list finds.
    """
    words = [] if NUL in text else typed_words(text)
    if not words:
        return Hits([])
    rarest, is_cut = words[0], False
    if len(words) > 1 or len(rarest.parts) > 1:
        rarest, is_cut = _rarest(words)
    others = [word for word in words if word != rarest or len(word.parts) > 1]
    rows = sorted(_rows(_arms(rarest, others, most)))
    keys = list(dict.fromkeys(contact for _rank, _term, contact in rows))
    shown = Contact.objects.select_related("company")
    contacts = shown.in_bulk(keys[:most])
    found = [contacts[key] for key in keys[:most] if key in contacts]
    return Hits(found, has_more=is_cut or len(keys) > most)


def _rarest(words: Sequence[Word]) -> tuple[Word, bool]:
    """Return the word that the fewest terms start with, and whether they are many."""
    counted: Counter[int] = Counter()
    cut = set()
    for place, count in _rows(_counts(words)):
        counted[place] += count
        if count == LOOKED_AT:
            cut.add(place)
    rarest = min(range(len(words)), key=lambda place: counted[place])
    return words[rarest], rarest in cut


def _counts(words: Sequence[Word]) -> Iterator[Arm]:
    """Yield a query per word and kind: how many terms start like it, up to a limit."""
    for place, word in enumerate(words):
        for kind, prefix in _starts_of(word):
            yield (
                f"""
                SELECT {place:d}, COUNT(*) FROM (
                    SELECT 1 FROM {_table()} t
                    WHERE t.kind = {kind:d} AND {_starts("t")} LIMIT {LOOKED_AT:d}
                ) c
                """,  # noqa: S608
                [prefix, prefix + LAST],
            )


def _arms(word: Word, others: Sequence[Word], most: int) -> Iterator[Arm]:
    """Yield a query per kind: who has a term like `word` and fits the others.

    Their rows are a rank, the better the lower, the term and the contact.
    """
    probes = [_probe(other) for other in others]
    fitting = " AND ".join(sql for sql, _parameters in probes) or "1 = 1"
    asked = [one for _sql, many in probes for one in many]
    looked_at = LOOKED_AT if probes else most * TAKEN
    for rank, (kind, prefix) in enumerate(_starts_of(word)):
        yield (
            f"""
            SELECT * FROM (
                SELECT {rank:d}, f.term, f.contact_id FROM (
                    SELECT t.term, t.contact_id FROM {_table()} t
                    WHERE t.kind = {kind:d} AND {_starts("t")}
                    ORDER BY {_bytewise("t")}, t.contact_id
                    LIMIT {looked_at:d}
                ) f WHERE {fitting} LIMIT {most * TAKEN:d}
            ) a
            """,  # noqa: S608
            [prefix, prefix + LAST, *asked],
        )


def _starts_of(word: Word) -> list[tuple[int, str]]:
    """Return the kinds and starts of the terms of a word, for its longest part."""
    return word.starts(max(word.parts, key=len))


def _rows(arms: Iterable[Arm]) -> list[tuple[Any, ...]]:
    """Return the rows of all these queries, asked as one."""
    statements, parameters = zip(*arms, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(statements), [one for many in parameters for one in many]
        )
        return cursor.fetchall()


def _probe(word: Word) -> Arm:
    """Return the condition that a contact has this word, and its parameters."""
    conditions: list[str] = []
    parameters: list[object] = []
    for part in word.parts:
        alternatives = []
        for prefix, kinds in word.prefixes(part).items():
            listed = ", ".join(str(kind) for kind in kinds)
            # No index knows how a text starts: so the terms of the contact are read.
            alternatives.append(
                f"p.kind IN ({listed}) AND substr(p.term, 1, {len(prefix):d}) = %s"
            )
            parameters.append(prefix)
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
