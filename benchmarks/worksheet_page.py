"""The worksheet page of a segment with 1,000 to 1,000,000 lines.

Run with DATABASE_URL naming a PostgreSQL database of its own; an empty one is filled,
which takes a few minutes:

    DATABASE_URL=postgres://.../lines_bench python benchmarks/worksheet_page.py

A page is asked for as a browser asks for it, through every middleware and template;
the figures are medians of interleaved rounds.

*Default order.* A page is the 50 lines after (or before) a line that is named, read
from the index on (segment, position): the plan is an index scan that stops after 51
rows, wherever it starts. Nothing is counted; the total stands in the step. What holds
for a line is computed for those 50 only. Lines that left are not in the index that is
read while no step is undone: the row "gaps" has 1,000 live lines among 1,000,000.

*Other orders.* Name, number and e-mail are read from the index of the contacts where
the segment holds a large part of them, and sorted where it holds few. City and company
then sort the contacts and look each up on the segment, until the page is full. All
others are a top-51 sort over the lines, so the time grows with the lines and never
faster: each line is looked at once. Language, document and subject cost most: for each
line they look for a document in the language of its contact.
"""

import argparse
import datetime
import os
import statistics
import sys
import time
from pathlib import Path

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
os.environ.setdefault("DEBUG", "1")  # style sheets come from the working copy
django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, setup_test_environment

from benchmarks.population import populate
from contacts.models import Contact, MailingGroup, Salesperson, Salutation
from interactions.models import (
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from interactions.tests.factories import make_document
from segments_app.models import Segment, SegmentStep
from segments_app.models.keyset import LineOrder
from segments_app.models.line_columns import BY_CODE, COLUMNS
from segments_app.models.querysets import SegmentLineQuerySet
from segments_app.services.steps import insert_lines, lines_in_order

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def set_up() -> None:
    """Make a letter in three languages, and what the population needs."""
    group, _created = InteractionGroup.objects.get_or_create(code="LETTERS")
    template, _created = InteractionTemplate.objects.get_or_create(
        code="LETTER",
        defaults={"group": group, "description": "Letter", "default_language": "en"},
    )
    for language in ("en", "nb", "da"):
        if not template.languages.filter(language=language).exists():
            InteractionTemplateLanguage.objects.create(
                template=template,
                language=language,
                document=make_document(f"Letter {language}"),
            )
    MailingGroup.objects.get_or_create(code="NEWS")
    Salesperson.objects.get_or_create(code="JON", defaults={"name": "Jon"})
    Salutation.objects.get_or_create(code="F")


def segment_of(size: int) -> Segment:
    """Return the segment with so many lines; it is made once."""
    number = f"LINES-{size}"
    if found := Segment.objects.filter(number=number).first():
        return found
    segment = Segment.objects.create(
        number=number,
        description=f"{size:,} lines",
        template=InteractionTemplate.objects.get(code="LETTER"),
        date=NOW.date(),
    )
    last = Contact.objects.order_by("pk").values_list("pk", flat=True)[size - 1]
    insert_lines(segment=segment, contacts=Contact.objects.filter(pk__lte=last), step=1)
    SegmentStep.objects.create(
        segment=segment,
        position=1,
        kind="add",
        options={"all_contacts": True},
        entered=size,
        total=size,
    )
    segment.position = 1
    segment.save(update_fields=["position"])
    return segment


def segment_with_gaps(size: int, kept: int) -> Segment:
    """Return a segment of so many lines, most of which left again by a second step."""
    number = f"GAPS-{size}"
    if found := Segment.objects.filter(number=number).first():
        return found
    full = segment_of(size)
    segment = Segment.objects.create(
        number=number, description="Gaps", template=full.template, date=NOW.date()
    )
    contacts = Contact.objects.filter(pk__in=full.lines.values("contact"))
    insert_lines(segment=segment, contacts=contacts, step=1)
    left = segment.lines.exclude(position__in=range(1, size + 1, size // kept))
    gone = left.update(removed_step=2)
    for position, kind, total in ((1, "add", size), (2, "reduce", size - gone)):
        SegmentStep.objects.create(
            segment=segment, position=position, kind=kind, total=total
        )
    segment.position = 2
    segment.save(update_fields=["position"])
    return segment


def page_time(client: Client, segment: Segment, query: dict) -> float:
    started = time.perf_counter()
    page = client.get(segment.get_absolute_url(), query)
    seconds = time.perf_counter() - started
    if page.status_code != 200 or not page.context["lines"]:
        raise SystemExit(f"{segment} {query}: no lines")
    return seconds


def page_queries(client: Client, segment: Segment, query: dict) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(segment.get_absolute_url(), query)
    return len(captured)


def pages_of(segment: Segment) -> dict[str, dict]:
    """The pages that are asked for in the default order."""
    live = lines_in_order(segment).order_by("position")
    middle = live.filter(position__gte=segment.lines.count() // 2).first()
    return {"first": {}, "middle": {"after": middle.pk}, "last": {"end": 1}}


def default_order(client: Client, segments: dict[str, Segment], rounds: int) -> None:
    """Print the time of any page, against the same page of the smallest segment."""
    print("| page | lines | ms | ratio | queries |")
    print("|---|---|---|---|---|")
    asked = {name: pages_of(segment) for name, segment in segments.items()}
    for page in ("first", "middle", "last"):
        times: dict[str, list[float]] = {name: [] for name in segments}
        for _round in range(rounds + 1):
            for name, segment in segments.items():
                times[name].append(page_time(client, segment, asked[name][page]))
        medians = {name: statistics.median(each[1:]) for name, each in times.items()}
        smallest = next(iter(medians.values()))
        for name, segment in segments.items():
            queries = page_queries(client, segment, asked[name][page])
            print(
                f"| {page} | {name} | {medians[name] * 1000:.0f} "
                f"| {medians[name] / smallest:.2f} | {queries} |"
            )


def other_orders(client: Client, segments: dict[str, Segment], rounds: int) -> None:
    """Print the time of the first page in every order there is."""
    print(f"\n| order | {' | '.join(segments)} |")
    print("|---" * (len(segments) + 1) + "|")
    for column in COLUMNS:
        if column.sort is None:
            continue
        cells = []
        for segment in segments.values():
            query = {"ordering": column.code}
            times = [page_time(client, segment, query) for _round in range(rounds)]
            cells.append(f"{statistics.median(times) * 1000:.0f} ms")
        print(f"| {column.code} | {' | '.join(cells)} |", flush=True)


def plans(segments: dict[str, Segment]) -> None:
    """Print how the lines of a page are found: what is scanned, and how many rows."""
    for name, segment in segments.items():
        lines = lines_in_order(segment)
        middle = segment.lines.count() // 2
        order = LineOrder(BY_CODE["position"])
        show_plan(f"first page, {name}", order.apply(lines))
        show_plan(f"middle, {name}", order.apply(order.starting(lines, middle)))
        show_plan(f"last page, {name}", order.apply(lines, backwards=True))
    largest = segments[f"{max(SIZES):,}"]
    for column in COLUMNS:
        if column.sort is not None:
            order = LineOrder(column)
            show_plan(f"by {column.code}", order.apply(lines_in_order(largest)))


def show_plan(name: str, lines: SegmentLineQuerySet) -> None:
    plan = lines.values_list("pk")[:51].explain(
        analyze=True, costs=False, timing=False, summary=False
    )
    print(f"\n{name}")
    for row in plan.splitlines():
        never = "never executed" in row
        told = "->" in row or "Rows Removed" in row or not row.startswith(" ")
        if told and not never:
            print(f"    {row[:100]}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--default-order-only", action="store_true")
    parser.add_argument("--plans", action="store_true", help="print the plans too")
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database of its own.")
    call_command("migrate", verbosity=0)
    set_up()
    populate(max(SIZES))
    segments = {f"{size:,}": segment_of(size) for size in SIZES}
    gaps = segment_with_gaps(max(SIZES), min(SIZES))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE segments_app_segmentline")
    setup_test_environment()
    user, _created = get_user_model().objects.get_or_create(
        username="bench", defaults={"is_superuser": True}
    )
    client = Client()
    client.force_login(user)
    default_order(client, segments | {"gaps": gaps}, options.rounds)
    if not options.default_order_only:
        other_orders(client, segments, min(options.rounds, 3))
    if options.plans:
        plans(segments | {"gaps": gaps})


if __name__ == "__main__":
    main()
