"""Two people at the same moment, with the locks of a real server between them."""

import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import (
    Attachment,
    InteractionLogEntry,
    InteractionTemplateSetup,
    LoggedSegment,
    Run,
)
from interactions.services.once import DoneAlready, keep_upload, only_once
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment
from segments_app.services import (
    SegmentAlreadyLogged,
    SegmentChanged,
    create_segment,
    log_segment,
    refine_contacts,
)
from segments_app.services.drafts import save_draft
from segments_app.services.log_interaction import log_interaction
from segments_app.services.phone_calls import log_call
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
        except (SegmentAlreadyLogged, SegmentChanged, DoneAlready) as refusal:
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


KEY = uuid.UUID("2f1c8a52-9a41-4ad0-8d9c-6f3f6e0d5a11")


@pytest.fixture
def values() -> dict[str, Any]:
    """A call or visit by Nina."""
    template = make_template("VISIT", description="A visit")
    InteractionTemplateSetup.objects.create(outgoing_calls=template)
    nina = Salesperson.objects.create(code="NINA", name="Nina Holm")
    anna = make_person("Anna Dahl", salesperson=nina)
    return {"contact": anna, "template": template, "contact_via": "22 34 56 78"}


def log_visit(values: dict[str, Any]) -> InteractionLogEntry:
    return log_interaction(values=values, once_key=KEY, user=None, at=NOW)


def log_the_call(values: dict[str, Any]) -> InteractionLogEntry:
    return log_call(values=values, once_key=KEY, user=None, at=NOW)


@pytest.mark.parametrize("log", [log_visit, log_the_call])
@pytest.mark.parametrize("refused_before", [False, True])
def test_one_page_clicked_twice_logs_one_interaction(values, log, refused_before):
    if refused_before:
        keep_upload(key=KEY, document=make_document("Dear"), at=NOW)
    assert at_once(lambda: log(values)) == ["DoneAlready", "InteractionLogEntry"]
    assert InteractionLogEntry.objects.count() == 1
    assert not Attachment.objects.exists()


def test_one_page_clicked_twice_keeps_one_draft(values):
    def keep() -> InteractionLogEntry:
        return save_draft(values=values, once_key=KEY, user=None, at=NOW)

    assert at_once(keep) == ["InteractionLogEntry", "InteractionLogEntry"]
    assert InteractionLogEntry.objects.count() == 1


def test_one_page_clicked_twice_makes_one_segment():
    def make() -> Segment:
        return create_segment(description="Spring", user=None, at=NOW)

    ends = at_once(lambda: only_once(key=KEY, make=make, at=NOW))
    assert ends == ["DoneAlready", "Segment"]
    assert Segment.objects.count() == 1
