"""Which contacts may be the same: one pass over the register.

First everybody's keys are written down, then those are left that somebody shares, then
who shares one is compared. Each chunk is short, and what was done so far is in
`Search`, so the search goes on where it stopped.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Count

from ...choices import PairState
from ...duplicates import compare, keys_of
from ...models import Contact, DuplicateKey, DuplicatePair
from ...models.plans import analyze
from .likeness import facts_after, facts_by_key, in_parts, stored_reasons

# What more contacts than this share, a switchboard for instance, is no hint.
MOST_SHARING = 50
KEYS_AT_ONCE = 5_000
SORTED_AT_ONCE = 20_000
COMPARED_AT_ONCE = 2_000
# Keys are spread evenly below this: how far they are sorted is seen by the key.
KEY_BITS = 63
WRITING, SORTING, COMPARING, OVER = "keys", "sort", "compare", "over"


@dataclass
class Search:
    """How far a search is.

    `after` is the last contact, or while keys are sorted the last key, that was done;
    `written` counts the contacts whose keys are there. `shared_by_too_many` counts the
    keys that were left out, `compared` the pairs that were weighed, `found` those that
    are alike enough and `gone` the open pairs of earlier searches that no longer are.
    """

    number: int
    phase: str = WRITING
    after: int = 0
    done: int = 0
    total: int = 0
    written: int = 0
    shared_by_too_many: int = 0
    compared: int = 0
    found: int = 0
    gone: int = 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def find_duplicates(
    *, search: Search, least: int, at: datetime, dry_run: bool = False
) -> Iterator[Search]:
    """Look for pairs that are `least` alike or more and keep them.

    Yields `search` after each chunk; what it counts up to then is written. Pairs that
    somebody called different stay so. With `dry_run` no pair is written.
    """
    if search.phase == WRITING and not search.after:
        DuplicateKey.objects.filter(search=search.number).delete()
        search.total = 3 * Contact.objects.count()
    while search.phase != OVER:
        with transaction.atomic():
            if search.phase == WRITING:
                _write_keys(search)
            elif search.phase == SORTING:
                _keep_shared(search)
            else:
                _compare(search, least, at, dry_run)
        yield search


def _write_keys(search: Search) -> None:
    held = facts_after(
        Contact.objects.filter(anonymised_at=None), search.after, KEYS_AT_ONCE
    )
    if not held:
        analyze(DuplicateKey)
        search.phase, search.after, search.written = SORTING, -1, search.done
        return
    rows = [[key, pk] for pk, facts in held.items() for key in keys_of(facts)]
    table = connection.ops.quote_name(DuplicateKey._meta.db_table)
    if connection.vendor == "postgresql":
        source = "SELECT %s, unnest(%s::bigint[]), unnest(%s::bigint[])"
        values: list[Any] = [[key for key, _pk in rows], [pk for _key, pk in rows]]
    else:
        columns = "json_extract(value, '$[0]'), json_extract(value, '$[1]')"
        source = f"SELECT %s, {columns} FROM json_each(%s)"  # noqa: S608
        values = [json.dumps(rows)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (search, key, holder) {source}",  # noqa: S608
            [search.number, *values],
        )
    search.after = max(held)
    search.done += len(held)


def _keep_shared(search: Search) -> None:
    """Of the next keys, leave those that two or more have, but not too many."""
    keys = DuplicateKey.objects.filter(search=search.number)
    coming = keys.filter(key__gt=search.after).order_by("key")
    last = coming.values_list("key", flat=True)[SORTED_AT_ONCE - 1 : SORTED_AT_ONCE]
    upto = last.first()
    if upto is None:
        upto = coming.values_list("key", flat=True).last()
    if upto is None:
        analyze(DuplicateKey)
        holders = keys.aggregate(count=Count("holder", distinct=True))["count"]
        search.phase, search.after = COMPARING, 0
        search.done = 2 * search.written
        search.total = search.done + holders
        return
    shared = coming.filter(key__lte=upto).order_by().values("key")
    shared = shared.annotate(holders=Count("pk"))
    search.shared_by_too_many += shared.filter(holders__gt=MOST_SHARING).count()
    table = connection.ops.quote_name(DuplicateKey._meta.db_table)
    chunk = "search = %s AND key > %s AND key <= %s"
    of_chunk = [search.number, search.after, upto]
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE {chunk} AND key IN "  # noqa: S608
            f"(SELECT key FROM {table} WHERE {chunk} "
            "GROUP BY key HAVING COUNT(*) = 1 OR COUNT(*) > %s)",
            [*of_chunk, *of_chunk, MOST_SHARING],
        )
    search.after = upto
    search.done = search.written + (search.written * upto >> KEY_BITS)


def _compare(search: Search, least: int, at: datetime, dry_run: bool) -> None:
    chunk = _next_holders(search)
    if not chunk:
        _finish(search, at, dry_run)
        return
    pairs = _sharing(search, chunk[-1])
    known = facts_by_key({pk for pair in pairs for pk in pair})
    alike = []
    for one, other in pairs:
        if one not in known or other not in known:
            continue
        search.compared += 1
        match = compare(known[one], known[other])
        if match.score >= least:
            alike.append(
                DuplicatePair(
                    one_id=one,
                    other_id=other,
                    score=match.score,
                    reasons=stored_reasons(match),
                    found_at=at,
                )
            )
    search.found += len(alike) if dry_run else keep_pairs(alike)
    # Nobody who comes is compared with them again.
    compared = DuplicateKey.objects.filter(search=search.number)
    compared.filter(holder__lte=chunk[-1]).delete()
    search.after = chunk[-1]
    search.done += len(chunk)


def _next_holders(search: Search) -> list[int]:
    holders = DuplicateKey.objects.filter(
        search=search.number, holder__gt=search.after
    ).order_by("holder")
    return list(holders.values_list("holder", flat=True).distinct()[:COMPARED_AT_ONCE])


def _sharing(search: Search, last: int) -> list[tuple[int, int]]:
    """Return who shares a key with the contacts up to `last`: each pair once."""
    table = connection.ops.quote_name(DuplicateKey._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT one.holder, other.holder FROM {table} one "  # noqa: S608
            f"JOIN {table} other ON other.search = one.search AND other.key = one.key "
            "AND other.holder > one.holder "
            "WHERE one.search = %s AND one.holder > %s AND one.holder <= %s",
            [search.number, search.after, last],
        )
        return list(cursor.fetchall())


def keep_pairs(pairs: list[DuplicatePair]) -> int:
    """Write pairs, new ones and those known already; return how many.

    Nobody deletes or merges these contacts until the end of the transaction.
    """
    keys = {pk for pair in pairs for pk in (pair.one_id, pair.other_id)}
    held: set[int] = set()
    # The parts too are taken in the order of the locks.
    for contacts in (Contact.objects.companies(), Contact.objects.persons()):
        for some in in_parts(keys):
            locked = contacts.filter(pk__in=some).locked_in_order(no_key=True)
            held.update(locked.values_list("pk", flat=True))
    kept = [pair for pair in pairs if {pair.one_id, pair.other_id} <= held]
    DuplicatePair.objects.bulk_create(
        kept,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["one", "other"],
        update_fields=["score", "reasons", "found_at"],
    )
    return len(kept)


def _finish(search: Search, at: datetime, dry_run: bool) -> None:
    stale = DuplicatePair.objects.filter(state=PairState.OPEN, found_at__lt=at)
    if not dry_run:
        search.gone = stale.delete()[0]
    search.phase = OVER
    search.done = search.total
