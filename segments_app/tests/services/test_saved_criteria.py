"""Saving the steps of a segment and taking them again: segments.md 4.2 and 4.3."""

import pytest

from contacts.tests.factories import make_company, make_person
from segments_app.criteria import CriteriaError
from segments_app.models import SavedCriteria, SavedCriteriaStep
from segments_app.services import (
    SegmentError,
    add_by_hand,
    add_contacts,
    go_back,
    reduce_contacts,
    refine_contacts,
    remove_by_hand,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.delete_criteria import delete_criteria
from segments_app.services.recipe import MOST_STEPS
from segments_app.services.saved_criteria import NothingToSave
from segments_app.services.write_saved import CodeTaken, SavedStepRefused
from segments_app.tests.factories import NOW, make_segment, names_on, these

pytestmark = pytest.mark.django_db


def where(field, value):
    return {"field": field, "op": "is", "value": value}


@pytest.fixture
def segment():
    """Built with every kind of step and with options that matter."""
    kaffe = make_company("Kaffe AS", city="Oslo")
    make_person("Anna Dahl", company=kaffe, city="Oslo")
    make_person("Bo Lie", company=kaffe, city="Bergen")
    make_person("Excluded Even", city="Oslo", exclude_from_segment=True)
    te = make_company("Te AS", city="Bergen")
    make_person("Cecilie Moe", company=te, city="Bergen")
    dag = make_person("Dag Ek", city="Moss")
    segment = make_segment()
    common = {"segment": segment, "user": None, "at": NOW}
    add_contacts(
        criteria=where("city", "Oslo"),
        options={"expand_companies": True, "ignore_exclusion": True},
        **common,
    )
    add_contacts(criteria=where("city", "Bergen"), **common)
    add_by_hand(contacts=these(dag), **common)
    reduce_contacts(
        criteria=where("first_name", "Cecilie"),
        options={"entire_companies": True},
        **common,
    )
    refine_contacts(criteria=where("type", "person"), **common)
    remove_by_hand(contacts=kaffe.people.filter(first_name="Bo"), **common)
    return segment


ON_IT = ["Excluded Even", "Anna Dahl", "Dag Ek"]


def test_saved_and_reused_they_give_the_same_set_options_included(segment):
    assert sorted(names_on(segment)) == sorted(ON_IT)
    saved = save_criteria(
        segment=segment, code="oslo", description="Oslo", user=None, at=NOW
    )
    assert saved.code == "OSLO"
    again = make_segment(description="Again")
    steps = reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
    assert sorted(names_on(again)) == sorted(ON_IT)
    assert [step.kind for step in steps] == [
        *("add", "add", "add"),
        *("reduce", "refine", "reduce"),
    ]
    assert {step.saved_criteria for step in steps} == {saved}


def test_only_the_steps_up_to_the_cursor_are_saved(segment):
    go_back(segment=segment, user=None)
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    assert saved.steps.count() == 5


def test_reuse_adds_on_top_or_replaces(segment):
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    eva = make_person("Eva Lunde", type="person", city="Hamar")
    other = make_segment(eva)
    reuse_criteria(segment=other, saved=saved, mode="replace", user=None, at=NOW)
    assert sorted(names_on(other)) == sorted(ON_IT)
    steps = other.steps.values_list("kind", "left")
    assert steps[1] == ("replace", 1)
    go_back(segment=other, user=None)
    on_top = make_segment(eva)
    reuse_criteria(segment=on_top, saved=saved, mode="add", user=None, at=NOW)
    assert sorted(names_on(on_top)) == sorted([*ON_IT, "Eva Lunde"])


def test_they_are_asked_of_todays_data(segment):
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    make_person("Frida Foss", city="Oslo")
    again = make_segment()
    reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
    assert "Frida Foss" in names_on(again)


def test_a_code_is_used_once(segment):
    save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    with pytest.raises(CodeTaken):
        save_criteria(segment=segment, code=" oslo ", user=None, at=NOW)
    assert SavedCriteria.objects.count() == 1


def test_an_untouched_segment_has_nothing_to_save():
    with pytest.raises(NothingToSave):
        save_criteria(segment=make_segment(), code="NONE", user=None, at=NOW)
    assert SavedCriteria.objects.count() == 0


def test_they_have_no_more_steps_than_can_be_edited_or_imported(segment):
    element = {"kind": "add", "criteria": where("city", "Oslo"), "options": {}}
    recipe = [element | {"step": 1}] * (MOST_STEPS + 1)
    last = segment.steps.filter(position=segment.position)
    last.update(recipe=recipe)
    with pytest.raises(SavedStepRefused, match="at most 50 steps"):
        save_criteria(segment=segment, code="LONG", user=None, at=NOW)
    assert SavedCriteria.objects.count() == 0
    last.update(recipe=recipe[1:])
    saved = save_criteria(segment=segment, code="LONG", user=None, at=NOW)
    assert saved.steps.count() == MOST_STEPS


def test_deleting_them_leaves_the_steps_that_were_taken_with_them(segment):
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    again = make_segment()
    reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
    same = SavedCriteria.objects.get()
    for each in (saved, same):  # somebody else was faster: it is done
        delete_criteria(saved=each)
    assert not SavedCriteria.objects.exists()
    assert not SavedCriteriaStep.objects.exists()
    assert sorted(names_on(again)) == sorted(ON_IT)
    assert set(again.steps.values_list("saved_criteria", flat=True)) == {None}


def test_all_or_nothing(segment):
    """A code that was deleted since is named, and no step before it is taken."""
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    SavedCriteriaStep.objects.create(
        saved=saved,
        position=99,
        kind="reduce",
        criteria={"has": "mailing_group", "where": where("code", "GONE")},
    )
    again = make_segment()
    with pytest.raises(CriteriaError, match="GONE"):
        reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
    assert (names_on(again), again.steps.count()) == ([], 0)


def test_any_other_mode_is_refused(segment):
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    with pytest.raises(SegmentError):
        reuse_criteria(
            segment=segment, saved=saved, mode="overwrite", user=None, at=NOW
        )
