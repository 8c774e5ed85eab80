"""Logging in processes of their own, which are killed or come all at once.

Run by the tests with DATABASE_URL naming a database that has one segment, SM-7. Prints
what happened as JSON.
"""

import datetime
import json
import os
import sys
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "segments_app.config.settings")
django.setup()

from django.db import connection  # noqa: E402

from contacts.models import Contact  # noqa: E402
from interactions.models import (  # noqa: E402
    Delivery,
    InteractionLogEntry,
    LetterSnapshot,
    LoggedSegment,
    Run,
)
from segments_app.models import Segment, SegmentLine, SegmentStep  # noqa: E402
from segments_app.services import SegmentError, log_segment, remove_by_hand  # noqa: E402

from .killing import count_statements, killed_before, spread  # noqa: E402

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
WRITTEN = (
    LoggedSegment,
    InteractionLogEntry,
    Run,
    LetterSnapshot,
    Delivery,
    Segment,
    SegmentLine,
    SegmentStep,
)


def state() -> dict[str, int]:
    """How many rows there are of everything that logging writes or removes."""
    return {model.__name__: model.objects.count() for model in WRITTEN}


def log(**options: Any) -> None:
    log_segment(
        segment=Segment.objects.get(number="SM-7"),
        deliver=True,
        follow_up=True,
        user=None,
        at=NOW,
        **options,
    )


def killed(points: int) -> dict[str, Any]:
    """Kill the logging before statements spread over it; then let it run through."""
    before = state()
    states = []
    for place in spread(points, count_statements(_log_and_roll_back)):
        ended = killed_before(place, log)
        states.append([place, ended, state() == before])
    log()
    after = state()
    try:
        log()
        again = "logged"
    except Segment.DoesNotExist:
        again = "gone"
    return {"before": before, "killed": states, "after": after, "again": again}


def _log_and_roll_back() -> None:
    class Enough(Exception):
        """Rolls back what was only counted."""

    def stop(stage: Any) -> None:
        if stage == "follow_up":
            raise Enough

    with suppress(Enough):
        log(on_stage=stop)
        raise SystemExit("It should have been stopped.")


def at_once(threads: int) -> dict[str, Any]:
    """Let so many log at the same moment."""

    def click() -> str:
        segment = Segment.objects.get(number="SM-7")
        start.wait()
        log_segment(segment=segment, deliver=True, user=None, at=NOW)
        return "logged"

    start = threading.Barrier(threads)
    return {"ends": _together([click] * threads), "after": state()}


def with_others(_one: int) -> dict[str, Any]:
    """Log while somebody else takes a contact off: before or after, never half."""
    start = threading.Barrier(2)

    def click() -> str:
        segment = Segment.objects.get(number="SM-7")
        start.wait()
        log_segment(segment=segment, deliver=True, user=None, at=NOW)
        return "logged"

    def take_off() -> str:
        segment = Segment.objects.get(number="SM-7")
        first = Contact.objects.filter(segment_lines__segment=segment).order_by("pk")
        chosen = Contact.objects.filter(pk=first.values("pk")[:1].get()["pk"])
        start.wait()
        remove_by_hand(segment=segment, contacts=chosen, user=None, at=NOW)
        return "removed"

    return {"ends": _together([click, take_off]), "after": state()}


def _together(works: list[Callable[[], str]]) -> dict[str, int]:
    ends: Counter[str] = Counter()

    def run(work: Callable[[], str]) -> None:
        try:
            ends[work()] += 1
        except SegmentError as refusal:
            ends[type(refusal).__name__] += 1
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return dict(ends)


if __name__ == "__main__":
    what, number = sys.argv[1:]
    asked = {"killed": killed, "at_once": at_once, "with_others": with_others}
    sys.stdout.write(json.dumps(asked[what](int(number))))
