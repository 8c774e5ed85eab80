"""Whom saved criteria would find today: the same as reusing them, on paper."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app.models import Segment, SegmentLine
from segments_app.services import reuse_criteria
from segments_app.services.dry_run import dry_run
from segments_app.services.time_limit import TakesTooLong
from segments_app.services.write_saved import create_saved
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW, make_segment, names_on
from segments_app.tests.services.held_back import contacts_held_back

pytestmark = pytest.mark.django_db


def saved_with(*steps, code="DRY"):
    parts = [
        {"kind": kind, "criteria": criteria, "options": options}
        for kind, criteria, options in steps
    ]
    return create_saved(
        code=code, description="", shared=True, parts=parts, user=None, at=NOW
    )


def city(name):
    return where("city", "is", name)


@pytest.fixture
def cast():
    kaffe = make_company("Kaffe AS", city="Oslo")
    make_person("Anna Dahl", company=kaffe, city="Oslo")
    make_person("Bo Lie", company=kaffe, city="Bergen")
    make_person("Cecilie Moe", city="Bergen")
    make_person("Excluded Even", city="Oslo", exclude_from_segment=True)
    make_person("Blocked Berit", city="Oslo", privacy_blocked=True)


MIXED = (
    ("reduce", city("Moss"), {}),
    ("add", city("Oslo"), {"expand_companies": True}),
    ("refine", where("type", "is", "person"), {}),
    ("add", city("Bergen"), {}),
    ("add", city("Oslo"), {"ignore_exclusion": True}),
    ("reduce", where("first_name", "is", "Anna"), {"entire_companies": True}),
    ("add", where("name", "is", "Anna Dahl"), {"include_related_companies": True}),
)


def test_it_says_step_by_step_what_a_reuse_does(cast):
    saved = saved_with(*MIXED)
    run = dry_run(saved=saved, at=NOW)
    segment = make_segment()
    steps = reuse_criteria(segment=segment, saved=saved, user=None, at=NOW)
    assert [
        (step.effect.entered, step.effect.left, step.effect.total) for step in run.steps
    ] == [(step.entered, step.left, step.total) for step in steps]
    for dry, taken in zip(run.steps, steps, strict=True):
        assert dry.effect.kept_out == taken.kept_out
    assert run.total == segment.lines.live().count()
    assert sorted(each.name for each in run.sample) == sorted(names_on(segment))


def test_it_names_who_moves_at_each_step(cast):
    run = dry_run(saved=saved_with(*MIXED), at=NOW)
    assert [[each.name for each in step.moving] for step in run.steps] == [
        [],
        ["Kaffe AS", "Anna Dahl", "Bo Lie"],
        ["Kaffe AS"],
        ["Cecilie Moe"],
        ["Kaffe AS", "Excluded Even"],
        ["Kaffe AS", "Anna Dahl", "Bo Lie"],
        ["Kaffe AS", "Anna Dahl"],
    ]


def test_no_segment_is_touched(cast):
    other = make_segment(make_person("Dag Ek"))
    dry_run(saved=saved_with(*MIXED), at=NOW)
    assert (Segment.objects.count(), SegmentLine.objects.count()) == (1, 1)
    assert names_on(other) == ["Dag Ek"]


def test_all_contacts(cast):
    run = dry_run(saved=saved_with(("add", None, {"all_contacts": True})), at=NOW)
    assert (run.total, run.steps[0].effect.kept_out) == (
        4,
        {"excluded": 1, "privacy_blocked": 1},
    )


def test_after_a_step_that_cannot_be_taken_nothing_is_counted(cast):
    news = MailingGroup.objects.create(code="NEWS")
    gone = has("mailing_group", where("code", "is", "NEWS"))
    saved = saved_with(
        ("add", city("Oslo"), {}), ("reduce", gone, {}), ("add", city("Bergen"), {})
    )
    news.delete()
    run = dry_run(saved=saved, at=NOW)
    assert [(step.effect.total, step.refused) for step in run.steps] == [
        (2, ""),
        (0, "has mailing_group.where.code: There is no code NEWS."),
    ]
    assert (run.is_refused, run.total, run.sample) == (True, 0, [])


def test_the_number_of_queries_is_that_of_the_steps(cast):
    saved = saved_with(*MIXED)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            dry_run(saved=saved, at=NOW)
        return len(captured)

    few = queries()
    for number in range(30):
        make_person(f"Many {number:02}", city="Oslo")
    # the steps, all totals, who moves at each, who is kept out by each that adds
    limit = 5 if connection.vendor == "postgresql" else 0
    assert queries() == few <= 1 + 1 + 7 + 4 + 1 + limit


def test_adding_and_reducing_by_turns_is_counted_however_often(cast):
    """Each turn nests the conditions once more; that may not double the work."""
    by_turns = [("add", city("Oslo"), {}), ("reduce", city("Bergen"), {})]
    run = dry_run(saved=saved_with(*by_turns * 12), at=NOW)
    assert [step.effect.total for step in run.steps] == [2] * 24


@pytest.mark.postgres
def test_what_takes_too_long_is_given_up():
    saved = saved_with(("add", city("Oslo"), {}))
    with contacts_held_back(), pytest.raises(TakesTooLong, match="given up"):
        dry_run(saved=saved, at=NOW, seconds=0.2)
    assert dry_run(saved=saved, at=NOW).total == 0
