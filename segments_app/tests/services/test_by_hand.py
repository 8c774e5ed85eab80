"""Single contacts put on and taken off: a step like any other."""

import sqlite3

import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact
from contacts.models.insert_select import insert_from
from contacts.tests.factories import make_company, make_person
from segments_app.services import (
    SegmentChanged,
    add_by_hand,
    change,
    go_back,
    redo,
    remove_by_hand,
)
from segments_app.services.by_hand import NobodyChanged
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"))


@pytest.fixture
def bo():
    return make_person("Bo Lie")


def put(step, segment, *contacts, **options):
    return step(
        segment=segment, contacts=these(*contacts), user=None, at=NOW, **options
    )


def steps_of(segment):
    return list(
        segment.steps.order_by("position").values_list(
            "position", "kind", "entered", "left", "total"
        )
    )


def members_of(step):
    members = step.members.order_by("contact__name")
    return list(members.values_list("contact__name", "removed"))


def test_adding_comes_after_those_who_are_on_it(anna, bo):
    segment = make_segment(bo)
    step = put(add_by_hand, segment, anna, anna.company)
    assert names_on(segment) == ["Bo Lie", "Kaffe AS", "Anna Dahl"]
    assert members_of(step) == [("Anna Dahl", False), ("Kaffe AS", False)]
    assert steps_of(segment) == [(1, "by_hand", 1, 0, 1), (2, "by_hand", 2, 0, 3)]


def test_a_contact_chosen_twice_or_on_it_already_comes_once(anna, bo):
    segment = make_segment(bo)
    step = put(add_by_hand, segment, anna, anna, bo)
    assert names_on(segment) == ["Bo Lie", "Anna Dahl"]
    assert (step.entered, step.kept_out) == (1, {"already_in": 1})


def test_who_may_not_enter_is_kept_out_whoever_adds_them(anna):
    excluded = make_person("Excluded Even", exclude_from_segment=True)
    minor = make_person("Minor Mia", minor=True)
    blocked = make_person("Blocked Berit", privacy_blocked=True, minor=True)
    segment = make_segment()
    step = put(add_by_hand, segment, anna, excluded, minor, blocked)
    assert names_on(segment) == ["Anna Dahl"]
    assert step.kept_out == {"excluded": 1, "minor": 1, "privacy_blocked": 1}


def test_removing_is_gone_back_and_redone_with_the_own_values(anna, bo):
    segment = make_segment(anna, bo)
    segment.lines.filter(contact=anna).update(personal_text="See you!")
    step = put(remove_by_hand, segment, anna)
    assert (names_on(segment), members_of(step)) == (["Bo Lie"], [("Anna Dahl", True)])
    go_back(segment=segment, user=None)
    assert names_on(segment) == ["Anna Dahl", "Bo Lie"]
    assert segment.lines.live().get(contact=anna).personal_text == "See you!"
    redo(segment=segment, user=None)
    assert names_on(segment) == ["Bo Lie"]


def test_contacts_of_a_query_about_the_segment_itself(anna, bo):
    """The answer to the query changes while the step is taken; the step does not."""
    segment = make_segment(anna, bo)
    on_it = Contact.objects.filter(segment_lines__in=segment.lines.live())
    off = remove_by_hand(segment=segment, contacts=on_it, user=None, at=NOW)
    assert (names_on(segment), off.left, len(members_of(off))) == ([], 2, 2)
    on_none = Contact.objects.exclude(segment_lines__in=segment.lines.live())
    on = add_by_hand(segment=segment, contacts=on_none, user=None, at=NOW)
    assert (on.entered, len(members_of(on))) == (3, 3)


def test_who_is_added_again_has_the_own_values_again(anna, bo):
    segment = make_segment(anna, bo)
    segment.lines.filter(contact=anna).update(personal_text="See you!")
    put(remove_by_hand, segment, anna)
    put(add_by_hand, segment, anna)
    assert names_on(segment) == ["Bo Lie", "Anna Dahl"]
    assert segment.lines.live().get(contact=anna).personal_text == "See you!"


class TestNobody:
    """Nothing to do is said, and what was undone can still be redone."""

    @pytest.fixture
    def segment(self, anna, bo):
        segment = make_segment(anna)
        put(add_by_hand, segment, bo)
        return go_back(segment=segment, user=None)

    def test_nobody_is_chosen(self, segment):
        for step in (add_by_hand, remove_by_hand):
            with pytest.raises(NobodyChanged):
                put(step, segment)
        assert names_on(redo(segment=segment, user=None)) == ["Anna Dahl", "Bo Lie"]

    def test_nobody_chosen_is_on_it(self, segment, bo):
        with pytest.raises(NobodyChanged):
            put(remove_by_hand, segment, bo, make_person("Eva Foss"))
        assert names_on(redo(segment=segment, user=None)) == ["Anna Dahl", "Bo Lie"]

    def test_who_is_not_on_it_is_not_named_by_the_step(self, segment, anna):
        step = put(remove_by_hand, segment, anna, make_person("Eva Foss"))
        assert (step.left, members_of(step)) == (1, [("Anna Dahl", True)])


def test_somebody_else_was_faster(anna, bo):
    segment = make_segment(anna)
    for step in (add_by_hand, remove_by_hand):
        with pytest.raises(SegmentChanged):
            put(step, segment, bo, expected_version=version_at(segment, 0))
    assert steps_of(segment) == [(1, "by_hand", 1, 0, 1)]


@pytest.mark.parametrize("step", [add_by_hand, remove_by_hand])
def test_the_number_of_queries_does_not_grow(step):
    def queries(count):
        people = [make_person(f"Person {number}") for number in range(count)]
        segment = make_segment(*people if step is remove_by_hand else ())
        with CaptureQueriesContext(connection) as captured:
            put(step, segment, *people)
        return len(captured)

    assert queries(2) == queries(40)


def test_who_is_meant_is_asked_once_nobody_else_can_change_it(anna, bo, monkeypatch):
    """Bo is unblocked while we wait for the lock."""
    Contact.objects.filter(pk__in=[anna.pk, bo.pk]).update(privacy_blocked=True)
    segment = make_segment(anna, bo)
    claim = change.claim

    def claim_late(**values):
        Contact.objects.filter(pk=bo.pk).update(privacy_blocked=False)
        claim(**values)

    monkeypatch.setattr(change, "claim", claim_late)
    blocked = Contact.objects.filter(privacy_blocked=True)
    remove_by_hand(segment=segment, contacts=blocked, user=None, at=NOW)
    assert names_on(segment) == ["Bo Lie"]


@pytest.fixture
def few_parameters():
    """No more parameters in a statement than SQLite has by default."""
    if connection.vendor != "sqlite":
        yield
        return
    limit = sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER
    connection.ensure_connection()
    before = connection.connection.setlimit(limit, 32_766)
    yield
    connection.connection.setlimit(limit, before)


def test_forty_thousand_come_and_go_at_once(few_parameters):
    everybody = Contact.objects.all()
    for number in range(10):
        make_person("Many", number=f"M-{number}")
    for letter in "ABCDEFGHIJKL":  # each time twice as many
        number = Concat(F("number"), Value(letter))
        insert_from(Contact, everybody, type="person", name="Many", number=number)
    many = everybody.count()
    assert many > 40_000
    segment = make_segment()
    add_by_hand(segment=segment, contacts=everybody, user=None, at=NOW)
    step = remove_by_hand(segment=segment, contacts=everybody, user=None, at=NOW)
    assert steps_of(segment) == [
        (1, "by_hand", many, 0, many),
        (2, "by_hand", 0, many, 0),
    ]
    assert step.members.filter(removed=True).count() == many
