"""From the open segment in the database to the finished file, against the engine alone.

Run with DATABASE_URL naming a PostgreSQL database of its own; the first run fills it:

    DATABASE_URL=postgres://.../bench python benchmarks/letters_database.py

Both sides merge the same template and as many letters, in interleaved rounds, in a
database that has one run already. Ours reads the lines, freezes them as a run, numbers
them in postal order and prints from what was frozen. By hand is the least that
PostgreSQL must do for frozen letters at all: the same two rows for each, with nothing
but the ten values that this letter shows, and these read again; no letter is made of
them. Few letters and many are compared by what one takes, in a process of its own each
time.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
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
from django.utils import timezone

from benchmarks.letter import letter
from contacts.models import Contact, MarketingSetup, Salesperson
from interactions.merge import compile_template
from interactions.models import (
    Attachment,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
    Run,
)
from interactions.services.documents import compiled
from interactions.services.letters import records
from interactions.services.printing import Output
from segments_app.models import Segment, SegmentLine, SegmentStep
from segments_app.services.letters_again import LetterSnapshot
from segments_app.services.prepare_run import prepare_run
from segments_app.services.print_letters import print_runs

MOST = 3
MEMORY = 1.2
GROWTH = 1.1
KINDS = {
    "one document": Output(whole=True),
    "documents of 250": Output(),
    "one file per contact": Output(each=True),
}


NUMBERED = """
    INSERT INTO interactions_runitem (run_id, sequence, contact_id, left_out,
        merged_number)
    SELECT %(run)s, row_number() OVER (ORDER BY c.postcode, c.city, c.address,
        l.position), c.id, '', ''
    FROM segments_app_segmentline l JOIN contacts_contact c ON c.id = l.contact_id
    WHERE l.segment_id = %(segment)s
"""
FROZEN = """
    INSERT INTO interactions_lettersnapshot (item_id, document_id, inputs,
        engine_version)
    SELECT i.id, %(document)s, jsonb_build_object('contact_name', c.name,
        'contact_company_name', c.name, 'contact_address', c.address,
        'contact_post_code', c.postcode, 'contact_city', c.city, 'contact_no', c.number,
        'formal_salutation', '', 'document_date', s.date, 'salesperson_name', p.name,
        'salesperson_phone_no', p.phone), 1
    FROM interactions_runitem i
    JOIN contacts_contact c ON c.id = i.contact_id
    JOIN segments_app_segment s ON s.id = %(segment)s
    LEFT JOIN contacts_salesperson p ON p.id = s.salesperson_id
    WHERE i.run_id = %(run)s
"""
READ = """
    SELECT i.sequence, s.inputs::text FROM interactions_lettersnapshot s
    JOIN interactions_runitem i ON i.id = s.item_id
    WHERE i.run_id = %(run)s ORDER BY i.sequence
"""


def populate(count: int) -> Segment:
    """Return an open segment with so many lines, each with a letter."""
    description = f"Letters to {count}"
    filled = Segment.objects.filter(description=description).first()
    if filled:
        return filled
    MarketingSetup.objects.get_or_create(defaults={"company_name": "Fjord & Co"})
    jon, _new = Salesperson.objects.get_or_create(
        code="JON", defaults={"name": "Jon Berg", "phone": "+47 22 33 44 55"}
    )
    group, _new = InteractionGroup.objects.get_or_create(code="LETTERS")
    template, new = InteractionTemplate.objects.get_or_create(
        code="LETTER",
        defaults={"group": group, "description": "Letter", "default_language": "en"},
    )
    if new:
        data = letter(native=False)
        document = Attachment.objects.store(data=data, name="letter.docx")
        InteractionTemplateLanguage.objects.create(
            template=template, language="en", document=document
        )
    have = Contact.objects.count()
    Contact.objects.bulk_create(
        (
            Contact(
                number=f"C-{number:07}",
                type="company",
                name=f"Kaffe {'& Te ' * (number % 50 == 0)}{number} AS",
                address=f"Storgata {number % 200}",
                postcode=f"{number % 10_000:04}",
                city="Trondheim",
                country="NO",
                email=f"post@{number}.example",
            )
            for number in range(have, count)
        ),
        batch_size=1_000,
    )
    segment = Segment.objects.create(
        description=description, template=template, salesperson=jon
    )
    SegmentStep.objects.create(
        segment=segment, position=1, kind="by_hand", entered=count, total=count
    )
    segment.position = 1
    segment.save(update_fields=["position"])
    keys = Contact.objects.order_by("pk").values_list("pk", flat=True)[:count]
    SegmentLine.objects.bulk_create(
        (
            SegmentLine(segment=segment, contact_id=key, added_step=1, position=place)
            for place, key in enumerate(keys.iterator(), start=1)
        ),
        batch_size=1_000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return segment


def timed(work: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def engine(template, people: list[dict[str, str]], kind: str, folder: str) -> None:
    """The merge alone, of values that are in memory."""
    with tempfile.TemporaryFile(dir=folder) as out:
        if kind == "one document":
            template.merge_document(people, out)
        elif kind == "documents of 250":
            for start in range(0, len(people), 250):
                template.merge_document(people[start : start + 250], out)
        else:
            template.merge_letters(((p["contact_no"], p) for p in people), out)


def whole(segment: Segment, kind: str, folder: str) -> tuple[float, float]:
    """The way of the product: seconds to freeze and number, and to print."""
    started = time.perf_counter()
    run = prepare_run(segment=segment, user=None, at=timezone.now())
    frozen = time.perf_counter()
    with tempfile.TemporaryFile(dir=folder) as out:
        print_runs(runs=[run], output=KINDS[kind], out=out)
    printed = time.perf_counter()
    run.delete()
    return frozen - started, printed - frozen


def by_hand(segment: Segment, document: int) -> float:
    """The least the database must do for frozen letters; return the seconds."""
    run = Run.objects.create(
        segment_number=segment.number, worksheet=segment.pk, created_at=timezone.now()
    )
    names = {"run": run.pk, "segment": segment.pk, "document": document}
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(NUMBERED, names)
        cursor.execute(FROZEN, names)
    with connection.cursor() as cursor:
        cursor.execute(READ, names)
        for _sequence, inputs in cursor:
            json.loads(inputs)
    seconds = time.perf_counter() - started
    run.delete()
    return seconds


def compare(segment: Segment, rounds: int) -> bool:
    """Print a row per kind; return whether one took too long."""
    run = prepare_run(segment=segment, user=None, at=timezone.now())
    document = InteractionTemplateLanguage.objects.get().document
    template = compile_template(document.read())
    compiled(document)
    people = list(records(LetterSnapshot.objects.filter(item__run=run)))
    print("| file | letters | engine | by hand | freeze | print | ratio | at most |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            rows = []
            for _round in range(rounds):
                with connection.cursor() as cursor:
                    cursor.execute("VACUUM ANALYZE")  # of what was deleted
                alone = timed(engine, template, people, kind, folder)
                kept = by_hand(segment, document.pk)
                rows.append((alone, kept, *whole(segment, kind, folder)))
            alone, kept, freeze, printing = map(
                statistics.median, zip(*rows, strict=True)
            )
            ratio = (freeze + printing) / alone
            missed |= ratio > MOST
            print(
                f"| {kind} | {len(people):,} | {alone:.2f} s | {kept:.2f} s |"
                f" {freeze:.2f} s | {printing:.2f} s | {ratio:.1f} x | {MOST} x |"
            )
    run.delete()
    return missed


def queries(segment: Segment) -> None:
    """Print how many queries a kind takes."""
    with CaptureQueriesContext(connection) as seen:
        run = prepare_run(segment=segment, user=None, at=timezone.now())
    print(f"\nqueries to freeze: {len(seen)}")
    for kind, output in KINDS.items():
        with open(os.devnull, "wb") as out, CaptureQueriesContext(connection) as seen:
            print_runs(runs=[run], output=output, out=out)
        print(f"queries to print, {kind}: {len(seen)}")
    run.delete()


def growth(segments: dict[int, Segment], rounds: int) -> bool:
    """Print what a letter of few and of many takes; return whether it grew."""
    print("\n| file | what | few | many | ratio | at most |")
    print("|---|---|---:|---:|---:|---:|")
    grew = False
    for kind in KINDS:
        taken = [
            [_apart(segment, kind) for _round in range(rounds)]
            for segment in segments.values()
        ]
        few, many = (
            statistics.median(seconds for seconds, _peak in each) / count * 1e6
            for count, each in zip(segments, taken, strict=True)
        )
        low, high = (max(peak for _seconds, peak in each) for each in taken)
        grew |= many > GROWTH * few or high > MEMORY * low
        print(
            f"| {kind} | a letter | {few:.0f} us | {many:.0f} us |"
            f" {many / few:.2f} | {GROWTH} |"
        )
        print(
            f"| {kind} | peak | {low:.0f} MB | {high:.0f} MB |"
            f" {high / low:.2f} | {MEMORY} |"
        )
    return grew


def _apart(segment: Segment, kind: str) -> tuple[float, float]:
    command = [sys.executable, __file__, "--child", str(segment.pk), "--kind", kind]
    result = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, peak = map(float, result.stdout.split())
    return seconds, peak


def child(key: int, kind: str) -> None:
    """Freeze and print one segment; say how long it took, and how much memory."""
    segment = Segment.objects.get(pk=key)
    compiled(InteractionTemplateLanguage.objects.get().document)
    started = time.perf_counter()
    run = prepare_run(segment=segment, user=None, at=timezone.now())
    with open(os.devnull, "wb") as out:
        print_runs(runs=[run], output=KINDS[kind], out=out)
    seconds = time.perf_counter() - started
    status = Path("/proc/self/status").read_text()
    run.delete()
    print(seconds, int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--letters", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-growth", action="store_true")
    parser.add_argument("--child", type=int)
    parser.add_argument("--kind", choices=KINDS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.kind)
        return
    call_command("migrate", verbosity=0)
    segment = populate(options.letters)
    missed = compare(segment, options.rounds)
    queries(segment)
    if not options.no_growth:
        counts = (options.few, options.many)
        segments = {count: populate(count) for count in counts}
        missed |= growth(segments, options.rounds)
    sys.exit(missed)


if __name__ == "__main__":
    main()
