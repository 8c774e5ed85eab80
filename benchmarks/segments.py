"""Building and logging a segment of 100,000 out of 1,000,000, against plain SQL.

Run with DATABASE_URL naming an empty PostgreSQL database of its own:

    DATABASE_URL=postgres://.../bench python benchmarks/segments.py

Every figure is the median of interleaved rounds; the hand-written statements write
the same rows into the same tables in the same run.
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
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from benchmarks import handwritten
from benchmarks.population import populate
from contacts.models import (
    MailingGroup,
    Salesperson,
    Salutation,
    SalutationFormula,
)
from interactions.models import InteractionGroup, InteractionTemplate
from interactions.models import InteractionTemplateLanguage
from interactions.tests.factories import make_document
from segments_app.models import Segment, SegmentStep
from segments_app.services import (
    add_contacts,
    go_back,
    log_segment,
    redo,
    refine_contacts,
)
from segments_app.services.change_contacts import change_by_criteria

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
CRITERIA = {
    "all": [
        {"field": "country", "op": "is", "value": "NO"},
        {
            "has": "mailing_group",
            "where": {"field": "code", "op": "is", "value": "NEWS"},
        },
        {
            "not": {
                "has": "interaction",
                "where": {"field": "date", "op": "within_days", "value": 90},
            }
        },
    ]
}


class Undo(Exception):
    """Rolls a round back, so that every round finds the same database."""


def timed(work: Callable[[], int]) -> tuple[float, int]:
    """Return the seconds and the rows of one round that is rolled back."""
    started = time.perf_counter()
    rows = 0
    try:
        with transaction.atomic():
            rows = work()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            seconds = time.perf_counter() - started
            raise Undo
    except Undo:
        return seconds, rows


def compare(name: str, ours: Callable[[], int], theirs: Callable[[], int], rounds: int):
    """Print one line of the table: medians of interleaved rounds and their ratio."""
    mine, hand = [], []
    for _round in range(rounds):
        mine.append(timed(ours))
        hand.append(timed(theirs))
    (our_rows,), (their_rows,) = {r for _s, r in mine}, {r for _s, r in hand}
    if our_rows != their_rows:
        raise SystemExit(f"{name}: {our_rows} rows against {their_rows}")
    a = statistics.median(seconds for seconds, _rows in mine)
    b = statistics.median(seconds for seconds, _rows in hand)
    print(f"| {name} | {our_rows:,} | {a:.2f} s | {b:.2f} s | {a / b:.2f} |")


def set_up() -> None:
    group, _created = InteractionGroup.objects.get_or_create(code="LETTERS")
    template, _created = InteractionTemplate.objects.get_or_create(
        code="LETTER",
        defaults={"group": group, "description": "Letter", "default_language": "en"},
    )
    InteractionTemplateLanguage.objects.update_or_create(
        template=template, language="en", defaults={"document": make_document()}
    )
    MailingGroup.objects.get_or_create(code="NEWS")
    Salesperson.objects.get_or_create(code="JON", defaults={"name": "Jon"})
    salutation, created = Salutation.objects.get_or_create(code="F")
    if created:
        for kind in ("formal", "informal"):
            SalutationFormula.objects.create(
                salutation=salutation,
                type=kind,
                text="Dear %1 %2,",
                name_1="first_name",
                name_2="surname",
            )


def new_segment() -> Segment:
    template = InteractionTemplate.objects.get(code="LETTER")
    return Segment.objects.create(
        description="Benchmark", template=template, date=NOW.date()
    )


def filled_segment() -> Segment:
    segment = new_segment()
    handwritten.add(segment.pk)
    count = segment.lines.count()
    SegmentStep.objects.create(
        segment=segment, position=1, kind="add", criteria=CRITERIA, total=count
    )
    segment.position = 1
    segment.save()
    return segment


def queries_of_going_back(segment: Segment) -> tuple[int, int]:
    with CaptureQueriesContext(
        connection,
    ) as back:
        go_back(segment=segment, user=None)
    with CaptureQueriesContext(connection) as again:
        redo(segment=segment, user=None)
    return len(back), len(again)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database of its own.")
    call_command("migrate", verbosity=0)
    set_up()
    populate(options.contacts)

    empty = new_segment()
    print("| what | rows | ours | by hand | ratio |")
    print("|---|---|---|---|---|")
    compare(
        "preview count",
        lambda: (
            change_by_criteria(segment=empty, kind="add", criteria=CRITERIA, at=NOW)
            .effect()
            .entered
        ),
        handwritten.count,
        options.rounds,
    )
    compare(
        "add contacts",
        lambda: (
            add_contacts(segment=empty, criteria=CRITERIA, user=None, at=NOW).entered
        ),
        lambda: handwritten.add(empty.pk),
        options.rounds,
    )
    segment = filled_segment()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE segments_app_segmentline")
    refine_contacts(
        segment=segment,
        criteria={"field": "city", "op": "starts_with", "value": "City 1"},
        user=None,
        at=NOW,
    )
    back, again = queries_of_going_back(segment)
    go_back(segment=segment, user=None)
    compare(
        "log the segment",
        lambda: log_segment.__wrapped__(
            segment=Segment.objects.get(pk=segment.pk), deliver=True, user=None, at=NOW
        ).interactions.count(),
        lambda: handwritten.log(segment.pk, segment.number),
        options.rounds,
    )
    print(f"\nGoing back: {back} queries; redo: {again} queries; no line written.")
    segment.delete()
    empty.delete()


if __name__ == "__main__":
    main()
