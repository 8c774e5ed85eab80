"""Preflight and logging of 100,000 lines, against plain SQL.

Run with DATABASE_URL naming an empty PostgreSQL database of its own:

    DATABASE_URL=postgres://.../preflight_bench DEBUG=0 python benchmarks/preflight.py

Preflight is compared with one scan of the same rows: each line with its contact and
its company, its template and document, its greetings, its letters of the last days, its
closed channels and its address elsewhere, each read once.
Logging is compared with the same rows written by hand.
"""

import argparse
import os
import resource
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

from benchmarks import handwritten
from benchmarks.population import populate
from benchmarks.segments import NOW, compare, new_segment, set_up, timed
from segments_app.models import Segment, SegmentStep
from segments_app.services import log_segment, preflight

LINES = """
    INSERT INTO segments_app_segmentline (segment_id, contact_id, added_step, position)
    SELECT %s, c.id, 1, row_number() OVER (ORDER BY c.name, c.id)
    FROM (SELECT * FROM contacts_contact WHERE NOT (privacy_blocked OR minor
        OR exclude_from_segment) ORDER BY id LIMIT %s) c
"""
# Of fifty contacts one has closed the channel that is not used, another is elsewhere.
APART = (
    """
    INSERT INTO contacts_contactchannelblock (contact_id, channel, reason,
        source, since)
    SELECT id, CASE correspondence_type WHEN 'email' THEN 'hard_copy' ELSE 'email' END,
        'unsubscribed', '', DATE '2026-01-01' FROM contacts_contact WHERE id %% 50 = 0
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO contacts_alternativeaddress (contact_id, code, company_name, phone,
        email, address, address_2, postcode, city, county, country)
    SELECT id, 'CABIN', '', '', '', 'Path ' || id, '', '0001', 'Elsewhere', '', 'NO'
    FROM contacts_contact WHERE id %% 50 = 1 ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO contacts_alternativeaddressperiod (contact_id, address_id,
        starting_date) SELECT contact_id, id, DATE '2026-01-01'
    FROM contacts_alternativeaddress ON CONFLICT DO NOTHING
    """,
)
SCAN = """
    SELECT count(*), count(*) FILTER (WHERE c.email = ''),
        count(*) FILTER (WHERE c.address = '' OR c.city = ''),
        count(*) FILTER (WHERE d.document_id IS NULL),
        count(*) FILTER (WHERE c.salesperson_id IS NULL),
        count(*) FILTER (WHERE b.id IS NOT NULL),
        count(*) FILTER (WHERE a.address = '' OR a.city = ''),
        count(*) FILTER (WHERE o.address = c.address AND o.city = c.city),
        count(*) FILTER (WHERE f.id IS NULL),
        count(*) FILTER (WHERE e.contact_id IS NOT NULL)
    FROM segments_app_segmentline l
    JOIN segments_app_segment s ON s.id = l.segment_id
    JOIN contacts_contact c ON c.id = l.contact_id
    LEFT JOIN contacts_contact o ON o.id = c.company_id
    LEFT JOIN interactions_interactiontemplate t ON t.id = s.template_id
    LEFT JOIN interactions_interactiontemplatelanguage d
        ON d.template_id = t.id AND d.language = t.default_language
    LEFT JOIN contacts_salutationformula f
        ON f.salutation_id = c.salutation_id AND f.type = 'formal' AND f.language = ''
    LEFT JOIN contacts_contactchannelblock b
        ON b.contact_id = c.id AND b.channel = c.correspondence_type
    LEFT JOIN contacts_alternativeaddressperiod p
        ON p.contact_id = c.id AND s.date >= p.starting_date
        AND (p.ending_date IS NULL OR s.date <= p.ending_date)
    LEFT JOIN contacts_alternativeaddress a ON a.id = p.address_id
    LEFT JOIN (SELECT DISTINCT contact_id FROM interactions_interactionlogentry
        WHERE NOT cancelled AND NOT postponed AND date >= CURRENT_DATE - 30
          AND correspondence_type <> '' AND information_flow <> 'inbound'
          AND NOT attempt_failed) e ON e.contact_id = c.id
    WHERE l.segment_id = %s AND l.added_step <= s.position
      AND (l.removed_step IS NULL OR l.removed_step > s.position)
"""


def segment_of(lines: int) -> Segment:
    segment = new_segment()
    with connection.cursor() as cursor:
        cursor.execute(LINES, [segment.pk, lines])
    SegmentStep.objects.create(segment=segment, position=1, kind="add", total=lines)
    segment.position = 1
    segment.save()
    return segment


def scan(segment: Segment) -> None:
    with connection.cursor() as cursor:
        cursor.execute(SCAN, [segment.pk])
        cursor.fetchone()


def queries(work: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as asked:
        work()
    return len(asked)


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def memory() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=200_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only-fill", action="store_true")
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database of its own.")
    call_command("migrate", verbosity=0)
    set_up()
    populate(options.contacts)
    with connection.cursor() as cursor:
        for statement in APART:
            cursor.execute(statement, {})
    if options.only_fill:
        return
    small, large = segment_of(options.lines // 100), segment_of(options.lines)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # of what earlier rounds rolled back
    preflight(segment=small, deliver=True)  # the document is compiled once
    if options.plans:
        show_plans(large)
    ours, theirs = [], []
    for _round in range(options.rounds):
        ours.append(seconds(lambda: preflight(segment=large, deliver=True)))
        theirs.append(seconds(lambda: scan(large)))
    a, b = statistics.median(ours), statistics.median(theirs)
    print("| what | rows | ours | by hand | ratio |")
    print("|---|---|---|---|---|")
    print(f"| preflight | {options.lines:,} | {a:.2f} s | {b:.2f} s | {a / b:.2f} |")
    few = queries(lambda: preflight(segment=small, deliver=True))
    many = queries(lambda: preflight(segment=large, deliver=True))
    timed(lambda: log(small))
    before = memory()
    compare(
        "log with delivery",
        lambda: log(large),
        lambda: handwritten.log(large.pk, large.number),
        options.rounds,
    )
    grown = memory() - before
    print(f"\nPreflight: {few} queries for few lines, {many} for many.")
    print(f"Memory: {before:.0f} MB after few lines, {grown:.0f} MB more after many.")
    for segment in (small, large):
        Segment.objects.filter(pk=segment.pk).delete()


def log(segment: Segment) -> int:
    """Log the segment, or what stands at its key, in the transaction of the round."""
    return log_segment.__wrapped__(
        segment=Segment.objects.get(pk=segment.pk), deliver=True, user=None, at=NOW
    ).interactions.count()


def show_plans(segment: Segment) -> None:
    with CaptureQueriesContext(connection) as asked:
        preflight(segment=segment, deliver=True)
    for query in asked.captured_queries:
        with connection.cursor() as cursor:
            sql = query["sql"].replace("%", "%%")
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}")
            print(f"\n-- {query['time']} s")
            print("\n".join(row[0] for row in cursor.fetchall()))


if __name__ == "__main__":
    main()
