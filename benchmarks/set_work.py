"""Union, intersection, difference and comparison of two segments, against plain SQL.

Run with DATABASE_URL naming a PostgreSQL database of its own; an empty one is filled
first, a filled one is used as it is:

    DATABASE_URL=postgres://.../bench python benchmarks/set_work.py

Every figure is the median of interleaved rounds; the hand-written statements write
the same rows into the same tables in the same run.
"""

import argparse
import os
import sys
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.core.management import call_command
from django.db import connection

from benchmarks import handwritten_sets
from benchmarks.population import populate
from benchmarks.segments import NOW, compare, new_segment, set_up
from segments_app.models import Segment, SegmentLine, SegmentStep
from segments_app.services import combine
from segments_app.services.compare import Comparison
from segments_app.services.sources import on_segment

FIRST_NAMES = 20


def lines_of(segment: Segment, *, first: int, count: int) -> Segment:
    """Put `count` contacts who may enter on the segment, from the `first` one on."""
    with connection.cursor() as cursor:
        cursor.execute(handwritten_sets.FILL, [segment.pk, first, count])
    SegmentStep.objects.create(
        segment=segment, position=1, kind="by_hand", entered=count, total=count
    )
    segment.position = 1
    segment.save()
    return segment


def combined(operation: str, segment: Segment, other: Segment) -> int:
    step = combine(
        segment=Segment.objects.get(pk=segment.pk),
        operation=operation,
        source=on_segment(other),
        user=None,
        at=NOW,
    )
    return step.entered + step.left


def compared(first: Segment, second: Segment) -> int:
    comparison = Comparison(first=on_segment(first), second=on_segment(second))
    sizes = comparison.sizes()
    lines = comparison.part("only_first").rows().select_related("contact__company")
    list(lines.order_by("position")[:FIRST_NAMES])
    return sizes.only_first + sizes.both + sizes.only_second


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database of its own.")
    call_command("migrate", verbosity=0)
    set_up()
    populate(options.contacts)

    # Half of each segment is on the other one too.
    first = lines_of(new_segment(), first=0, count=options.lines)
    second = lines_of(new_segment(), first=options.lines // 2, count=options.lines)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE segments_app_segmentline")
    print("| what | rows | ours | by hand | ratio |")
    print("|---|---|---|---|---|")
    for operation in ("union", "intersection", "difference"):
        compare(
            operation,
            lambda operation=operation: combined(operation, first, second),
            lambda operation=operation: handwritten_sets.combine(
                operation, first.pk, second.pk
            ),
            options.rounds,
        )
    compare(
        "comparison, with its first names",
        lambda: compared(first, second),
        lambda: handwritten_sets.compare(first.pk, second.pk, FIRST_NAMES),
        options.rounds,
    )
    SegmentLine.objects.filter(segment__in=[first, second]).delete()
    first.delete()
    second.delete()


if __name__ == "__main__":
    main()
