"""Saved criteria are reused by one click, so one click takes that back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.tests.factories import make_person
from segments_app.services import (
    add_contacts,
    copy_segment,
    edit_step,
    go_back,
    go_to_step,
    redo,
    reduce_contacts,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.change_line import change_line
from segments_app.tests.factories import NOW, make_segment, names_on
from segments_app.views.shown_steps import shown_steps

pytestmark = pytest.mark.django_db

BY = {"user": None, "at": NOW}


def in_(city):
    return {"field": "city", "op": "is", "value": city}


@pytest.fixture
def saved():
    """Oslo and Moss without Bo."""
    for name, city in (
        *(("Anna Dahl", "Oslo"), ("Bo Lie", "Oslo")),
        *(("Cecilie Moe", "Moss"), ("Dag Ek", "Voss")),
    ):
        make_person(name, city=city)
    kept = make_segment()
    add_contacts(segment=kept, criteria=in_("Oslo"), **BY)
    add_contacts(segment=kept, criteria=in_("Moss"), **BY)
    bo = {"field": "first_name", "op": "is", "value": "Bo"}
    reduce_contacts(segment=kept, criteria=bo, **BY)
    return save_criteria(segment=kept, code="NO-BO", **BY)


@pytest.fixture
def segment():
    """Dora, by criteria."""
    segment = make_segment()
    make_person("Dora Voss", city="Voss")
    dora = {"field": "first_name", "op": "is", "value": "Dora"}
    add_contacts(segment=segment, criteria=dora, **BY)
    return segment


BEFORE = ["Dora Voss", "Dag Ek"]
CHOSEN = ["Anna Dahl", "Cecilie Moe"]


@pytest.fixture
def reused(saved, segment):
    """Instead of Dag and Dora: they leave, then come three steps."""
    add_contacts(segment=segment, criteria=in_("Voss"), **BY)
    reuse_criteria(segment=segment, saved=saved, mode="replace", **BY)
    return segment


def at(segment):
    return segment.position, names_on(segment)


def test_one_go_back_undoes_it_as_a_whole_and_one_redo_does_it_again(reused):
    assert at(reused) == (6, CHOSEN)
    go_back(segment=reused, user=None)
    assert at(reused) == (2, BEFORE)
    redo(segment=reused, user=None)
    assert at(reused) == (6, CHOSEN)
    go_back(segment=reused, user=None)
    go_back(segment=reused, user=None)
    assert at(reused) == (1, ["Dora Voss"])
    redo(segment=reused, user=None)
    assert at(reused) == (2, BEFORE)


def test_on_top_of_who_is_there_it_goes_back_as_a_whole_too(saved, segment):
    reuse_criteria(segment=segment, saved=saved, mode="add", **BY)
    assert at(segment) == (4, ["Dora Voss", *CHOSEN])
    go_back(segment=segment, user=None)
    assert at(segment) == (1, ["Dora Voss"])


def test_each_of_its_steps_stays_a_step(reused):
    kinds = [(each.kind, each.as_one) for each in shown_steps(reused)]
    assert kinds == [
        ("Add contacts", None),
        ("Add contacts", None),
        ("Replace", (3, 6)),
        ("Add contacts", (3, 6)),
        ("Add contacts", (3, 6)),
        ("Reduce contacts", (3, 6)),
    ]
    go_to_step(segment=reused, position=4, user=None)
    assert at(reused) == (4, ["Anna Dahl", "Bo Lie"])
    redo(segment=reused, user=None)
    assert at(reused) == (6, CHOSEN)
    go_to_step(segment=reused, position=4, user=None)
    go_back(segment=reused, user=None)
    assert at(reused) == (2, BEFORE)


def test_a_step_taken_from_amid_it_stands_for_itself(reused):
    go_to_step(segment=reused, position=4, user=None)
    add_contacts(segment=reused, criteria=in_("Voss"), **BY)
    go_back(segment=reused, user=None)
    assert at(reused) == (4, ["Anna Dahl", "Bo Lie"])
    redo(segment=reused, user=None)
    assert at(reused)[0] == 5
    assert [each.as_one for each in shown_steps(reused)][2:] == [(3, 4), (3, 4), None]


def test_one_of_its_steps_is_edited_like_any_other(reused):
    edit_step(segment=reused, position=5, criteria=in_("Voss"), **BY)
    assert at(reused) == (7, ["Anna Dahl", "Dag Ek", "Dora Voss"])
    go_back(segment=reused, user=None)
    assert at(reused) == (6, CHOSEN)


def test_two_reuses_are_gone_back_one_by_one(saved, reused):
    reuse_criteria(segment=reused, saved=saved, mode="add", **BY)
    assert reused.position == 9
    for position in (6, 2):
        go_back(segment=reused, user=None)
        assert reused.position == position
    for position in (6, 9):
        redo(segment=reused, user=None)
        assert reused.position == position


def test_a_single_step_is_one_anyway(segment):
    saved = save_criteria(segment=segment, code="VOSS", **BY)
    other = make_segment()
    (step,) = reuse_criteria(segment=other, saved=saved, **BY)
    step.refresh_from_db()
    assert step.taken_with is None


def test_a_copy_with_the_steps_knows_it(reused):
    copy = copy_segment(segment=reused, description="Copy", parts="steps", **BY)
    go_back(segment=copy, user=None)
    assert at(copy) == (2, BEFORE)


def test_own_values_are_there_before_it_and_after_it(reused):
    go_back(segment=reused, user=None)
    line = reused.lines.live().get(contact__first_name="Dag")
    change_line(line=line, values={"personal_text": "Dear Dag"}, **BY)
    redo(segment=reused, user=None)
    go_back(segment=reused, user=None)
    live = reused.lines.live().order_by("position")
    texts = list(live.values_list("contact__first_name", "personal_text"))
    assert texts == [("Dora", None), ("Dag", "Dear Dag")]


def test_as_many_queries_for_many_steps_as_for_one(segment, saved, reused):
    def queries(moving):
        with CaptureQueriesContext(connection) as captured:
            for move in (go_back, redo):
                move(segment=moving, user=None)
        return len(captured)

    alone = make_segment()
    for city in ("Voss", "Oslo"):
        add_contacts(segment=alone, criteria=in_(city), **BY)
    assert queries(reused) == queries(alone) + 1
