"""Changing saved criteria: no segment follows, and nobody overwrites unseen."""

import datetime

import pytest

from contacts.models import MailingGroup
from contacts.services.edits import ChangedMeanwhile
from contacts.tests.factories import make_person
from segments_app.criteria import CriteriaError
from segments_app.models import SavedCriteria, SegmentStep
from segments_app.services import (
    SegmentError,
    add_by_hand,
    add_contacts,
    reduce_contacts,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.edit_saved import (
    SavedCriteriaChanged,
    add_saved_step,
    change_saved_criteria,
    change_saved_step,
    duplicate_criteria,
    fingerprint,
    move_saved_step,
    remove_saved_step,
    saved_steps_of,
)
from segments_app.services.errors import HeaderRefused
from segments_app.services.recipe import MOST_STEPS
from segments_app.services.write_saved import CodeTaken, SavedStepRefused, create_saved
from segments_app.tests.criteria.asking import has, where
from segments_app.tests.factories import NOW, make_segment, names_on, these

pytestmark = pytest.mark.django_db

LATER = NOW + datetime.timedelta(hours=1)
COMMON = {"user": None, "at": LATER}


def part(kind, city, **options):
    criteria = where("city", "is", city)
    return {"kind": kind, "criteria": criteria, "options": options}


OSLO, BERGEN, MOSS = part("add", "Oslo"), part("add", "Bergen"), part("reduce", "Moss")


@pytest.fixture
def saved():
    return create_saved(
        code="NORWAY",
        description="Two cities",
        shared=True,
        parts=[OSLO, BERGEN, MOSS],
        user=None,
        at=NOW,
    )


class TestSteps:
    def test_a_step_is_added_after_the_others(self, saved):
        voss = part("refine", "Voss", entire_companies=True)
        add_saved_step(saved=saved, part=voss, **COMMON)
        assert saved_steps_of(saved) == [OSLO, BERGEN, MOSS, voss]
        saved.refresh_from_db()
        assert saved.updated_at == LATER

    def test_a_step_is_changed_in_its_place(self, saved):
        voss = part("add", "Voss")
        change_saved_step(
            saved=saved, position=2, seen=fingerprint(BERGEN), part=voss, **COMMON
        )
        assert saved_steps_of(saved) == [OSLO, voss, MOSS]

    def test_a_step_is_removed_but_the_last_stays(self, saved):
        for each in (OSLO, BERGEN):
            remove_saved_step(saved=saved, position=1, seen=fingerprint(each), **COMMON)
        assert saved_steps_of(saved) == [MOSS]
        with pytest.raises(SavedStepRefused):
            remove_saved_step(saved=saved, position=1, seen=fingerprint(MOSS), **COMMON)
        assert saved_steps_of(saved) == [MOSS]

    @pytest.mark.parametrize(
        ("position", "to", "order"),
        [(1, 3, [BERGEN, MOSS, OSLO]), (3, 1, [MOSS, OSLO, BERGEN])],
    )
    def test_a_step_is_moved(self, saved, position, to, order):
        seen = fingerprint(saved_steps_of(saved)[position - 1])
        move_saved_step(saved=saved, position=position, to=to, seen=seen, **COMMON)
        assert saved_steps_of(saved) == order

    def test_there_is_no_place_beyond_the_last(self, saved):
        with pytest.raises(SavedStepRefused):
            move_saved_step(
                saved=saved, position=1, to=4, seen=fingerprint(OSLO), **COMMON
            )
        assert saved_steps_of(saved) == [OSLO, BERGEN, MOSS]

    @pytest.mark.parametrize("position", [0, 2, 9])
    def test_what_somebody_changed_meanwhile_is_told(self, saved, position):
        """The page showed Oslo there; it is not there (any more)."""
        seen = {"saved": saved, "position": position, "seen": fingerprint(OSLO)}
        for change in (
            lambda: change_saved_step(part=MOSS, **seen, **COMMON),
            lambda: remove_saved_step(**seen, **COMMON),
            lambda: move_saved_step(to=1, **seen, **COMMON),
        ):
            with pytest.raises(SavedCriteriaChanged):
                change()
        assert saved_steps_of(saved) == [OSLO, BERGEN, MOSS]

    def test_criteria_deleted_meanwhile_are_told(self, saved):
        SavedCriteria.objects.all().delete()
        with pytest.raises(SavedCriteriaChanged):
            add_saved_step(saved=saved, part=OSLO, **COMMON)
        with pytest.raises(SavedCriteriaChanged):
            change_saved_criteria(saved=saved, values={"code": "X"}, **COMMON)

    @pytest.mark.parametrize(
        "bad",
        [
            part("by_hand", "Oslo"),
            part("add", "Oslo", entire_companies=True),
            part("reduce", "Oslo", expand_companies=True),
            part("add", "Oslo", all_contacts=True),
            {"kind": "add", "criteria": None, "options": {}},
            {"kind": "refine", "criteria": None, "options": {}},
        ],
    )
    def test_a_step_that_cannot_be_is_refused(self, saved, bad):
        with pytest.raises(SegmentError):
            add_saved_step(saved=saved, part=bad, **COMMON)
        assert saved_steps_of(saved) == [OSLO, BERGEN, MOSS]

    def test_a_code_that_is_not_set_up_is_refused(self, saved):
        news = has("mailing_group", where("code", "is", "NEWS"))
        step = {"kind": "add", "criteria": news, "options": {}}
        with pytest.raises(CriteriaError, match="NEWS"):
            add_saved_step(saved=saved, part=step, **COMMON)
        MailingGroup.objects.create(code="NEWS")
        add_saved_step(saved=saved, part=step, **COMMON)
        MailingGroup.objects.all().delete()
        remove_saved_step(saved=saved, position=1, seen=fingerprint(OSLO), **COMMON)
        assert saved_steps_of(saved) == [BERGEN, MOSS, step]

    def test_there_are_not_endlessly_many(self):
        full = create_saved(
            code="FULL",
            description="",
            shared=True,
            parts=[OSLO] * MOST_STEPS,
            user=None,
            at=NOW,
        )
        with pytest.raises(SavedStepRefused):
            add_saved_step(saved=full, part=OSLO, **COMMON)


class TestHeader:
    def test_only_what_was_changed_is_written(self, saved):
        stale = SavedCriteria.objects.get()
        change_saved_criteria(saved=saved, values={"code": "nordic"}, **COMMON)
        change_saved_criteria(
            saved=stale,
            values={"description": "Three"},
            seen={"description": "Two cities", "code": "NORWAY"},
            **COMMON,
        )
        stored = SavedCriteria.objects.get()
        assert (stored.code, stored.description) == ("NORDIC", "Three")
        assert stored.updated_at == LATER

    def test_what_both_changed_is_told(self, saved):
        stale = SavedCriteria.objects.get()
        change_saved_criteria(saved=saved, values={"description": "Mine"}, **COMMON)
        with pytest.raises(ChangedMeanwhile):
            change_saved_criteria(
                saved=stale,
                values={"description": "Yours"},
                seen={"description": "Two cities"},
                **COMMON,
            )
        assert SavedCriteria.objects.get().description == "Mine"

    def test_a_code_that_is_taken_or_too_long_is_refused(self, saved):
        duplicate_criteria(
            saved=saved, code="OTHER", description="", shared=True, **COMMON
        )
        with pytest.raises(CodeTaken):
            change_saved_criteria(saved=saved, values={"code": "other"}, **COMMON)
        with pytest.raises(HeaderRefused):
            change_saved_criteria(saved=saved, values={"code": "X" * 21}, **COMMON)
        assert set(SavedCriteria.objects.values_list("code", flat=True)) == {
            "NORWAY",
            "OTHER",
        }


def test_a_duplicate_has_the_same_steps_and_its_own_life(saved, django_user_model):
    kari = django_user_model.objects.create_user("kari")
    copy = duplicate_criteria(
        saved=saved, code="mine", description="", shared=False, user=kari, at=LATER
    )
    assert (copy.code, copy.owner, copy.shared) == ("MINE", kari, False)
    remove_saved_step(saved=saved, position=1, seen=fingerprint(OSLO), **COMMON)
    assert saved_steps_of(copy) == [OSLO, BERGEN, MOSS]
    with pytest.raises(CodeTaken):
        duplicate_criteria(
            saved=saved, code="MINE", description="", shared=True, **COMMON
        )


def test_segments_built_with_them_stay_as_they_are(saved):
    make_person("Anna Dahl", city="Oslo")
    segment = make_segment()
    reuse_criteria(segment=segment, saved=saved, user=None, at=NOW)
    remove_saved_step(saved=saved, position=1, seen=fingerprint(OSLO), **COMMON)
    assert names_on(segment) == ["Anna Dahl"]
    assert segment.steps.count() == 3


class TestWhatASegmentStandsFor:
    """A step with a recipe puts it in the place of everything before it."""

    def test_a_recipe_is_saved_instead_of_what_it_replaced(self):
        dag = make_person("Dag Ek", city="Moss")
        make_person("Anna Dahl", city="Oslo")
        segment = make_segment()
        common = {"segment": segment, "user": None, "at": NOW}
        add_by_hand(contacts=these(dag), **common)
        add_contacts(criteria=where("city", "is", "Bergen"), **common)
        recipe = [
            {"kind": "by_hand", "criteria": None, "options": {}, "step": 1},
            {**OSLO, "step": 2},
        ]
        SegmentStep.objects.create(
            segment=segment, position=3, kind="replace", recipe=recipe
        )
        segment.position = 3
        segment.save()
        reduce_contacts(criteria=where("city", "is", "Voss"), **common)
        saved = save_criteria(segment=segment, code="EDITED", user=None, at=NOW)
        assert saved_steps_of(saved) == [
            {
                "kind": "add",
                "criteria": where("number", "in", [dag.number]),
                "options": {},
            },
            OSLO,
            part("reduce", "Voss"),
        ]
        again = make_segment()
        reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
        assert sorted(names_on(again)) == ["Anna Dahl", "Dag Ek"]

    def test_what_left_before_a_reuse_is_not_saved(self, saved):
        make_person("Anna Dahl", city="Oslo")
        segment = make_segment(make_person("Dag Ek"))
        reuse_criteria(segment=segment, saved=saved, mode="replace", user=None, at=NOW)
        again = save_criteria(segment=segment, code="AGAIN", user=None, at=NOW)
        assert saved_steps_of(again) == [OSLO, BERGEN, MOSS]
