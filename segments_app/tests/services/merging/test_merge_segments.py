"""Two contacts become one: their lines of segments and the steps that name them."""

from typing import Any

import pytest
from django.db import models

from contacts.models import (
    Contact,
)
from contacts.tests.factories import make_person
from interactions.tests.factories import make_document
from segments_app.models import Segment, SegmentLine, SegmentStep, SegmentStepMember
from segments_app.services import go_back, refine_contacts
from segments_app.tests.factories import make_segment
from segments_app.tests.services.merging.merged import NOW, everything, merge, undo

pytestmark = pytest.mark.django_db


def line(segment: Segment, contact: Contact, span: tuple, **values: Any) -> SegmentLine:
    return segment.lines.create(
        contact=contact, added_step=span[0], removed_step=span[1], **values
    )


def steps(segment: Segment, *totals: int) -> None:
    for position, total in enumerate(totals, start=1):
        segment.steps.create(position=position, kind="add", total=total)
    segment.position = len(totals)
    segment.save()


@pytest.mark.parametrize(
    ("mine", "theirs", "became", "totals"),
    [
        ([(1, None)], [(1, None)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(1, 3)], [(2, None)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(3, None)], [(1, 2)], [(1, 2), (3, None)], [1, 0, 1, 1, 1]),
        ([(1, 3)], [(3, None)], [(1, 3), (3, None)], [1, 1, 1, 1, 1]),
        ([(1, 2), (4, 5)], [(1, None)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(1, None)], [(1, 2), (3, 4)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(2, 3)], [(1, 2), (2, 4)], [(1, 2), (2, 4)], [1, 1, 1, 0, 0]),
    ],
)
def test_on_one_segment_the_line_that_stays_is_in_when_one_of_both_was(
    mine, theirs, became, totals
):
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    segment = make_segment()
    for contact, spans in ((one, mine), (other, theirs)):
        for span in spans:
            line(segment, contact, span)
    steps(segment, *(count_in(segment, position) for position in range(1, 6)))
    before = everything()

    journal = merge(one, other)

    spans = segment.lines.order_by("added_step").values_list(
        "added_step", "removed_step"
    )
    assert list(spans) == became
    told = segment.steps.order_by("position").values_list("total", flat=True)
    assert list(told) == totals
    assert [count_in(segment, position) for position in range(1, 6)] == totals
    undo(journal)
    assert everything() == before


def count_in(segment: Segment, position: int) -> int:
    gone = models.Q(removed_step__isnull=True) | models.Q(removed_step__gt=position)
    return segment.lines.filter(gone, added_step__lte=position).count()


def test_own_values_are_the_survivors_then_the_others_and_none_is_lost():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    segment = make_segment()
    line(segment, one, (1, None), personal_text="Dear Ann")
    line(segment, other, (1, None), personal_text="Hello A.", subject="Your order")
    steps(segment, 2)

    journal = merge(one, other)

    kept = segment.lines.get()
    assert (kept.personal_text, kept.subject) == ("Dear Ann", "Your order")
    dropped = journal.dropped["segments_app.SegmentLine"]
    assert [entry["row"]["personal_text"] for entry in dropped] == ["Hello A."]


def test_who_is_by_copy_of_the_one_that_disappears_is_so_of_the_one_that_stays():
    one, other, third = (make_person(name) for name in ("Ann Lie", "A. Lie", "Bo Lie"))
    segment = make_segment()
    addressee = line(segment, other, (1, None))
    mine = line(segment, one, (1, None), represented_by=addressee)
    copy = line(segment, third, (1, None), represented_by=addressee)
    steps(segment, 3)
    before = everything()

    journal = merge(one, other)

    mine.refresh_from_db()
    copy.refresh_from_db()
    assert (mine.represented_by, copy.represented_by) == (None, mine)
    undo(journal)
    assert everything() == before


def test_nobody_becomes_a_copy_of_themselves():
    one, other, third = (make_person(name) for name in ("Ann Lie", "A. Lie", "Bo Lie"))
    segment = make_segment()
    thirds = line(segment, third, (1, None))
    mine = line(segment, one, (1, None), represented_by=thirds)
    theirs = line(segment, other, (1, None))
    SegmentLine.objects.filter(pk=thirds.pk).update(represented_by=theirs)
    steps(segment, 3)

    merge(one, other)

    lines = segment.lines.order_by("pk").values_list("pk", "represented_by")
    assert list(lines) == [(thirds.pk, None), (mine.pk, thirds.pk)]


def test_a_step_that_names_both_names_one_and_gives_the_other_back():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    segment = make_segment()
    steps(segment, 0)
    step = segment.steps.get()
    step.members.create(contact=one, removed=True)
    step.members.create(contact=other)
    before = everything()

    journal = merge(one, other)

    assert list(SegmentStepMember.objects.values_list("contact", "removed")) == [
        (one.pk, False)
    ]
    undo(journal)
    assert everything() == before


def test_a_segment_is_gone_back_on_after_a_merge_as_before():
    one, other = make_person("Ann Lie", city="Oslo"), make_person("A. Lie")
    segment = make_segment(one, other)
    refine_contacts(
        segment=segment,
        criteria={"field": "city", "op": "is", "value": "Oslo"},
        user=None,
        at=NOW,
    )
    merge(one, other)
    segment.refresh_from_db()
    assert segment.lines.live().count() == 1
    assert SegmentStep.objects.get(position=2).total == 1
    go_back(segment=segment, user=None)
    assert segment.lines.live().count() == 1


def test_an_own_document_goes_along_with_who_wrote_it_and_comes_back():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    segment = make_segment()
    steps(segment, 1)
    written = {
        "document": make_document("Only for A."),
        "document_base": make_document("For everybody"),
        "document_at": NOW,
    }
    line(segment, one, (1, None))
    line(segment, other, (1, None), **written)
    before = everything()
    journal = merge(one, other)
    kept = segment.lines.get()
    assert {name: getattr(kept, name) for name in written} == written
    undo(journal)
    assert everything() == before
