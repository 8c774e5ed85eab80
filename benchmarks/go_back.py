"""Going back, redo and jumping on a step of 500,000 lines against one of 500.

Run with DATABASE_URL naming a PostgreSQL database of its own; an empty one is filled,
which takes a few minutes, a filled one is used again:

    DATABASE_URL=postgres://.../goback_bench python benchmarks/go_back.py
"""

import argparse
import datetime
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from segments_app.models import Segment
from segments_app.services import (
    add_contacts,
    go_back,
    go_to_step,
    redo,
    reduce_contacts,
)

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
FEW = 500
CONTACTS = """
    INSERT INTO contacts_contact (number, type, company_id, name, first_name,
        middle_name, surname, job_title, address, address_2, postcode, city, county,
        country, phone, phone_e164, mobile, mobile_e164, email, email_2, home_page,
        language, correspondence_type, exclude_from_segment, privacy_blocked, minor,
        parental_consent_received, created_at, updated_at)
    SELECT 'G-' || lpad(i::text, 8, '0'), 'person', NULL, 'Contact ' || i, '', '', '',
        '', '', '', '', CASE WHEN i <= %s THEN 'Few' ELSE 'Many' END, '', 'NO', '', '',
        '', '', '', '', '', '', '', false, false, false, false, now(), now()
    FROM generate_series(1, %s) i
"""
# Every row where it is: a line that is written gets a new place and a new xmin.
PLACES = """
    SELECT count(*), sum(hashtext(ctid::text || ' ' || xmin::text)::bigint)
    FROM segments_app_segmentline
"""


def rows(sql: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def segment_of(number: str, size: int, criteria: dict | None) -> Segment:
    """The segment with a step that puts `size` on and one that takes them off."""
    if found := Segment.objects.filter(number=number).first():
        return found
    segment = Segment.objects.create(number=number, description=number, date=NOW.date())
    common = {"segment": segment, "user": None, "at": NOW}
    all_contacts = {"all_contacts": True} if criteria is None else None
    added = add_contacts(criteria=criteria, options=all_contacts, **common)
    everybody = {"field": "number", "op": "is_not_empty"}
    reduced = reduce_contacts(criteria=everybody, **common)
    if (added.entered, reduced.left) != (size, size):
        raise SystemExit(f"{number}: {added.entered} lines; fill an empty database.")
    return segment


def measured(moves: list[tuple[str, Callable[[], Segment]]], rounds: int) -> dict:
    """The median milliseconds and the number of queries of each move."""
    seconds: dict[str, list[float]] = {name: [] for name, _move in moves}
    queries = {}
    for _round in range(rounds):
        for name, move in moves:
            started = time.perf_counter()
            move()
            seconds[name].append(time.perf_counter() - started)
    for name, move in moves:
        with CaptureQueriesContext(connection) as captured:
            move()
        queries[name] = len(captured)
    return {
        name: (statistics.median(seconds[name]) * 1000, queries[name])
        for name, _move in moves
    }


def moves_of(segment: Segment) -> list[tuple[str, Callable[[], Segment]]]:
    """There and back again, so that every round starts at the same step."""
    here = {"segment": segment, "user": None}
    return [
        ("go back", lambda: go_back(**here)),
        ("redo", lambda: redo(**here)),
        ("jump to the start", lambda: go_to_step(position=0, **here)),
        ("jump to the end", lambda: go_to_step(position=2, **here)),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database of its own.")
    call_command("migrate", verbosity=0)
    if not Contact.objects.exists():
        rows(CONTACTS, FEW, options.lines)
        rows("ANALYZE contacts_contact")
    few = {"field": "city", "op": "is", "value": "Few"}
    small = segment_of("GO-FEW", FEW, few)
    large = segment_of(f"GO-{options.lines}", options.lines, None)
    rows("ANALYZE segments_app_segmentline")

    places = rows(PLACES)
    for segment in (small, large):
        go_to_step(segment=segment, position=2, user=None)
        measured(moves_of(segment), 5)  # warm
    costs = [measured(moves_of(each), options.rounds) for each in (small, large)]
    if rows(PLACES) != places:
        raise SystemExit("A line was written.")

    print(f"| move | {FEW:,} lines | {options.lines:,} lines | ratio | queries |")
    print("|---|---|---|---|---|")
    for name in costs[0]:
        (a, queries), (b, many) = costs[0][name], costs[1][name]
        if queries != many:
            raise SystemExit(f"{name}: {queries} queries against {many}.")
        print(f"| {name} | {a:.2f} ms | {b:.2f} ms | {b / a:.2f} | {queries} |")
    print(f"\nNone of {places[0][0]:,} lines was written.")


if __name__ == "__main__":
    main()
