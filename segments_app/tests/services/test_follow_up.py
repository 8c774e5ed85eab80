"""Follow-up segments and the contacts of a logged one taken again."""

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_person
from interactions.models import Campaign
from interactions.tests.factories import make_entry, make_logged_segment
from segments_app.models import Segment
from segments_app.services import (
    SegmentChanged,
    SegmentError,
    create_follow_up,
    go_back,
    reuse_logged_segment,
)
from segments_app.tests.factories import NOW, TODAY, make_segment, names_on, version_at

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged():
    """Three got a letter; one of the entries was cancelled; one answered."""
    campaign = Campaign.objects.create(number="CP-1", description="Winter")
    logged = make_logged_segment(
        "SM-7", criteria={"header": {"campaign": campaign.number}, "steps": []}
    )
    common = {"logged_segment": logged, "segment_number": "SM-7"}
    make_entry(make_person("Anna Dahl"), evaluation="positive", **common)
    make_entry(make_person("Bo Lie"), **common)
    make_entry(make_person("Cecilie Moe"), cancelled=True, **common)
    other = make_logged_segment("SM-8")
    make_entry(
        make_person("Dag Ek"),
        logged_segment=other,
        segment_number="SM-8",
        evaluation="positive",
    )
    return logged


def follow(logged, **options):
    return create_follow_up(logged_segment=logged, user=None, at=NOW, **options)


class TestFollowUp:
    def test_a_new_segment_of_those_it_reached(self, logged):
        kari = User.objects.create(username="kari")
        jon = Salesperson.objects.create(code="JON", name="Jon", user=kari)
        segment = create_follow_up(logged_segment=logged, user=kari, at=NOW)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie"]
        assert (
            segment.description,
            segment.campaign.number,
            segment.follow_up_of,
            segment.owner,
            segment.salesperson,
            segment.date,
            segment.template,
        ) == ("Follow-up on segment SM-7", "CP-1", logged, kari, jon, TODAY, None)
        assert list(logged.follow_ups.all()) == [segment]
        assert segment.number not in ("SM-7", "")

    @pytest.mark.parametrize(
        ("only", "expected"),
        [
            ("all", ["Anna Dahl", "Bo Lie"]),
            ("evaluation", ["Anna Dahl"]),
            ("not_answered", ["Bo Lie"]),
        ],
    )
    def test_only_some_of_them(self, logged, only, expected):
        assert names_on(follow(logged, only=only)) == expected

    def test_an_answer_to_another_segment_is_no_answer_to_this(self, logged):
        make_entry(
            Contact.objects.get(name="Bo Lie"),
            segment_number="SM-70",
            evaluation="positive",
        )
        assert names_on(follow(logged, only="evaluation")) == ["Anna Dahl"]

    def test_an_answer_that_was_cancelled_is_no_answer(self, logged):
        logged.interactions.filter(evaluation="positive").update(cancelled=True)
        assert names_on(follow(logged, only="evaluation")) == []

    def test_any_other_choice_is_refused_and_nothing_is_made(self, logged):
        with pytest.raises(SegmentError, match="not_answered"):
            follow(logged, only="somebody")
        assert Segment.objects.count() == 0

    def test_those_who_may_not_be_written_to_any_more_are_kept_out(self, logged):
        Contact.objects.filter(name="Bo Lie").update(exclude_from_segment=True)
        segment = follow(logged)
        assert names_on(segment) == ["Anna Dahl"]
        assert segment.steps.get().kept_out == {"excluded": 1}

    def test_the_criteria_of_the_segment_are_not_asked_again(self, logged):
        Contact.objects.update(city="Elsewhere")
        make_person("Frida Foss")
        assert names_on(follow(logged)) == ["Anna Dahl", "Bo Lie"]

    def test_a_campaign_that_is_gone_is_left_out(self, logged):
        Campaign.objects.all().delete()
        assert follow(logged).campaign is None

    def test_a_second_one_is_another_segment(self, logged):
        first, second = follow(logged), follow(logged, only="not_answered")
        assert first.number != second.number
        assert set(logged.follow_ups.all()) == {first, second}


class TestReuse:
    def take(self, segment, logged, **options):
        return reuse_logged_segment(
            segment=segment, logged_segment=logged, user=None, at=NOW, **options
        )

    def test_its_contacts_come_after_those_who_are_on_the_segment(self, logged):
        eva = make_person("Eva Foss")
        bo = Contact.objects.get(name="Bo Lie")
        segment = make_segment(eva, bo)
        step = self.take(segment, logged)
        assert names_on(segment) == ["Eva Foss", "Bo Lie", "Anna Dahl"]
        assert (step.kind, step.entered, step.kept_out, step.total) == (
            "add",
            1,
            {"already_in": 1},
            3,
        )
        go_back(segment=segment, user=None)
        assert names_on(segment) == ["Eva Foss", "Bo Lie"]

    def test_those_who_may_not_enter_are_kept_out(self, logged):
        Contact.objects.filter(name="Bo Lie").update(privacy_blocked=True)
        step = self.take(make_segment(), logged)
        assert (step.entered, step.kept_out) == (1, {"privacy_blocked": 1})

    def test_an_entry_that_is_counted_again_brings_its_contact_back(self, logged):
        logged.interactions.update(cancelled=False)
        segment = make_segment()
        self.take(segment, logged)
        assert names_on(segment) == ["Anna Dahl", "Bo Lie", "Cecilie Moe"]

    def test_somebody_else_was_faster(self, logged):
        segment = make_segment(make_person("Eva Foss"))
        with pytest.raises(SegmentChanged):
            self.take(segment, logged, expected_version=version_at(segment, 0))
        assert names_on(segment) == ["Eva Foss"]

    def test_the_number_of_queries_does_not_grow(self, logged):
        def queries():
            segment = make_segment()
            with CaptureQueriesContext(connection) as captured:
                self.take(segment, logged)
            return len(captured)

        few = queries()
        for number in range(40):
            make_entry(make_person(f"Person {number}"), logged_segment=logged)
        assert queries() == few
