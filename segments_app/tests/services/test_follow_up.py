"""Follow-up segments and the contacts of a logged one taken again."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, Salesperson
from contacts.tests.factories import make_person
from interactions.models import Campaign, Delivery, Run
from interactions.tests.factories import (
    make_document,
    make_entry,
    make_logged_segment,
    make_template,
)
from segments_app.models import Segment
from segments_app.services import (
    SegmentChanged,
    SegmentError,
    create_follow_up,
    go_back,
    reuse_logged_segment,
)
from segments_app.services.follow_up import (
    FollowUp,
    NobodyToFollowUp,
    ToFollow,
    count_to_follow,
)
from segments_app.tests.factories import NOW, TODAY, make_segment, names_on, version_at

pytestmark = pytest.mark.django_db

DAY = datetime.timedelta(days=1)


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

    def test_what_all_were_logged_with_is_taken_over_where_the_header_leaves_it_open(
        self, logged
    ):
        """The page of the logged segment says the same."""
        logged.criteria = {"header": {"campaign": None, "template": None}}
        logged.save()
        spring = Campaign.objects.create(number="CP-2", description="Spring")
        logged.interactions.update(campaign=spring)
        everything = FollowUp(campaign=True, template=True)
        segment = follow(logged, asked=everything)
        assert (segment.campaign, segment.template.code) == (spring, "LETTER")
        segment = follow(logged, asked=FollowUp(campaign=False))
        assert (segment.campaign, segment.template) == (None, None)
        logged.interactions.filter(contact__name="Bo Lie").update(campaign=None)
        assert follow(logged, asked=everything).campaign is None

    def test_an_answer_to_another_segment_is_no_answer_to_this(self, logged):
        make_entry(
            Contact.objects.get(name="Bo Lie"),
            segment_number="SM-70",
            evaluation="positive",
        )
        assert names_on(follow(logged, only="evaluation")) == ["Anna Dahl"]

    def test_an_answer_that_was_cancelled_is_no_answer(self, logged):
        logged.interactions.filter(evaluation="positive").update(cancelled=True)
        with pytest.raises(NobodyToFollowUp):
            follow(logged, only="evaluation")
        assert Segment.objects.count() == 0

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


class TestByOutcome:
    """segments.md 5.9 and what BC has not: whom to follow up, by what came of it."""

    @pytest.fixture
    def logged(self):
        """Six letters of one segment, of which each met another fate."""
        logged = make_logged_segment("SM-7", criteria={"header": {}, "steps": []})
        for name, status in (
            ("Anna Dahl", "posted"),
            ("Bo Lie", "posted"),
            ("Cecilie Moe", "failed"),
            ("Dag Ek", "returned"),
            ("Eva Foss", "withdrawn"),
            ("Finn Rud", "queued"),
        ):
            make_entry(
                make_person(name),
                logged_segment=logged,
                segment_number="SM-7",
                delivery_status=status,
                date=TODAY - 10 * DAY,
            )
        return logged

    def of(self, logged, name):
        return logged.interactions.get(contact__name=name)

    def names(self, logged, **asked):
        return names_on(follow(logged, asked=FollowUp(**asked)))

    @pytest.mark.parametrize(
        ("only", "expected"),
        [
            ("not_answered", ["Anna Dahl", "Bo Lie"]),
            ("not_delivered", ["Cecilie Moe", "Eva Foss"]),
            ("returned", ["Dag Ek"]),
        ],
    )
    def test_by_where_the_letter_is(self, logged, only, expected):
        assert self.names(logged, only=only) == expected
        found = count_to_follow(logged, FollowUp(only=only), NOW)
        assert found == ToFollow(contacts=len(expected), kept_out={})

    def test_a_response_is_an_answer_unless_it_was_cancelled(self, logged):
        response = make_entry(
            Contact.objects.get(name="Anna Dahl"),
            response_to=self.of(logged, "Anna Dahl"),
            information_flow="inbound",
        )
        assert self.names(logged, only="not_answered") == ["Bo Lie"]
        response.cancelled = True
        response.save()
        assert self.names(logged, only="not_answered") == ["Anna Dahl", "Bo Lie"]

    def test_the_evaluation_of_a_response_counts_as_that_of_the_letter(self, logged):
        logged.interactions.filter(contact__name="Bo Lie").update(evaluation="negative")
        make_entry(
            Contact.objects.get(name="Anna Dahl"),
            response_to=self.of(logged, "Anna Dahl"),
            evaluation="very_positive",
        )
        assert self.names(logged, only="evaluation") == ["Anna Dahl", "Bo Lie"]
        liked = ["very_positive", "positive"]
        assert self.names(logged, only="evaluation", evaluations=liked) == ["Anna Dahl"]

    @pytest.mark.parametrize(
        "response", [{"evaluation": "positive", "cancelled": True}, {"evaluation": ""}]
    )
    def test_not_that_of_one_that_was_cancelled_or_says_nothing(self, logged, response):
        make_entry(
            Contact.objects.get(name="Anna Dahl"),
            response_to=self.of(logged, "Anna Dahl"),
            **response,
        )
        with pytest.raises(NobodyToFollowUp):
            follow(logged, only="evaluation")

    def test_a_call_made_from_the_segment_is_an_answer_too(self, logged):
        make_entry(
            Contact.objects.get(name="Bo Lie"),
            segment_number="SM-7",
            evaluation="neutral",
        )
        assert self.names(logged, only="not_answered") == ["Anna Dahl"]

    def test_days_are_counted_from_when_the_letter_went(self, logged):
        """Anna's run was posted, Bo's mail was sent; of others the date is known."""
        run = Run.objects.create(
            segment_number="SM-7", kind="print", posted_on=TODAY - 5 * DAY
        )
        anna = self.of(logged, "Anna Dahl")
        run.items.create(sequence=1, contact=anna.contact, entry=anna)
        bo = self.of(logged, "Bo Lie")
        Delivery.objects.create(entry=bo, channel="email", sent_at=NOW - 7 * DAY)
        dag = self.of(logged, "Dag Ek")
        logged.interactions.filter(pk=dag.pk).update(delivery_status="")
        at = {5: ["Anna Dahl", "Bo Lie", "Dag Ek"], 6: ["Bo Lie", "Dag Ek"]}
        at |= {7: ["Bo Lie", "Dag Ek"], 8: ["Dag Ek"], 10: ["Dag Ek"]}
        for days, expected in at.items():
            assert self.names(logged, only="not_answered", days=days) == expected
        with pytest.raises(NobodyToFollowUp):
            self.names(logged, only="not_answered", days=11)

    def test_only_who_is_still_eligible_and_that_is_counted(self, logged):
        Contact.objects.filter(name="Bo Lie").update(privacy_blocked=True)
        asked = FollowUp(only="not_answered")
        assert count_to_follow(logged, asked, NOW) == ToFollow(
            contacts=1, kept_out={"privacy_blocked": 1}
        )
        segment = follow(logged, asked=asked)
        assert names_on(segment) == ["Anna Dahl"]
        assert segment.steps.get().kept_out == {"privacy_blocked": 1}

    def test_what_is_counted_is_what_the_follow_up_of_everybody_does(self, logged):
        Contact.objects.filter(name="Bo Lie").update(exclude_from_segment=True)
        Contact.objects.filter(name="Anna Dahl").update(minor=True)
        Contact.objects.filter(name="Dag Ek").update(
            privacy_blocked=True, exclude_from_segment=True
        )
        found = count_to_follow(logged, FollowUp(), NOW)
        assert found.kept_out == {"excluded": 1, "minor": 1, "privacy_blocked": 1}
        step = follow(logged).steps.get()
        assert (step.total, step.kept_out) == (found.contacts, found.kept_out)

    def test_it_asks_as_much_for_many_contacts_as_for_few(self, logged):
        asked = FollowUp(only="not_answered", own_values=True)

        def queries():
            with CaptureQueriesContext(connection) as captured:
                follow(logged, asked=asked)
            return len(captured)

        queries()
        few = queries()
        for number in range(40):
            make_entry(make_person(f"Person {number}"), logged_segment=logged)
        assert queries() == few


class TestTakenOver:
    @pytest.fixture
    def logged(self):
        jon = Salesperson.objects.create(code="JON", name="Jon")
        template = make_template(
            "SPRING",
            default_language="en",
            languages={"en": make_document(), "nb": make_document("Hei")},
        )
        campaign = Campaign.objects.create(number="CP-1", description="Winter")
        header = {"campaign": campaign.number, "template": template.code}
        logged = make_logged_segment("SM-7", criteria={"header": header, "steps": []})
        anna = make_person("Anna Dahl")
        cabin = anna.alternative_addresses.create(code="CABIN", city="Voss")
        make_entry(
            anna,
            logged_segment=logged,
            language="nb",
            salesperson=jon,
            alternative_address=cabin,
        )
        make_entry(make_person("Bo Lie"), logged_segment=logged, language="en")
        return logged

    def own(self, segment):
        lines = segment.lines.order_by("contact__name")
        columns = ("language", "salesperson__code", "alternative_address__code")
        return list(lines.values_list("contact__name", *columns))

    @pytest.mark.parametrize(
        ("taken", "campaign", "template"),
        [
            ({}, "CP-1", None),
            ({"campaign": False}, None, None),
            ({"template": True}, "CP-1", "SPRING"),
        ],
    )
    def test_campaign_and_template(self, logged, taken, campaign, template):
        segment = follow(logged, asked=FollowUp(**taken))
        assert (segment.campaign and segment.campaign.number) == campaign
        assert (segment.template and segment.template.code) == template
        assert self.own(segment) == [
            ("Anna Dahl", None, None, None),
            ("Bo Lie", None, None, None),
        ]

    def test_own_values_where_they_differ(self, logged):
        segment = follow(logged, asked=FollowUp(template=True, own_values=True))
        assert self.own(segment) == [
            ("Anna Dahl", "nb", "JON", "CABIN"),
            ("Bo Lie", None, None, None),
        ]

    def test_an_entry_without_a_language_leaves_it_open(self, logged):
        """A blank would say that the letter is in no language at all."""
        logged.interactions.update(language="")
        segment = follow(logged, asked=FollowUp(template=True, own_values=True))
        assert self.own(segment) == [
            ("Anna Dahl", None, "JON", "CABIN"),
            ("Bo Lie", None, None, None),
        ]


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
