"""The count while somebody types, at 1,000,000 contacts and 5,000,000 interactions.

Run with DATABASE_URL naming a PostgreSQL database of its own; an empty one is filled,
a filled one is used as it is:

    DATABASE_URL=postgres://.../livecount python benchmarks/live_count.py --plans

Ours is what the builder asks while one types, from the JSON of the criteria to the
answer: how many would enter and how many are kept out and why (`count`), then with ten
names of each (`count and names`). By hand are the statements that an expert writes for
the same. Both run in the same run, interleaved; the figures are medians.

The four shapes are those that marketing asks most: what the register itself says
(`fields`), who gets this mailing (`mailing group`, one of
27,000 and one of 700,000), whom we have not written to lately
(`not contacted`), and a role at a kind of company (`role at a customer`).
"""

import argparse
import datetime
import os
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import django

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.population import classify, populate
from benchmarks.segments import set_up
from contacts.models import (
    BusinessRelation,
    Contact,
    JobResponsibility,
    MailingGroup,
)
from interactions.models import InteractionLogEntry
from segments_app.models import Segment
from segments_app.services.change_contacts import change_by_criteria
from segments_app.services.condition_counts import count_each
from segments_app.services.preview import preview

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
PATIENCE = 600.0  # the page gives up sooner; here the time is what we want to know
CUSTOMERS = {
    "has": "business_relation",
    "where": {"field": "code", "op": "is", "value": "CUSTOMER"},
}
MEMBER = """EXISTS (SELECT 1 FROM contacts_contactmailinggroup m
                    JOIN contacts_mailinggroup g ON g.id = m.mailing_group_id
                    WHERE m.contact_id = c.id AND g.code = '{code}')"""
SHAPES: dict[str, tuple[Any, str]] = {
    "fields": (
        {
            "all": [
                {"field": "type", "op": "is", "value": "person"},
                {"field": "country", "op": "is", "value": "DK"},
                {"field": "city", "op": "in", "value": ["City 1", "City 6", "City 11"]},
            ]
        },
        """c.type = 'person' AND c.country = 'DK'
           AND upper(c.city) IN ('CITY 1', 'CITY 6', 'CITY 11')""",
    ),
    "mailing group, small": (
        {
            "has": "mailing_group",
            "where": {"field": "code", "op": "is", "value": "EVENTS"},
        },
        MEMBER.format(code="EVENTS"),
    ),
    "mailing group, large": (
        {
            "has": "mailing_group",
            "where": {"field": "code", "op": "is", "value": "NEWS"},
        },
        MEMBER.format(code="NEWS"),
    ),
    "not contacted": (
        {
            "all": [
                {"field": "type", "op": "is", "value": "person"},
                {
                    "not": {
                        "has": "interaction",
                        "where": {"field": "date", "op": "within_days", "value": 90},
                    }
                },
            ]
        },
        """c.type = 'person'
           AND NOT EXISTS (SELECT 1 FROM interactions_interactionlogentry e
                           WHERE e.contact_id = c.id AND NOT e.cancelled
                             AND NOT e.postponed
                             AND e.date BETWEEN DATE '2026-11-20' - 90
                                            AND DATE '2026-11-20')""",
    ),
    "role at a customer": (
        {
            "all": [
                {
                    "has": "job_responsibility",
                    "where": {"field": "code", "op": "is", "value": "PURCHASE"},
                },
                CUSTOMERS,
            ]
        },
        """EXISTS (SELECT 1 FROM contacts_contactjobresponsibility j
                   JOIN contacts_jobresponsibility r ON r.id = j.job_responsibility_id
                   WHERE j.contact_id = c.id AND r.code = 'PURCHASE')
           AND EXISTS (SELECT 1 FROM contacts_contactbusinessrelation b
                       JOIN contacts_businessrelation r
                           ON r.id = b.business_relation_id
                       WHERE b.contact_id = c.organisation_id
                         AND r.code = 'CUSTOMER')""",
    ),
}
ELIGIBLE = """NOT c.privacy_blocked AND NOT c.exclude_from_segment
    AND NOT (c.minor AND NOT c.parental_consent_received)"""
COUNT = """
    SELECT count(*) FILTER (WHERE {eligible}),
           count(*) FILTER (WHERE c.privacy_blocked),
           count(*) FILTER (WHERE NOT c.privacy_blocked
                            AND c.minor AND NOT c.parental_consent_received),
           count(*) FILTER (WHERE c.exclude_from_segment AND NOT c.privacy_blocked
                            AND NOT (c.minor AND NOT c.parental_consent_received))
    FROM contacts_contact c
    WHERE {where}
"""
NAMES = """
    SELECT c.*, o.*
    FROM contacts_contact c LEFT JOIN contacts_contact o ON o.id = c.company_id
    WHERE {eligible} AND {where}
    ORDER BY c.id LIMIT 10
"""
KEPT_OUT = """
    SELECT c.*, o.*
    FROM contacts_contact c LEFT JOIN contacts_contact o ON o.id = c.company_id
    WHERE (c.privacy_blocked OR c.exclude_from_segment
           OR (c.minor AND NOT c.parental_consent_received)) AND {where}
    ORDER BY o.name NULLS FIRST, o.number NULLS FIRST, c.type, c.name, c.id LIMIT 10
"""


def rows(statement: str, where: str) -> list[tuple]:
    """Ask a statement written by hand."""
    with connection.cursor() as cursor:
        cursor.execute(statement.format(eligible=ELIGIBLE, where=where))
        return cursor.fetchall()


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds it took, and the answer."""
    started = time.perf_counter()
    answer = work()
    return time.perf_counter() - started, answer


def compare(
    name: str, ours: Callable[[], Any], by_hand: Callable[[], Any], rounds: int
) -> None:
    """Print one line of the table; the answers must be the same."""
    mine, hand = [], []
    ours()
    by_hand()
    for _round in range(rounds):
        mine.append(timed(ours))
        hand.append(timed(by_hand))
    answers = {answer for _seconds, answer in (*mine, *hand)}
    if len(answers) > 1:
        raise SystemExit(f"{name}: {answers}")
    a, b = (statistics.median(seconds for seconds, _ in each) for each in (mine, hand))
    found = answers.pop()[0]
    print(f"| {name} | {found:,} | {a:.3f} s | {b:.3f} s | {a / b:.2f} |", flush=True)


def our_count(segment: Segment, criteria: Any) -> tuple[int, ...]:
    effect = change_by_criteria(
        segment=segment, kind="add", criteria=criteria, at=NOW
    ).effect()
    return effect.entered, sum(effect.kept_out.values())


def our_answer(segment: Segment, criteria: Any) -> tuple[int, ...]:
    """All that the page shows beside the rows: figures, names, who is kept out."""
    change = change_by_criteria(segment=segment, kind="add", criteria=criteria, at=NOW)
    shown = preview(change, seconds=PATIENCE)
    kept_out = sum(shown.effect.kept_out.values())
    return shown.effect.entered, kept_out, len(shown.entering), len(shown.kept_out)


def count_by_hand(where: str) -> tuple[int, ...]:
    ((entered, *kept_out),) = rows(COUNT, where)
    return entered, sum(kept_out)


def answer_by_hand(where: str) -> tuple[int, ...]:
    return (
        *count_by_hand(where),
        len(rows(NAMES, where)),
        len(rows(KEPT_OUT, where)),
    )


def conditions_of(criteria: Any) -> list[Any]:
    """What the builder counts row by row: each alone, then with those above it."""
    each = criteria.get("all", [criteria])
    return [*each, *({"all": each[: upto + 1]} for upto in range(1, len(each)))]


def show_plans(segment: Segment) -> None:
    """Print the plan of each count, ours and by hand."""
    for name, (criteria, where) in SHAPES.items():
        with CaptureQueriesContext(connection) as captured:
            our_count(segment, criteria)
        ours = max((each["sql"] for each in captured), key=len)
        by_hand = COUNT.format(eligible=ELIGIBLE, where=where)
        for who, statement in (("ours", ours), ("by hand", by_hand)):
            print(f"\n{name}, {who}\n")
            with connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN (COSTS OFF) {statement}")
                for (line,) in cursor.fetchall():
                    print(f"    {line}")


def fill(contacts: int) -> None:
    call_command("migrate", verbosity=0)
    set_up()
    for model, codes in (
        (MailingGroup, ["EVENTS", *(f"CLUB{number}" for number in range(1, 10))]),
        (JobResponsibility, ["PURCHASE", "MARKETING"]),
        (BusinessRelation, ["CUSTOMER", "VENDOR"]),
    ):
        for code in codes:
            model.objects.get_or_create(code=code)
    populate(contacts, interactions_each=5)
    classify()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--plans", action="store_true", help="print the plans too")
    options = parser.parse_args()
    if connection.vendor != "postgresql":
        raise SystemExit("Set DATABASE_URL to a PostgreSQL database of its own.")
    fill(options.contacts)
    contacts, entries = Contact.objects.count(), InteractionLogEntry.objects.count()
    print(f"{contacts:,} contacts, {entries:,} interactions\n")
    segment = Segment.objects.create(description="Benchmark", date=NOW.date())
    print("| criteria | enter | ours | by hand | ratio |")
    print("|---|---:|---:|---:|---:|")
    for name, (criteria, where) in SHAPES.items():
        compare(
            f"{name}: count",
            partial(our_count, segment, criteria),
            partial(count_by_hand, where),
            options.rounds,
        )
        compare(
            f"{name}: count and names",
            partial(our_answer, segment, criteria),
            partial(answer_by_hand, where),
            options.rounds,
        )
    print("\n| condition by condition, one query | counts | seconds |")
    print("|---|---:|---:|")
    for name, (criteria, _where) in SHAPES.items():
        asked = conditions_of(criteria)
        ask = partial(
            count_each,
            segment=segment,
            kind="add",
            criteria=asked,
            at=NOW,
            seconds=PATIENCE,
        )
        seconds = statistics.median(timed(ask)[0] for _round in range(options.rounds))
        print(f"| {name} | {len(asked)} | {seconds:.2f} s |", flush=True)
    if options.plans:
        show_plans(segment)
    segment.delete()


if __name__ == "__main__":
    main()
