"""One letter per company or address, when the steps are taken again."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, OrganizationalLevel
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry
from segments_app.services import (
    add_by_hand,
    add_contacts,
    copy_segment,
    edit_step,
    go_back,
    go_to_step,
    leave_out_step,
    one_per_address,
    redo,
    refresh,
)
from segments_app.services.change_line import change_line
from segments_app.services.edit_step import editing, leaving_out, totals_of_later
from segments_app.services.recipe import recipe_of
from segments_app.services.refresh import NothingToRefresh
from segments_app.services.replay import (
    ByCopyImpossible,
    StepImpossible,
    TooManySteps,
)
from segments_app.tests.factories import NOW, make_segment, names_on, these
from segments_app.views.shown_steps import shown_steps

pytestmark = pytest.mark.django_db

BY_HAND = {"per": "company", "choose": "by_hand"}


def where(field, value):
    return {"field": field, "op": "is", "value": value}


def common(segment):
    return {"segment": segment, "user": None, "at": NOW}


def by():
    return {"user": None, "at": NOW}


def person(name):
    return Contact.objects.get(name=name)


def copies(segment):
    lines = segment.lines.live().with_by_copy().exclude(by_copy_of_id=None)
    return dict(lines.values_list("contact__name", "by_copy_of_name"))


@pytest.fixture
def kaffe():
    return make_company("Kaffe AS", city="Ski")


@pytest.fixture
def segment(kaffe):
    """Bo of Bergen (1), then Oslo: Anna of the same company, and Dag (2)."""
    make_person("Bo Lie", company=kaffe, city="Bergen")
    make_person("Anna Dahl", company=kaffe, city="Oslo")
    make_person("Dag Ek", city="Oslo")
    segment = make_segment()
    add_contacts(criteria=where("city", "Bergen"), **common(segment))
    add_contacts(criteria=where("city", "Oslo"), **common(segment))
    return segment


def per_company(segment, *chosen, **options):
    by_hand = these(*chosen) if chosen else None
    options = BY_HAND | options
    return one_per_address(options=options, by_hand=by_hand, **common(segment))


class TestWithoutCopies:
    def test_who_was_first_then_is_still(self, segment):
        """Bo is before Anna on the segment, after her in the register."""
        per_company(segment)
        assert names_on(segment) == ["Bo Lie", "Dag Ek"]
        with pytest.raises(NothingToRefresh):
            refresh(**common(segment))

    def test_who_gets_the_letter_is_asked_of_todays_data(self, segment, kaffe):
        per_company(segment)
        make_person("Nils Ny", city="Oslo")
        make_person("Nina Ny", city="Oslo", company=kaffe)
        Contact.objects.filter(name="Bo Lie").update(city="Moss")
        step = refresh(**common(segment))
        assert names_on(segment) == ["Dag Ek", "Nils Ny", "Anna Dahl"]
        assert (step.entered, step.left, step.kept_out) == (2, 1, {})

    def test_who_would_get_it_and_may_not_is_told(self, segment):
        per_company(segment)
        Contact.objects.filter(name="Bo Lie").update(privacy_blocked=True)
        step = refresh(**common(segment))
        assert (names_on(segment), step.kept_out) == (
            ["Dag Ek", "Anna Dahl"],
            {"privacy_blocked": 1},
        )

    def test_who_was_chosen_by_hand_is_again(self, segment):
        per_company(segment, person("Anna Dahl"))
        make_person("Nils Ny", city="Oslo")
        refresh(**common(segment))
        assert names_on(segment) == ["Dag Ek", "Anna Dahl", "Nils Ny"]

    def test_an_earlier_step_is_edited_and_what_comes_after_taken_again(self, segment):
        per_company(segment)
        nils = make_person("Nils Ny", company=person("Bo Lie").company)
        add_by_hand(contacts=these(nils), **common(segment))
        change = leaving_out(segment=segment, position=1, at=NOW)
        later = totals_of_later(change, position=1, at=NOW)
        assert [(each.step, each.before, each.after) for each in later] == [
            (1, 1, None),
            (2, 3, 2),
            (3, 2, 2),
            (4, 3, 3),
        ]
        edit_step(position=1, criteria=where("city", "Ski"), **common(segment))
        assert names_on(segment) == ["Dag Ek", "Nils Ny", "Anna Dahl"]

    def test_twice_and_left_out_again(self, segment):
        per_company(segment)
        per_company_again = {"per": "address", "choose": "by_hand"}
        nils = make_person("Nils Ny", address="Kaia 1", city="Oslo")
        Contact.objects.filter(name="Dag Ek").update(address="Kaia 1")
        add_by_hand(contacts=these(nils), **common(segment))
        one_per_address(options=per_company_again, **common(segment))
        assert names_on(segment) == ["Bo Lie", "Dag Ek"]
        with pytest.raises(NothingToRefresh):
            refresh(**common(segment))
        leave_out_step(position=3, **common(segment))
        assert names_on(segment) == ["Bo Lie", "Dag Ek", "Anna Dahl"]

    def test_lines_that_are_done_take_no_part(self, segment, kaffe):
        called = make_entry(person("Bo Lie"))
        add_by_hand(contacts=these(kaffe), **common(segment))
        segment.lines.filter(contact__name="Bo Lie").update(done_entry=called)
        per_company(segment)
        assert names_on(segment) == ["Bo Lie", "Dag Ek", "Anna Dahl"]
        with pytest.raises(NothingToRefresh):
            refresh(**common(segment))

    def test_a_level_deleted_meanwhile_is_named(self, segment):
        OrganizationalLevel.objects.create(code="CEO")
        per_company(segment, choose="level", levels=["CEO"])
        OrganizationalLevel.objects.all().delete()
        with pytest.raises(StepImpossible) as told:
            refresh(**common(segment))
        assert str(told.value) == (
            "Step 3 cannot be taken again: Unknown organizational level: CEO. Leave it "
            "out, or go back to the step before it."
        )

    def test_twice_after_criteria_as_deep_as_can_be_and_no_oftener(self, segment):
        deep = where("city", "Oslo")
        for number in range(6):
            deep = {("any", "all")[number % 2]: [where("city", "Oslo"), deep]}
        options = {"expand_companies": True}
        add_contacts(criteria=deep, options=options, **common(segment))
        level = OrganizationalLevel.objects.create(code="CEO")
        for number in range(3):
            rule = {"per": "address", "choose": "level", "levels": [level.code]}
            for name in ("One", "Two"):
                address = {"address": f"Kaia {number}", "postcode": "0155"}
                made = make_person(f"{name} No{number}", **address)
                add_by_hand(contacts=these(made), **common(segment))
            one_per_address(options=rule, **common(segment))
            if number < 2:
                change = leaving_out(segment=segment, position=1, at=NOW)
                later = totals_of_later(change, position=1, at=NOW)
                assert (later[-1].before, later[-1].after) == (4 + number,) * 2
        with pytest.raises(TooManySteps, match="More than 2 steps that leave one"):
            refresh(**common(segment))
        change = leaving_out(segment=segment, position=segment.position, at=NOW)
        [left_out] = totals_of_later(change, position=segment.position, at=NOW)
        assert (left_out.before, left_out.after) == (None, None)

    def test_it_costs_the_same_whatever_the_size(self, segment, kaffe):
        per_company(segment)

        def queries(count):
            for number in range(count):
                make_person(f"Many {number}", city="Oslo", company=kaffe)
            make_person("Nils Ny", city="Oslo")
            with CaptureQueriesContext(connection) as captured:
                refresh(**common(segment))
            return len(captured)

        assert queries(1) == queries(30)


class TestByCopy:
    def test_who_gets_the_letter_is_chosen_again_among_those_of_today(
        self, segment, kaffe
    ):
        """Nina comes to Kaffe and is its boss: now Bo and Anna are by copy of her."""
        boss = OrganizationalLevel.objects.create(code="CEO")
        per_company(segment, choose="level", levels=["CEO"], by_copy=True)
        assert copies(segment) == {"Anna Dahl": "Bo Lie"}
        make_person("Nina Ny", company=kaffe, city="Oslo", organizational_level=boss)
        step = refresh(**common(segment))
        assert (step.kind, step.entered, step.left) == ("refresh", 1, 0)
        on_it = ["Bo Lie", "Dag Ek", "Anna Dahl", "Nina Ny"]
        assert names_on(segment) == on_it
        assert copies(segment) == {"Anna Dahl": "Nina Ny", "Bo Lie": "Nina Ny"}
        go_back(segment=segment, user=None)
        assert (segment.position, names_on(segment)) == (3, [*on_it[:3]])
        assert copies(segment) == {"Anna Dahl": "Bo Lie"}
        redo(segment=segment, user=None)
        assert (segment.position, names_on(segment)) == (5, on_it)
        assert copies(segment) == {"Anna Dahl": "Nina Ny", "Bo Lie": "Nina Ny"}

    def test_the_steps_that_count_stay_those_that_were_taken(self, segment):
        per_company(segment, by_copy=True)
        for name in ("Nils Ny", "Nora Ny"):
            make_person(name, city="Oslo")
            refresh(**common(segment))
        assert [element["step"] for element in recipe_of(segment)] == [1, 2, 3]
        shown = shown_steps(segment)
        assert [(each.position, each.as_one) for each in shown] == [
            *((1, None), (2, None), (3, None)),
            *((4, (4, 5)), (5, (4, 5)), (6, (6, 7)), (7, (6, 7))),
        ]
        counts = [each.position for each in shown if each.may_be_left_out]
        assert counts == [1, 2, 3]
        assert not any(each.is_replaced or each.says[1:] for each in shown)
        leave_out_step(position=3, **common(segment))
        assert copies(segment) == {}

    def test_an_earlier_step_is_edited(self, segment, kaffe):
        """Instead of Bo of Bergen everybody from Ski: Kaffe itself gets the letter."""
        per_company(segment, by_copy=True)
        line = segment.lines.live().get(contact__name="Anna Dahl")
        change_line(line=line, values={"personal_text": "Dear Anna"}, **by())
        change = editing(
            segment=segment, position=1, criteria=where("city", "Ski"), at=NOW
        )
        later = totals_of_later(change, position=1, at=NOW)
        assert [(each.step, each.before, each.after) for each in later] == [
            *((1, 1, 1), (2, 3, 3), (3, 3, 3)),
        ]
        edit_step(position=1, criteria=where("city", "Ski"), **common(segment))
        assert names_on(segment) == ["Dag Ek", "Anna Dahl", "Kaffe AS"]
        assert copies(segment) == {"Kaffe AS": "Anna Dahl"}
        go_back(segment=segment, user=None)
        assert copies(segment) == {"Anna Dahl": "Bo Lie"}
        texts = segment.lines.filter(contact__name="Anna Dahl").values_list(
            "personal_text", flat=True
        )
        assert set(texts) == {"Dear Anna"}

    def test_who_was_chosen_by_hand_is_again(self, segment, kaffe):
        per_company(segment, person("Anna Dahl"), by_copy=True)
        make_person("Abel Ny", company=kaffe, city="Oslo")
        for _again in range(2):
            refresh(**common(segment))
            make_person("Nils Ny", city="Oslo")
        assert copies(segment) == {"Bo Lie": "Anna Dahl", "Abel Ny": "Anna Dahl"}

    def test_when_nobody_shares_any_more_the_rule_waits(self, segment, kaffe):
        per_company(segment, by_copy=True)
        Contact.objects.filter(name="Bo Lie").update(city="Moss")
        step = refresh(**common(segment))
        assert (segment.position, step.left, copies(segment)) == (4, 1, {})
        make_person("Nina Ny", company=kaffe, city="Oslo")
        refresh(**common(segment))
        assert (segment.position, copies(segment)) == (6, {"Nina Ny": "Anna Dahl"})

    def test_a_letter_each_company_then_each_address_both_by_copy(self, segment, kaffe):
        """Dag shares Bo's address, so Bo and, with him, Anna are by copy of one."""
        per_company(segment, by_copy=True)
        at = {"address": "Kaia 1", "city": "Oslo"}
        Contact.objects.filter(name__in=["Bo Lie", "Dag Ek"]).update(address="Kaia 1")
        Contact.objects.filter(name="Dag Ek").update(city="Bergen")
        options = {"per": "address", "choose": "by_hand", "by_copy": True}
        one_per_address(options=options, **common(segment))
        then = {"Anna Dahl": "Bo Lie", "Dag Ek": "Bo Lie"}
        assert copies(segment) == then
        make_person("Nils Ny", **at)
        refresh(**common(segment))
        assert names_on(segment) == ["Bo Lie", "Dag Ek", "Anna Dahl", "Nils Ny"]
        assert copies(segment) == then

    def test_who_leaves_one_letter_after_copies_is_told_the_way_out(self, segment):
        per_company(segment, by_copy=True)
        Contact.objects.filter(name__in=["Bo Lie", "Dag Ek"]).update(address="Kaia 1")
        Contact.objects.filter(name="Dag Ek").update(city="Bergen")
        one_per_address(
            options={"per": "address", "choose": "by_hand"}, **common(segment)
        )
        with pytest.raises(ByCopyImpossible) as told:
            refresh(**common(segment))
        assert (str(told.value), told.value.position) == (
            "Step 4 cannot be taken again: it chose among those who were not by copy "
            "yet. Go back to the step before it, make your change, and choose again.",
            4,
        )
        with pytest.raises(ByCopyImpossible):
            edit_step(position=1, criteria=where("city", "Moss"), **common(segment))
        assert copies(segment) == {"Anna Dahl": "Bo Lie"}

    def test_it_costs_the_same_whatever_the_size(self, segment, kaffe):
        def queries(many):
            people = [make_person("No", company=kaffe) for _each in range(many)]
            add_by_hand(contacts=these(*people), **common(segment))
            per_company(segment, by_copy=True)
            make_person("Nils Ny", city="Oslo")
            with CaptureQueriesContext(connection) as captured:
                refresh(**common(segment))
            return len(captured)

        few = queries(1)
        go_to_step(segment=segment, position=2, user=None)
        assert queries(30) == few

    def test_left_out_everybody_has_a_letter_again(self, segment):
        segment.lines.update(personal_text="Dear you")
        per_company(segment, by_copy=True)
        step = leave_out_step(position=3, **common(segment))
        assert (copies(segment), step.entered, step.left) == ({}, 0, 0)
        assert step.total == 3
        lines = segment.lines.live().order_by("position")
        assert list(lines.values_list("contact__name", "personal_text")) == [
            ("Bo Lie", "Dear you"),
            ("Dag Ek", "Dear you"),
            ("Anna Dahl", "Dear you"),
        ]
        go_back(segment=segment, user=None)
        assert copies(segment) == {"Anna Dahl": "Bo Lie"}

    def test_left_out_who_leaves_at_the_same_time_does(self, segment):
        per_company(segment, by_copy=True)
        Contact.objects.filter(name="Anna Dahl").update(city="Moss")
        step = leave_out_step(position=3, **common(segment))
        assert (names_on(segment), step.left) == (["Bo Lie", "Dag Ek"], 1)

    def test_a_segment_that_had_copies_when_it_was_made(self, segment):
        """No step of the copy says that Anna is by copy; sharing once more is kept."""
        per_company(segment, by_copy=True)
        copy = copy_segment(description="Copy", **common(segment))
        nina = make_person("Nina Ny", company=person("Bo Lie").company)
        add_by_hand(contacts=these(nina), **common(copy))
        per_company(copy)
        assert copies(copy) == {"Anna Dahl": "Bo Lie"}
        with pytest.raises(ByCopyImpossible):
            refresh(**common(copy))
        leave_out_step(position=3, **common(copy))
        assert names_on(copy) == ["Bo Lie", "Dag Ek", "Anna Dahl", "Nina Ny"]
        assert copies(copy) == {"Anna Dahl": "Bo Lie"}
