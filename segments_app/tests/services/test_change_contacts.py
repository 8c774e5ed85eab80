"""Add, reduce and refine: segments.md 3.4 to 3.6 and what DESIGN mends of them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from segments_app.criteria import CriteriaError
from segments_app.models import SegmentLine
from segments_app.services import (
    SegmentChanged,
    SegmentError,
    add_by_hand,
    add_contacts,
    go_back,
    reduce_contacts,
    refine_contacts,
    remove_by_hand,
)
from segments_app.services.change_contacts import CriteriaMissing, change_by_criteria
from segments_app.services.errors import OptionRefused
from segments_app.services.steps import Effect
from segments_app.tests.factories import NOW, make_segment, names_on, these, version_at

pytestmark = pytest.mark.django_db

IN_OSLO = {"field": "city", "op": "is", "value": "Oslo"}
IN_BERGEN = {"field": "city", "op": "is", "value": "Bergen"}


def take(step, segment, criteria, **options):
    return step(segment=segment, criteria=criteria, options=options, user=None, at=NOW)


@pytest.fixture
def cast():
    """Kaffe in Oslo with Anna (Oslo) and Bo (Bergen); Te in Bergen with Cecilie."""
    kaffe = make_company("Kaffe AS", city="Oslo")
    te = make_company("Te AS", city="Bergen")
    return {
        "kaffe": kaffe,
        "te": te,
        "anna": make_person("Anna Dahl", company=kaffe, city="Oslo"),
        "bo": make_person("Bo Lie", company=kaffe, city="Bergen"),
        "cecilie": make_person("Cecilie Moe", company=te, city="Bergen"),
        "dag": make_person("Dag Ek", city="Oslo"),
    }


class TestAdd:
    def test_puts_everybody_found_on_the_segment_by_company_type_and_name(self, cast):
        segment = make_segment()
        step = take(add_contacts, segment, IN_OSLO)
        assert names_on(segment) == ["Kaffe AS", "Dag Ek", "Anna Dahl"]
        assert (step.position, step.entered, step.left, step.total) == (1, 3, 0, 3)
        assert (step.kept_out, step.criteria, step.options) == ({}, IN_OSLO, {})

    def test_whether_somebody_is_in_is_asked_once_somebody_may_be(self, cast):
        segment = make_segment()
        change = change_by_criteria(
            segment=segment, kind="add", criteria=IN_OSLO, at=NOW
        )
        assert "segmentline" not in str(change.entering().query)
        take(add_contacts, segment, IN_OSLO)
        assert "segmentline" in str(change.entering().query)
        go_back(segment=segment, user=None)
        assert change.entering().count() == 3

    def test_a_second_add_comes_after_and_nobody_comes_twice(self, cast):
        segment = make_segment()
        take(add_contacts, segment, IN_OSLO)
        step = take(add_contacts, segment, {"any": [IN_OSLO, IN_BERGEN]})
        assert names_on(segment) == [
            *("Kaffe AS", "Dag Ek", "Anna Dahl"),
            *("Te AS", "Bo Lie", "Cecilie Moe"),
        ]
        assert (step.entered, step.kept_out, step.total) == (3, {"already_in": 3}, 6)

    def test_expand_companies_brings_the_whole_organisation(self, cast):
        segment = make_segment()
        anna = {"field": "name", "op": "starts_with", "value": "anna"}
        take(add_contacts, segment, anna, expand_companies=True)
        assert names_on(segment) == ["Kaffe AS", "Anna Dahl", "Bo Lie"]

    def test_expand_companies_leaves_independent_persons_as_they_are(self, cast):
        make_person("Eva Independent", city="Bergen")
        segment = make_segment()
        dag = {"field": "surname", "op": "is", "value": "ek"}
        take(add_contacts, segment, dag, expand_companies=True)
        assert names_on(segment) == ["Dag Ek"]

    def test_include_related_companies_brings_the_companies_only(self, cast):
        segment = make_segment()
        anna = {"field": "first_name", "op": "is", "value": "Anna"}
        take(add_contacts, segment, anna, include_related_companies=True)
        assert names_on(segment) == ["Kaffe AS", "Anna Dahl"]

    def test_the_ineligible_are_kept_out_and_counted_by_reason(self):
        make_person("Blocked Berit", city="Oslo", privacy_blocked=True)
        make_person("Minor Mia", city="Oslo", minor=True)
        make_person("Minor Max", city="Oslo", minor=True)
        make_person(
            "Minor Maja", city="Oslo", minor=True, parental_consent_received=True
        )
        make_person("Excluded Even", city="Oslo", exclude_from_segment=True)
        segment = make_segment()
        step = take(add_contacts, segment, IN_OSLO)
        assert names_on(segment) == ["Minor Maja"]
        assert step.kept_out == {"privacy_blocked": 1, "minor": 2, "excluded": 1}

    def test_no_or_bypasses_eligibility(self):
        make_person("Blocked Berit", city="Oslo", privacy_blocked=True)
        segment = make_segment()
        anybody = {"any": [IN_OSLO, {"not": IN_OSLO}]}
        take(add_contacts, segment, anybody)
        assert names_on(segment) == []

    def test_ignore_exclusion_lets_the_excluded_in_but_nobody_else(self):
        make_person("Blocked Berit", city="Oslo", privacy_blocked=True)
        make_person("Excluded Even", city="Oslo", exclude_from_segment=True)
        segment = make_segment()
        step = take(add_contacts, segment, IN_OSLO, ignore_exclusion=True)
        assert names_on(segment) == ["Excluded Even"]
        assert step.kept_out == {"privacy_blocked": 1}

    def test_expanded_colleagues_are_asked_for_eligibility_too(self, cast):
        cast["bo"].privacy_blocked = True
        cast["bo"].save()
        segment = make_segment()
        anna = {"field": "first_name", "op": "is", "value": "Anna"}
        step = take(add_contacts, segment, anna, expand_companies=True)
        assert names_on(segment) == ["Kaffe AS", "Anna Dahl"]
        assert step.kept_out == {"privacy_blocked": 1}

    def test_everybody_must_be_said_expressly(self, cast):
        segment = make_segment()
        with pytest.raises(CriteriaMissing):
            take(add_contacts, segment, None)
        assert segment.steps.count() == 0
        take(add_contacts, segment, None, all_contacts=True)
        assert len(names_on(segment)) == 6

    def test_a_bad_criterion_or_option_is_refused_and_nothing_is_written(self, cast):
        segment = make_segment()
        with pytest.raises(CriteriaError):
            take(add_contacts, segment, {"field": "shoe_size", "op": "is", "value": 1})
        with pytest.raises(OptionRefused):
            take(add_contacts, segment, IN_OSLO, everybody=True)
        assert (segment.steps.count(), segment.lines.count()) == (0, 0)

    def test_a_contact_added_again_gets_the_values_of_its_latest_line(self, cast):
        segment = make_segment()
        take(add_contacts, segment, IN_OSLO)
        segment.lines.filter(contact=cast["anna"]).update(
            personal_text="See you!", subject="Anna's"
        )
        take(reduce_contacts, segment, IN_OSLO)
        take(add_contacts, segment, IN_OSLO)
        values = segment.lines.live().values_list("contact__name", "personal_text")
        assert dict(values) == {
            "Kaffe AS": None,
            "Dag Ek": None,
            "Anna Dahl": "See you!",
        }

    def test_the_number_of_queries_does_not_grow(self, cast):
        def queries(city):
            segment = make_segment()
            with CaptureQueriesContext(connection) as captured:
                add_contacts(
                    segment=segment,
                    criteria={"field": "city", "op": "is", "value": city},
                    user=None,
                    at=NOW,
                )
            return len(captured)

        for number in range(50):
            make_person(f"Many {number}", city="Moss")
        assert queries("Oslo") == queries("Moss") <= 12


class TestReduceAndRefine:
    @pytest.fixture
    def segment(self, cast):
        segment = make_segment()
        take(add_contacts, segment, None, all_contacts=True)
        return segment

    def test_reduce_takes_the_matches_off(self, segment):
        step = take(reduce_contacts, segment, IN_BERGEN)
        assert names_on(segment) == ["Kaffe AS", "Dag Ek", "Anna Dahl"]
        assert (step.left, step.total) == (3, 3)

    def test_refine_keeps_only_the_matches(self, segment):
        step = take(refine_contacts, segment, IN_BERGEN)
        assert names_on(segment) == ["Te AS", "Bo Lie", "Cecilie Moe"]
        assert (step.left, step.total) == (3, 3)

    def test_one_hit_reduces_its_entire_company(self, segment):
        anna = {"field": "first_name", "op": "is", "value": "Anna"}
        take(reduce_contacts, segment, anna, entire_companies=True)
        assert names_on(segment) == ["Te AS", "Dag Ek", "Cecilie Moe"]

    def test_one_hit_keeps_its_entire_company(self, segment):
        anna = {"field": "first_name", "op": "is", "value": "Anna"}
        take(refine_contacts, segment, anna, entire_companies=True)
        assert names_on(segment) == ["Kaffe AS", "Anna Dahl", "Bo Lie"]

    def test_a_colleague_who_is_not_on_the_segment_counts_for_the_company(
        self, segment, cast
    ):
        remove_by_hand(segment=segment, contacts=these(cast["anna"]), user=None, at=NOW)
        anna = {"field": "first_name", "op": "is", "value": "Anna"}
        take(reduce_contacts, segment, anna, entire_companies=True)
        assert names_on(segment) == ["Te AS", "Dag Ek", "Cecilie Moe"]

    def test_without_criteria_nothing_is_removed(self, segment):
        for step in (reduce_contacts, refine_contacts):
            with pytest.raises(CriteriaMissing):
                take(step, segment, None)
        assert len(names_on(segment)) == 6


def would_do(segment, kind):
    return change_by_criteria(
        segment=segment, kind=kind, criteria=IN_OSLO, at=NOW
    ).effect()


class TestBefore:
    def test_says_what_add_would_do_and_changes_nothing(self, cast):
        make_person("Blocked Berit", city="Oslo", privacy_blocked=True)
        segment = make_segment(cast["dag"])
        effect = would_do(segment, "add")
        assert effect == Effect(
            entered=2, kept_out={"privacy_blocked": 1, "already_in": 1}, total=3
        )
        assert names_on(segment) == ["Dag Ek"]
        step = take(add_contacts, segment, IN_OSLO)
        assert effect == Effect(step.entered, step.left, step.kept_out, step.total)

    @pytest.mark.parametrize(
        ("kind", "take_it"), [("reduce", reduce_contacts), ("refine", refine_contacts)]
    )
    def test_says_what_reduce_and_refine_would_do(self, cast, kind, take_it):
        segment = make_segment(cast["dag"], cast["bo"], cast["cecilie"])
        effect = would_do(segment, kind)
        step = take(take_it, segment, IN_OSLO)
        assert effect == Effect(step.entered, step.left, step.kept_out, step.total)
        assert step.left == (1 if kind == "reduce" else 2)


class TestByHand:
    def test_adding_is_a_step_that_names_the_contacts(self, cast):
        segment = make_segment()
        blocked = make_person("Blocked Berit", privacy_blocked=True)
        step = add_by_hand(
            segment=segment, contacts=these(cast["dag"], blocked), user=None, at=NOW
        )
        assert names_on(segment) == ["Dag Ek"]
        assert (step.kind, step.entered, step.kept_out) == (
            "by_hand",
            1,
            {"privacy_blocked": 1},
        )
        members = step.members.values_list("contact__name", "removed")
        assert set(members) == {("Dag Ek", False), ("Blocked Berit", False)}

    def test_removing_can_be_gone_back(self, cast):
        segment = make_segment(cast["dag"], cast["bo"])
        remove_by_hand(segment=segment, contacts=these(cast["dag"]), user=None, at=NOW)
        assert names_on(segment) == ["Bo Lie"]
        go_back(segment=segment, user=None)
        assert names_on(segment) == ["Dag Ek", "Bo Lie"]


class TestTwoPeople:
    def test_the_second_one_is_told(self, cast):
        segment = make_segment(cast["dag"])
        with pytest.raises(SegmentChanged):
            add_contacts(
                segment=segment,
                criteria=IN_OSLO,
                user=None,
                at=NOW,
                expected_version=version_at(segment, 0),
            )
        assert names_on(segment) == ["Dag Ek"]

    def test_a_segment_that_is_gone_is_a_clear_refusal(self, cast):
        segment = make_segment()
        same = type(segment).objects.get(pk=segment.pk)
        segment.delete()
        with pytest.raises(SegmentError):
            take(add_contacts, same, IN_OSLO)
        assert SegmentLine.objects.count() == 0


def test_the_group_a_contact_is_in_is_asked_of_today(cast):
    news = MailingGroup.objects.create(code="news")
    ContactMailingGroup.objects.create(contact=cast["bo"], mailing_group=news)
    segment = make_segment()
    in_news = {
        "has": "mailing_group",
        "where": {"field": "code", "op": "is", "value": "NEWS"},
    }
    take(add_contacts, segment, in_news)
    assert names_on(segment) == ["Bo Lie"]
