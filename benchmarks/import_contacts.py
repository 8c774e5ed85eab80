"""Importing 100,000 contacts from CSV, against COPY of the same rows.

Run with DATABASE_URL naming a PostgreSQL database for benchmarks; what is in it stays:

    DATABASE_URL=postgres://.../bench python benchmarks/import_contacts.py

The file has a line for each of 80,000 persons; the 20,000 companies they work for are
made on the way. COPY writes exactly the rows that the import wrote, into the same
table with the same indexes. Every figure is the median of interleaved rounds.
"""

import argparse
import csv
import datetime
import io
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
from django.db.models import Max

from contacts.importing import open_contact_file
from contacts.models import Contact
from contacts.services.importing.import_contacts import import_contacts

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
HEADINGS = (
    *("first_name", "last_name", "company", "address", "zip", "city", "country"),
    *("phone", "email", "web", "language"),
)
COLUMNS = ", ".join(
    field.column for field in Contact._meta.concrete_fields if not field.generated
)


class Undo(Exception):
    """Rolls a round back, so that every round finds the same database."""


def contact_file(contacts: int) -> bytes:
    """Return a CSV file that makes this many contacts, a fifth of them companies."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for i in range(contacts * 4 // 5):
        firm = i // 4
        writer.writerow(
            (
                f"Åse {i % 997}",
                f"Berg {i % 9973}",
                f"Firm {firm} AS",
                f"Storgata {firm % 500}",
                f"{1000 + firm % 8000}",
                f"City {firm % 400}",
                "Norway",
                f"22 {i % 100:02} {i // 100 % 100:02} {i // 10000 % 100:02}",
                f"person{i}@example.com",
                f"https://firm{firm}.example",
                "nb",
            )
        )
    return text.getvalue().encode()


def run_import(data: bytes) -> None:
    *_batches, summary = import_contacts(file=open_contact_file(data), at=NOW)
    if summary.refused:
        raise SystemExit(f"Refused: {summary.refused_rows[:3]}")


def copy_out(after: int) -> bytes:
    rows = io.BytesIO()
    query = f"SELECT {COLUMNS} FROM contacts_contact WHERE id > {after} ORDER BY id"
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT", rows)
    return rows.getvalue()


def copy_in(rows: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.copy_expert(
            f"COPY contacts_contact ({COLUMNS}) FROM STDIN", io.BytesIO(rows)
        )


def vacuum() -> None:
    """Take away what a round left dead, so that none is slower for those before it."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")


def timed(work: Callable[[], None], expected: int) -> float:
    """Return the seconds of one round that is rolled back."""
    vacuum()
    before = Contact.objects.count()
    started = time.perf_counter()
    try:
        with transaction.atomic():
            work()
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            seconds = time.perf_counter() - started
            written = Contact.objects.count() - before
            if written != expected:
                raise SystemExit(f"{written} contacts instead of {expected}")
            raise Undo
    except Undo:
        return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database for benchmarks.")
    call_command("migrate", verbosity=0)
    last = Contact.objects.aggregate(last=Max("id"))["last"] or 0
    data = contact_file(options.contacts)
    rows = b""
    try:
        with transaction.atomic():
            run_import(data)
            rows = copy_out(last)
            raise Undo
    except Undo:
        pass
    imported, copied = [], []
    for _round in range(options.rounds):
        imported.append(timed(lambda: run_import(data), options.contacts))
        copied.append(timed(lambda: copy_in(rows), options.contacts))
    ours, theirs = statistics.median(imported), statistics.median(copied)
    print("| what | contacts | ours | contacts/s | COPY | ratio |")
    print("|---|---|---|---|---|---|")
    print(
        f"| import from CSV | {options.contacts:,} | {ours:.1f} s | "
        f"{options.contacts / ours:,.0f} | {theirs:.1f} s | {ours / theirs:.1f} |"
    )


if __name__ == "__main__":
    main()
