"""Going back, redo and jumping: nothing is lost, and no line is written."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.tests.factories import make_person
from segments_app.services import (
    SegmentChanged,
    add_contacts,
    go_back,
    go_to_step,
    redo,
    reduce_contacts,
    refine_contacts,
)
from segments_app.services.go_back import NoSuchStep
from segments_app.services.steps import (
    TailLoss,
    in_segment,
    lines_in_order,
    loss_of_tail,
)
from segments_app.tests.factories import NOW, make_segment, names_on, version_at

pytestmark = pytest.mark.django_db


def named(first_name):
    return {"field": "first_name", "op": "is", "value": first_name}


@pytest.fixture
def segment():
    """Anna, Bo and Cecilie (step 1), without Bo (2), only Cecilie (3)."""
    for name in ("Anna Dahl", "Bo Lie", "Cecilie Moe"):
        make_person(name)
    segment = make_segment()
    common = {"segment": segment, "user": None, "at": NOW}
    add_contacts(criteria=None, options={"all_contacts": True}, **common)
    reduce_contacts(criteria=named("Bo"), **common)
    refine_contacts(criteria=named("Cecilie"), **common)
    return segment


EVERYBODY = ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
AT_STEP = {
    0: [],
    1: EVERYBODY,
    2: ["Anna Dahl", "Cecilie Moe"],
    3: ["Cecilie Moe"],
}


def test_every_step_can_be_gone_back_and_redone(segment):
    seen = [names_on(segment)]
    for _step in range(3):
        go_back(segment=segment, user=None)
        seen.append(names_on(segment))
    for _step in range(3):
        redo(segment=segment, user=None)
        seen.append(names_on(segment))
    assert seen == [AT_STEP[step] for step in (3, 2, 1, 0, 1, 2, 3)]


@pytest.mark.parametrize("position", AT_STEP)
def test_the_table_has_at_every_step_who_was_in_then(segment, position):
    if position != segment.position:
        go_to_step(segment=segment, position=position, user=None)
    lines = lines_in_order(segment).order_by("position")
    assert list(lines.values_list("contact__name", flat=True)) == AT_STEP[position]
    live = segment.lines.filter(in_segment(segment))
    assert set(lines) == set(live) == set(segment.lines.live())


def test_where_no_step_is_undone_the_table_passes_over_nobody_who_left(segment):
    at_the_end = str(lines_in_order(segment).query)
    go_back(segment=segment, user=None)
    gone_back = str(lines_in_order(segment).query)
    assert '"removed_step" IS NULL)' in at_the_end
    assert '"removed_step" >' not in at_the_end
    assert '"removed_step" >' in gone_back


@pytest.mark.parametrize("position", AT_STEP)
def test_any_step_can_be_jumped_to(segment, position):
    go_to_step(segment=segment, position=position, user=None)
    assert names_on(segment) == AT_STEP[position]


def test_personal_texts_and_order_survive(segment):
    segment.lines.filter(contact__first_name="Bo").update(personal_text="Dear Bo!")
    go_to_step(segment=segment, position=1, user=None)
    lines = segment.lines.live().order_by("position")
    assert list(lines.values_list("contact__name", "personal_text")) == [
        ("Anna Dahl", None),
        ("Bo Lie", "Dear Bo!"),
        ("Cecilie Moe", None),
    ]


def test_beyond_the_ends_there_is_nothing(segment):
    with pytest.raises(NoSuchStep):
        redo(segment=segment, user=None)
    with pytest.raises(NoSuchStep):
        go_to_step(segment=segment, position=4, user=None)
    go_to_step(segment=segment, position=0, user=None)
    with pytest.raises(NoSuchStep):
        go_back(segment=segment, user=None)
    assert names_on(segment) == []


def test_somebody_elses_step_is_not_overwritten(segment):
    with pytest.raises(SegmentChanged):
        go_back(segment=segment, user=None, expected_version=version_at(segment, 2))
    assert names_on(segment) == AT_STEP[3]


def test_a_new_step_after_going_back_drops_what_was_undone(segment):
    go_to_step(segment=segment, position=1, user=None)
    reduce_contacts(segment=segment, criteria=named("Anna"), user=None, at=NOW)
    assert names_on(segment) == ["Bo Lie", "Cecilie Moe"]
    assert list(segment.steps.values_list("position", "kind", "total")) == [
        (1, "add", 3),
        (2, "reduce", 2),
    ]
    go_back(segment=segment, user=None)
    assert names_on(segment) == EVERYBODY


def test_what_would_be_dropped_is_said_before(segment):
    assert loss_of_tail(segment) == TailLoss()
    dag = make_person("Dag Ek")
    add_contacts(segment=segment, criteria=named("Dag"), user=None, at=NOW)
    segment.lines.filter(contact=dag).update(personal_text="Dear Dag!")
    go_to_step(segment=segment, position=2, user=None)
    assert loss_of_tail(segment) == TailLoss(steps=2, texts=1, documents=0)


def test_going_back_costs_the_same_whatever_the_size(segment):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            go_back(segment=segment, user=None)
            redo(segment=segment, user=None)
        written = [
            query["sql"]
            for query in captured
            if query["sql"].startswith("UPDATE") and "segmentline" in query["sql"]
        ]
        return len(captured), written

    few = queries()
    for number in range(40):
        make_person(f"Many {number}")
    many = {"field": "first_name", "op": "is", "value": "Many"}
    add_contacts(segment=segment, criteria=many, user=None, at=NOW)
    assert queries() == few
    assert few[1] == []
