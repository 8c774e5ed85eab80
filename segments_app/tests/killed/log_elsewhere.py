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
from contacts.models.querysets import ContactQuerySet  # noqa: E402
from interactions.models import (  # noqa: E402
    Delivery,
    InteractionLogEntry,
    LetterSnapshot,
    LoggedSegment,
    Run,
)
from segments_app.models import Segment, SegmentLine, SegmentStep  # noqa: E402
from segments_app.services import (  # noqa: E402
    SegmentError,
    add_by_hand,
    go_to_step,
    log_segment,
    remove_by_hand,
)

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
    """Log three segments, each while somebody else changes it."""
    jumped = Segment.objects.get(number="SM-9")
    remove_by_hand(segment=jumped, contacts=_first_on(jumped), user=None, at=NOW)
    return {
        "removes": _log_while("SM-7", _take_off),
        "adds": _log_while("SM-8", _put_on),
        "jumps": _log_while("SM-9", _jump),
    }


def _log_while(number: str, act: Callable[[Segment], Any]) -> dict[str, Any]:
    """Log and act at the same moment; return what each said, and what is logged."""
    start = threading.Barrier(2)

    def click() -> str:
        segment = Segment.objects.get(number=number)
        start.wait()
        log_segment(segment=segment, deliver=True, user=None, at=NOW)
        return "logged"

    def change() -> str:
        segment = Segment.objects.get(number=number)
        start.wait()
        act(segment)
        return "changed"

    ends = _together([click, change])
    entries = InteractionLogEntry.objects.filter(segment_number=number)
    letters = LetterSnapshot.objects.filter(item__entry__in=entries)
    waiting = Delivery.objects.filter(entry__in=entries)
    return {
        "ends": ends,
        "logged": [entries.count(), letters.count(), waiting.count()],
        "open": Segment.objects.filter(number=number).count(),
    }


def _take_off(segment: Segment) -> None:
    remove_by_hand(segment=segment, contacts=_first_on(segment), user=None, at=NOW)


def _put_on(segment: Segment) -> None:
    others = Contact.objects.filter(type="person").exclude(
        segment_lines__segment=segment
    )
    chosen = Contact.objects.filter(pk=others.values("pk")[:1].get()["pk"])
    add_by_hand(segment=segment, contacts=chosen, user=None, at=NOW)


def _jump(segment: Segment) -> None:
    go_to_step(segment=segment, position=1, user=None)


def _first_on(segment: Segment) -> ContactQuerySet:
    first = Contact.objects.filter(segment_lines__segment=segment).order_by("pk")
    return Contact.objects.filter(pk=first.values("pk")[:1].get()["pk"])


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
