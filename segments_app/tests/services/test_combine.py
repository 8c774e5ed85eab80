"""Union, intersection and difference with another source (issue: set work)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionLogEntry, LoggedSegment
from interactions.tests.factories import make_template
from segments_app.models import Segment
from segments_app.services import (
    SegmentChanged,
    combine,
    go_back,
    reduce_contacts,
    reuse_criteria,
    save_criteria,
    start_from,
)
from segments_app.services.combine import (
    SourceIsEmpty,
    SourceIsSegment,
    Starting,
    combining,
)
from segments_app.services.errors import OptionRefused
from segments_app.services.refresh import refreshing
from segments_app.services.sources import (
    Group,
    Listed,
    Logged,
    OnBoth,
    OnlyOn,
    SourceGone,
    on_segment,
)
from segments_app.services.steps import Effect
from segments_app.tests.factories import NOW, make_segment, names_on, version_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    """Anna, Bo, Cecilie and Dag; Berit is blocked, Even excluded from segments."""
    return {
        "anna": make_person("Anna Dahl"),
        "bo": make_person("Bo Lie"),
        "cecilie": make_person("Cecilie Moe"),
        "dag": make_person("Dag Ek"),
        "berit": make_person("Berit Blocked", privacy_blocked=True),
        "even": make_person("Even Excluded", exclude_from_segment=True),
    }


@pytest.fixture
def segment(cast):
    """Anna and Bo."""
    return make_segment(cast["anna"], cast["bo"])


@pytest.fixture
def other(cast):
    """Bo and Cecilie; since then Berit and Even, who may not, are on it too."""
    names = ("bo", "cecilie", "berit", "even")
    return make_segment(*(cast[name] for name in names), description="Easter letter")


def do(operation, segment, source, **more):
    return combine(
        segment=segment, operation=operation, source=source, user=None, at=NOW, **more
    )


def members(step):
    names = step.members.order_by("contact__name")
    return list(names.values_list("contact__name", "removed"))


def figures(step):
    return Effect(step.entered, step.left, step.kept_out, step.total)


def logged(*contacts, number="SM-OLD", **values):
    """A logged segment with an interaction for each of the contacts."""
    kept = LoggedSegment.objects.create(segment_number=number, description="Old")
    template = make_template("OLD")
    for contact in contacts:
        InteractionLogEntry.objects.create(
            contact=contact,
            template=template,
            group=template.group,
            date=NOW.date(),
            description="Old letter",
            logged_segment=kept,
            segment_number=number,
            **values,
        )
    return kept


class TestUnion:
    def test_puts_on_who_may_and_says_who_was_kept_out(self, segment, other):
        source = on_segment(other)
        told = combining(segment=segment, operation="union", source=source).effect()
        step = do("union", segment, source)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]
        assert (
            told
            == figures(step)
            == Effect(
                entered=1,
                kept_out={"privacy_blocked": 1, "excluded": 1, "already_in": 1},
                total=3,
            )
        )

    def test_keeps_everybody_of_the_source_with_the_step(self, segment, other):
        step = do("union", segment, on_segment(other))
        assert (step.kind, step.criteria, step.options) == (
            "combine",
            None,
            {"operation": "union", "source_kind": "segment", "source": other.number},
        )
        assert members(step) == [
            ("Berit Blocked", False),
            ("Bo Lie", False),
            ("Cecilie Moe", False),
            ("Even Excluded", False),
        ]

    def test_may_ignore_the_exclusion_but_nothing_else(self, segment, other):
        step = do(
            "union", segment, on_segment(other), options={"ignore_exclusion": True}
        )
        assert names_on(segment)[2:] == ["Cecilie Moe", "Even Excluded"]
        assert step.kept_out == {"privacy_blocked": 1, "already_in": 1}
        assert step.options["ignore_exclusion"] is True

    def test_can_be_gone_back(self, segment, other):
        do("union", segment, on_segment(other))
        go_back(segment=segment, user=None)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_only_live_lines_of_the_other_segment_count(self, segment, other):
        moe = {"field": "surname", "op": "is", "value": "moe"}
        reduce_contacts(segment=other, criteria=moe, user=None, at=NOW)
        do("union", segment, on_segment(other))
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]


class TestIntersectionAndDifference:
    def test_intersection_keeps_only_who_is_in_both(self, segment, other):
        source = on_segment(other)
        asked = {"segment": segment, "operation": "intersection", "source": source}
        told = combining(**asked).effect()
        step = do("intersection", segment, source)
        assert names_on(segment) == ["Bo Lie"]
        assert told == figures(step) == Effect(left=1, total=1)
        assert len(members(step)) == 4

    def test_difference_takes_off_who_is_there(self, segment, other):
        source = on_segment(other)
        asked = {"segment": segment, "operation": "difference", "source": source}
        told = combining(**asked).effect()
        step = do("difference", segment, source)
        assert names_on(segment) == ["Anna Dahl"]
        assert told == figures(step) == Effect(left=1, total=1)
        assert len(members(step)) == 4

    def test_they_have_no_options(self, segment, other):
        for operation in ("intersection", "difference"):
            with pytest.raises(OptionRefused):
                do(
                    operation,
                    segment,
                    on_segment(other),
                    options={"ignore_exclusion": True},
                )
        assert segment.steps.count() == 1


class TestSources:
    def test_a_logged_segment_without_its_cancelled_interactions(self, segment, cast):
        kept = logged(cast["dag"], cast["cecilie"])
        kept.interactions.filter(contact=cast["cecilie"]).update(cancelled=True)
        step = do("union", segment, Logged(logged_segment=kept))
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Dag Ek"]
        assert step.options["source_kind"] == "logged_segment"
        assert step.options["source"] == "SM-OLD"

    def test_a_contact_that_was_logged_twice_comes_once(self, segment, cast):
        kept = logged(cast["dag"], cast["dag"])
        step = do("union", segment, Logged(logged_segment=kept))
        assert (step.entered, members(step)) == (1, [("Dag Ek", False)])

    def test_a_mailing_group(self, segment, cast):
        news = MailingGroup.objects.create(code="news")
        for name in ("bo", "dag"):
            ContactMailingGroup.objects.create(contact=cast[name], mailing_group=news)
        step = do("intersection", segment, Group(group=news))
        assert names_on(segment) == ["Bo Lie"]
        assert members(step) == [("Bo Lie", False), ("Dag Ek", False)]
        assert step.options["source"] == "NEWS"

    def test_a_list_of_numbers(self, segment, cast):
        listed = Listed(numbers=[cast["dag"].number, cast["bo"].number], file="a.csv")
        step = do("union", segment, listed)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Dag Ek"]
        assert step.options["source"] == "a.csv"

    def test_the_parts_of_two_segments(self, segment, other, cast):
        pair = {"first": on_segment(other), "second": on_segment(segment)}
        only, both = make_segment(cast["bo"]), make_segment(cast["dag"])
        step = do("union", only, OnlyOn(**pair))
        do("union", both, OnBoth(**pair))
        assert names_on(only) == ["Bo Lie", "Cecilie Moe"]
        assert names_on(both) == ["Dag Ek", "Bo Lie"]
        assert step.options["source"] == [other.number, segment.number]

    def test_a_part_of_the_segment_itself_is_taken_off_it(self, segment, other):
        both = OnBoth(first=on_segment(segment), second=on_segment(other))
        step = do("difference", segment, both)
        assert names_on(segment) == ["Anna Dahl"]
        assert members(step) == [("Bo Lie", False)]


class TestRefused:
    def test_the_segment_itself(self, segment):
        with pytest.raises(SourceIsSegment):
            do("difference", segment, on_segment(segment))
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_a_source_where_nobody_is(self, segment):
        with pytest.raises(SourceIsEmpty):
            do("intersection", segment, on_segment(make_segment()))
        with pytest.raises(SourceIsEmpty):
            do("intersection", segment, Listed(numbers=[]))
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_a_segment_that_is_gone_meanwhile(self, segment, other):
        source = on_segment(other)
        other.delete()
        with pytest.raises(SourceGone, match="is not open any more"):
            do("union", segment, source)
        assert segment.steps.count() == 1

    def test_a_mailing_group_that_is_gone_meanwhile(self, segment):
        news = MailingGroup.objects.create(code="news")
        source = Group(group=MailingGroup.objects.get())
        news.delete()
        with pytest.raises(SourceGone, match="NEWS is gone"):
            do("union", segment, source)

    def test_when_somebody_else_was_faster(self, segment, other):
        with pytest.raises(SegmentChanged):
            do(
                "union",
                segment,
                on_segment(other),
                expected_version=version_at(segment, 0),
            )
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]

    def test_a_segment_changed_meanwhile_is_taken_as_it_is_now(self, segment, other):
        source = on_segment(other)
        moe = {"field": "surname", "op": "is", "value": "moe"}
        reduce_contacts(segment=other, criteria=moe, user=None, at=NOW)
        do("union", segment, source)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]


class TestStart:
    def test_makes_a_segment_of_the_source(self, other):
        started = start_from(
            source=on_segment(other), description="Summer", user=None, at=NOW
        )
        assert names_on(started) == ["Bo Lie", "Cecilie Moe"]
        step = started.steps.get()
        assert step.kept_out == {"privacy_blocked": 1, "excluded": 1}
        assert figures(step) == Starting(source=on_segment(other)).effect()

    def test_what_is_shown_before_is_what_comes(self, other):
        starting = Starting(source=on_segment(other), ignore_exclusion=True)
        names = starting.entering().order_by("name").values_list("name", flat=True)
        assert list(names) == ["Bo Lie", "Cecilie Moe", "Even Excluded"]
        kept_out = starting.kept_out().values_list("name", "why_kept_out")
        assert list(kept_out) == [("Berit Blocked", "privacy_blocked")]

    def test_no_segment_is_made_of_nobody(self):
        empty = on_segment(make_segment())
        with pytest.raises(SourceIsEmpty):
            start_from(source=empty, description="Summer", user=None, at=NOW)
        assert Segment.objects.count() == 1


class TestSavedCriteria:
    @pytest.mark.parametrize(
        ("operation", "names"),
        [
            ("union", ["Bo Lie", "Dag Ek", "Cecilie Moe"]),
            ("intersection", ["Bo Lie"]),
            ("difference", ["Dag Ek"]),
        ],
    )
    def test_the_step_is_kept_as_what_it_did(
        self, segment, other, cast, operation, names
    ):
        do(operation, segment, on_segment(other))
        saved = save_criteria(segment=segment, code="SET", user=None, at=NOW)
        again = make_segment(cast["bo"], cast["dag"])
        reuse_criteria(segment=again, saved=saved, user=None, at=NOW)
        assert names_on(again) == names


class TestTakenAgain:
    @pytest.mark.parametrize(
        ("operation", "options", "names"),
        [
            ("union", {}, ["Anna Dahl", "Bo Lie", "Cecilie Moe"]),
            (
                "union",
                {"ignore_exclusion": True},
                ["Anna Dahl", "Bo Lie", "Cecilie Moe", "Even Excluded"],
            ),
            ("intersection", {}, ["Bo Lie"]),
            ("difference", {}, ["Anna Dahl"]),
        ],
    )
    def test_gives_the_same_when_the_source_is_gone(
        self, segment, other, operation, options, names
    ):
        started = start_from(
            source=on_segment(segment), description="Summer", user=None, at=NOW
        )
        do(operation, started, on_segment(other), options=options)
        assert names_on(started) == names
        other.delete()
        segment.delete()
        again = refreshing(segment=started, at=NOW).effect()
        assert (again.entered, again.left, again.total) == (0, 0, len(names))


def test_the_number_of_queries_does_not_grow(cast):
    def queries(operation, count):
        firm = make_company(f"Firm {count}")
        people = [make_person(f"Many {n}", company=firm) for n in range(count)]
        here, there = make_segment(*people[: count // 2]), make_segment(*people)
        with CaptureQueriesContext(connection) as captured:
            do(operation, here, on_segment(there))
        return len(captured)

    for operation in ("union", "intersection", "difference"):
        assert queries(operation, 4) == queries(operation, 40) <= 18
    assert Contact.objects.count() > 100
