"""Two people at the same moment, with the locks of a real server between them."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from contacts.tests.factories import make_person
from interactions.models import InteractionLogEntry, LoggedSegment, Run
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment
from segments_app.services import (
    SegmentAlreadyLogged,
    SegmentChanged,
    log_segment,
    refine_contacts,
)
from segments_app.services.prepare_run import ready_run
from segments_app.tests.factories import NOW, make_segment, names_on

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(work: Callable[[], Any]) -> list[str]:
    """Do the same in two threads that start together; return how each ended."""
    ends: list[str] = []
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        try:
            ends.append(type(work()).__name__)
        except (SegmentAlreadyLogged, SegmentChanged) as refusal:
            ends.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return sorted(ends)


@pytest.fixture
def segment() -> Segment:
    template = make_template(
        languages={"en": make_document("Dear {{ contact_name }}")},
        default_language="en",
    )
    return make_segment(
        make_person("Anna Dahl", city="Oslo"), make_person("Bo Lie"), template=template
    )


def test_a_double_click_logs_once_and_the_other_is_told(segment):
    segments = [Segment.objects.get(pk=segment.pk) for _each in range(2)]

    def log() -> LoggedSegment:
        return log_segment(segment=segments.pop(), user=None, at=NOW)

    assert at_once(log) == ["LoggedSegment", "SegmentAlreadyLogged"]
    assert LoggedSegment.objects.count() == 1
    assert InteractionLogEntry.objects.count() == 2
    assert not Segment.objects.exists()


def test_two_steps_from_the_same_position_are_not_both_taken(segment):
    segments = [Segment.objects.get(pk=segment.pk) for _each in range(2)]
    seen = segment.steps_version

    def refine() -> Any:
        return refine_contacts(
            segment=segments.pop(),
            criteria={"field": "city", "op": "is", "value": "Oslo"},
            user=None,
            at=NOW,
            expected_version=seen,
        )

    assert at_once(refine) == ["SegmentChanged", "SegmentStep"]
    assert segment.steps.count() == 2
    segment.refresh_from_db()
    assert names_on(segment) == ["Anna Dahl"]


def test_two_who_merge_at_once_print_the_same_run(segment):
    segments = [Segment.objects.get(pk=segment.pk) for _each in range(2)]

    def merge() -> Run:
        return ready_run(segment=segments.pop(), user=None, at=NOW)

    assert at_once(merge) == ["Run", "Run"]
    assert Run.objects.get().items.count() == 2
