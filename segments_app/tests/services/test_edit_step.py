"""Editing a step: what came after is taken again on today's data (DESIGN 5)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app.choices import StepKind
from segments_app.criteria import CriteriaError
from segments_app.models import SegmentStep, SegmentStepMember
from segments_app.services import (
    SegmentChanged,
    add_by_hand,
    add_contacts,
    combine,
    edit_step,
    go_back,
    go_to_step,
    leave_out_step,
    reduce_contacts,
    refine_contacts,
    remove_by_hand,
    reuse_criteria,
    save_criteria,
)
from segments_app.services.change_contacts import CriteriaMissing
from segments_app.services.edit_step import (
    LaterTotal,
    NotByCriteria,
    NothingEdited,
    StepCountsNoMore,
    editing,
    leaving_out,
    totals_of_later,
)
from segments_app.services.errors import OptionRefused
from segments_app.services.go_back import NoSuchStep
from segments_app.services.recipe import MOST_STEPS
from segments_app.services.replay import StepImpossible, TooManySteps
from segments_app.services.sources import Group
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at

pytestmark = pytest.mark.django_db


def where(field, value):
    return {"field": field, "op": "is", "value": value}


def common(segment):
    return {"segment": segment, "user": None, "at": NOW}


@pytest.fixture
def segment():
    """Oslo (1), Bergen (2), without the Hansens (3), by hand Dag (4) and not Bo (5)."""
    for name, city in (
        ("Anna Dahl", "Oslo"),
        ("Anders Hansen", "Oslo"),
        ("Bo Lie", "Bergen"),
        ("Berit Hansen", "Bergen"),
        ("Mia Holm", "Moss"),
        ("Mats Hansen", "Moss"),
    ):
        make_person(name, city=city)
    dag = make_person("Dag Ek", city="Drammen")
    segment = make_segment()
    add_contacts(criteria=where("city", "Oslo"), **common(segment))
    add_contacts(criteria=where("city", "Bergen"), **common(segment))
    reduce_contacts(criteria=where("surname", "Hansen"), **common(segment))
    add_by_hand(contacts=these(dag), **common(segment))
    bo = Contact.objects.get(first_name="Bo")
    remove_by_hand(contacts=these(bo), **common(segment))
    return segment


def test_the_steps_after_it_are_taken_again(segment):
    assert names_on(segment) == ["Anna Dahl", "Dag Ek"]
    step = edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
    assert names_on(segment) == ["Dag Ek", "Mia Holm"]
    assert (step.position, step.kind, step.entered, step.left, step.total) == (
        *(6, StepKind.REPLACE),
        *(1, 1, 2),
    )
    assert [each["step"] for each in step.recipe] == [1, 2, 3, 4, 5]
    assert step.recipe[0] == {
        "kind": "add",
        "criteria": where("city", "Moss"),
        "options": {},
        "step": 1,
    }


def test_the_earlier_steps_stay_and_going_back_is_to_before(segment):
    edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
    kinds = segment.steps.order_by("position").values_list("kind", flat=True)
    assert list(kinds) == ["add", "add", "reduce", "by_hand", "by_hand", "replace"]
    go_back(segment=segment, user=None)
    assert names_on(segment) == ["Anna Dahl", "Dag Ek"]


def test_who_stays_keeps_the_line_with_its_text_and_its_place(segment):
    dag = segment.lines.get(contact__first_name="Dag")
    segment.lines.filter(pk=dag.pk).update(personal_text="Dear Dag!")
    edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
    line = segment.lines.live().get(contact__first_name="Dag")
    assert (line.pk, line.personal_text, line.position) == (
        *(dag.pk, "Dear Dag!"),
        dag.position,
    )


def test_it_is_asked_of_todays_data(segment):
    """Who moved to Oslo comes, who is blocked meanwhile goes and is told."""
    make_person("Nils Ny", city="Oslo")
    Contact.objects.filter(first_name="Anna").update(privacy_blocked=True)
    step = edit_step(position=2, criteria=where("city", "Moss"), **common(segment))
    assert names_on(segment) == ["Dag Ek", "Mia Holm", "Nils Ny"]
    assert step.kept_out == {"privacy_blocked": 1}


def test_an_edited_step_is_edited_again(segment):
    edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
    edit_step(position=2, criteria=where("city", "Oslo"), **common(segment))
    assert names_on(segment) == ["Dag Ek", "Mia Holm", "Anna Dahl"]


def test_its_options_and_its_kind_are_edited_too(segment):
    make_person("Eva Ekskludert", city="Oslo", exclude_from_segment=True)
    edit_step(
        position=1,
        criteria=where("city", "Oslo"),
        options={"ignore_exclusion": True},
        **common(segment),
    )
    assert names_on(segment) == ["Anna Dahl", "Dag Ek", "Eva Ekskludert"]
    edit_step(
        position=3,
        kind="refine",
        criteria=where("surname", "Hansen"),
        **common(segment),
    )
    assert names_on(segment) == ["Dag Ek", "Anders Hansen", "Berit Hansen"]


def test_whole_organisations_come_and_go(segment):
    kaffe = make_company("Kaffe AS", city="Ski")
    make_person("Kari Kaffe", company=kaffe)
    make_person("Per Kaffe", company=kaffe)
    edit_step(
        position=2,
        criteria=where("city", "Ski"),
        options={"expand_companies": True},
        **common(segment),
    )
    assert names_on(segment) == [
        *("Anna Dahl", "Dag Ek"),
        *("Kaffe AS", "Kari Kaffe", "Per Kaffe"),
    ]
    edit_step(
        position=3,
        criteria=where("first_name", "Kari"),
        options={"entire_companies": True},
        **common(segment),
    )
    assert names_on(segment) == ["Anna Dahl", "Dag Ek", "Anders Hansen"]


def test_a_step_is_left_out(segment):
    step = leave_out_step(position=3, **common(segment))
    assert names_on(segment) == [
        *("Anna Dahl", "Dag Ek"),
        *("Anders Hansen", "Berit Hansen"),
    ]
    assert [each["step"] for each in step.recipe] == [1, 2, 4, 5]
    with pytest.raises(StepCountsNoMore, match="Step 3 does not count any more"):
        leave_out_step(position=3, **common(segment))


def test_by_hand_can_be_left_out_but_has_no_criteria(segment):
    with pytest.raises(NotByCriteria):
        edit_step(position=5, criteria=where("city", "Moss"), **common(segment))
    leave_out_step(position=5, **common(segment))
    assert names_on(segment) == ["Anna Dahl", "Dag Ek", "Bo Lie"]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("union", ["Anna Dahl", "Dag Ek", "Anders Hansen"]),
        ("intersection", ["Anna Dahl"]),
        ("difference", ["Dag Ek"]),
    ],
)
def test_a_combination_is_taken_again_with_whom_it_named(segment, operation, expected):
    step = SegmentStep.objects.create(
        segment=segment,
        position=6,
        kind="combine",
        options={"operation": operation},
        total=2,
    )
    SegmentStepMember.objects.bulk_create(
        SegmentStepMember(step=step, contact=contact)
        for contact in Contact.objects.filter(city="Oslo")
    )
    segment.position = 6
    segment.save()
    edit_step(position=2, criteria=where("city", "Nowhere"), **common(segment))
    assert names_on(segment) == expected


def test_a_union_that_took_the_excluded_too_takes_them_again(segment):
    eva = make_person("Eva Ekskludert", city="Ski", exclude_from_segment=True)
    make_person("Per Blokkert", city="Ski", privacy_blocked=True)
    group = MailingGroup.objects.create(code="SKI")
    for contact in Contact.objects.filter(city="Ski"):
        ContactMailingGroup.objects.create(contact=contact, mailing_group=group)
    combine(
        operation="union",
        source=Group(group=group),
        options={"ignore_exclusion": True},
        **common(segment),
    )
    step = edit_step(position=2, criteria=where("city", "Moss"), **common(segment))
    assert eva.name in names_on(segment)
    assert step.kept_out == {"privacy_blocked": 1}


def test_what_was_before_a_replacement_counts_no_more(segment):
    saved = save_criteria(segment=segment, code="OSLO", user=None, at=NOW)
    reuse_criteria(saved=saved, mode="replace", **common(segment))
    with pytest.raises(StepCountsNoMore):
        edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
    edit_step(position=7, criteria=where("city", "Moss"), **common(segment))
    assert sorted(names_on(segment)) == ["Dag Ek", "Mia Holm"]


class TestRefused:
    def test_no_step_or_an_undone_one(self, segment):
        with pytest.raises(NoSuchStep, match="Step 9 does not exist"):
            edit_step(position=9, criteria=where("city", "Moss"), **common(segment))
        go_to_step(segment=segment, position=2, user=None)
        with pytest.raises(StepCountsNoMore, match="Step 3 is undone"):
            leave_out_step(position=3, **common(segment))

    @pytest.mark.parametrize(
        ("criteria", "options", "error"),
        [
            ({"field": "shoe_size", "op": "is", "value": 1}, {}, CriteriaError),
            (None, {}, CriteriaMissing),
            (where("city", "Moss"), {"entire_companies": True}, OptionRefused),
            (where("city", "Oslo"), {"ignore_exclusion": False}, NothingEdited),
        ],
    )
    def test_what_makes_no_sense(self, segment, criteria, options, error):
        with pytest.raises(error):
            edit_step(position=1, criteria=criteria, options=options, **common(segment))
        assert (segment.steps.count(), names_on(segment)) == (
            5,
            ["Anna Dahl", "Dag Ek"],
        )

    def test_a_later_step_that_became_impossible_is_named(self, segment):
        news = MailingGroup.objects.create(code="NEWS", description="News")
        has_news = {"has": "mailing_group", "where": where("code", "NEWS")}
        refine_contacts(criteria={"not": has_news}, **common(segment))
        news.delete()
        with pytest.raises(
            StepImpossible, match=r"Step 6 .*There is no .*NEWS"
        ) as told:
            edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
        assert told.value.position == 6
        assert (segment.steps.count(), names_on(segment)) == (
            6,
            ["Anna Dahl", "Dag Ek"],
        )
        leave_out_step(position=6, **common(segment))
        assert names_on(segment) == ["Anna Dahl", "Dag Ek"]

    def test_criteria_nobody_can_read_any_more_are_named(self, segment):
        segment.steps.filter(position=2).update(criteria={"field": "gone"})
        with pytest.raises(StepImpossible, match="Step 2 cannot be taken again"):
            edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
        edit_step(position=2, criteria=where("city", "Moss"), **common(segment))
        assert names_on(segment) == ["Anna Dahl", "Dag Ek", "Mia Holm"]

    def test_over_somebody_elses_step(self, segment):
        with pytest.raises(SegmentChanged):
            edit_step(
                position=1,
                criteria=where("city", "Moss"),
                expected_version=version_at(segment, 4),
                **common(segment),
            )

    def test_more_steps_than_one_question_holds(self, segment):
        recipe = [
            {"kind": kind, "criteria": where("city", "Oslo"), "options": {}, "step": 1}
            for kind in ("add", "reduce") * (MOST_STEPS // 2)
        ]
        segment.steps.filter(position=5).update(recipe=recipe)
        leaving_out(segment=segment, position=1, at=NOW).effect()
        segment.steps.filter(position=5).update(recipe=[*recipe, recipe[0]])
        with pytest.raises(TooManySteps):
            edit_step(position=1, criteria=where("city", "Moss"), **common(segment))


class TestShownBefore:
    def test_the_effect_is_the_one_of_the_step(self, segment):
        Contact.objects.filter(first_name="Anna").update(minor=True)
        asked = {"position": 1, "criteria": where("city", "Moss"), "at": NOW}
        change = editing(segment=segment, **asked)
        shown = change.effect()
        step = edit_step(segment=segment, user=None, **asked)
        assert (shown.entered, shown.left, shown.total, shown.kept_out) == (
            *(step.entered, step.left, step.total),
            step.kept_out,
        )

    def test_every_later_step_before_and_after(self, segment):
        make_person("Nils Ny", city="Bergen")
        asked = {"segment": segment, "position": 2, "at": NOW}
        change = editing(criteria=where("city", "Moss"), **asked)
        assert totals_of_later(change, position=2, at=NOW) == [
            LaterTotal(step=2, kind=StepKind.ADD, before=5, after=4),
            LaterTotal(step=3, kind=StepKind.REDUCE, before=3, after=2),
            LaterTotal(step=4, kind=StepKind.BY_HAND, before=4, after=3),
            LaterTotal(step=5, kind=StepKind.BY_HAND, before=3, after=3),
        ]
        left_out = leaving_out(**asked)
        assert [
            (each.step, each.after)
            for each in totals_of_later(left_out, position=2, at=NOW)
        ] == [(2, None), (3, 1), (4, 2), (5, 2)]

    def test_a_first_step_left_out_leaves_nobody_to_count(self, segment):
        go_to_step(segment=segment, position=1, user=None)
        change = leaving_out(segment=segment, position=1, at=NOW)
        assert totals_of_later(change, position=1, at=NOW) == [
            LaterTotal(step=1, kind=StepKind.ADD, before=2, after=None)
        ]
        assert (change.effect().left, change.effect().total) == (2, 0)

    def test_without_anybody_added_there_is_nobody_to_take_off(self):
        make_person("Anna Dahl", city="Oslo")
        segment = make_segment()
        add_contacts(criteria=where("city", "Oslo"), **common(segment))
        reduce_contacts(criteria=where("city", "Moss"), **common(segment))
        change = leaving_out(segment=segment, position=1, at=NOW)
        totals = totals_of_later(change, position=1, at=NOW)
        assert [(each.before, each.after) for each in totals] == [(1, None), (1, 0)]

    def test_where_the_steps_of_now_are_unreadable_only_after_is_told(self, segment):
        segment.steps.filter(position=2).update(criteria={"field": "gone"})
        asked = {"segment": segment, "position": 2, "at": NOW}
        change = editing(criteria=where("city", "Moss"), **asked)
        totals = totals_of_later(change, position=2, at=NOW)
        assert [(each.before, each.after) for each in totals] == [
            *((None, 4), (None, 2), (None, 3), (None, 3)),
        ]

    def test_it_costs_the_same_whatever_the_size(self, segment):
        def queries(criteria):
            with CaptureQueriesContext(connection) as captured:
                change = editing(segment=segment, position=1, criteria=criteria, at=NOW)
                change.effect()
                totals_of_later(change, position=1, at=NOW)
                edit_step(position=1, criteria=criteria, **common(segment))
            return len(captured)

        few = queries(where("city", "Moss"))
        for number in range(30):
            make_person(f"Many {number}", city="Bergen")
        for number in range(10):
            reduce_contacts(criteria=where("city", f"City {number}"), **common(segment))
        add_contacts(criteria=where("city", "Bergen"), **common(segment))
        assert queries(where("city", "Oslo")) == few
        assert len(names_on(segment)) > 30
