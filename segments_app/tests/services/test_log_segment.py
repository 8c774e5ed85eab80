"""Logging: segments.md 5, all or nothing, one winner, exactly what was sent."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import User

from contacts.models import ContactChannelBlock, MarketingSetup, Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.models import (
    Campaign,
    CampaignEntry,
    Delivery,
    InteractionLogEntry,
    LetterSnapshot,
    LoggedSegment,
    Run,
)
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment, SegmentDocument, SegmentLine
from segments_app.services import (
    ProblemsFound,
    SegmentAlreadyLogged,
    SegmentChanged,
    add_contacts,
    create_follow_up,
    log_segment,
    reuse_logged_segment,
)
from segments_app.tests.factories import NOW, make_segment, names_on, version_at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def kari():
    return User.objects.create(username="kari")


@pytest.fixture
def template():
    return make_template(
        description="Christmas letter",
        default_language="en",
        unit_cost=Decimal("1.20"),
        unit_duration=2,
        information_flow="outbound",
        initiated_by="us",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )


@pytest.fixture
def anna():
    company = make_company("Kaffe AS")
    return make_person(
        "Anna Dahl",
        company=company,
        correspondence_type="email",
        email="anna@example.no",
    )


@pytest.fixture
def bo():
    return make_person(
        "Bo Lie", correspondence_type="hard_copy", address="Bakken 1", city="Voss"
    )


@pytest.fixture
def segment(anna, bo, template):
    jon, _new = Salesperson.objects.get_or_create(code="JON", name="Jon")
    return make_segment(anna, bo, number="SM-7", template=template, salesperson=jon)


def log(segment, **options):
    options.setdefault("user", None)
    return log_segment(segment=segment, at=NOW, **options)


class TestEntries:
    def test_every_live_line_becomes_one_entry_with_what_holds_in_the_end(
        self, segment, anna, bo, template, kari
    ):
        segment.lines.filter(contact=bo).update(
            description="For Bo", cost=9, evaluation="positive"
        )
        logged = log(segment, user=kari)
        entries = logged.interactions.order_by("pk").values(
            *("contact", "company", "date", "description", "subject", "cost"),
            *("duration", "evaluation", "template", "group", "language"),
            *("correspondence_type", "contact_via", "information_flow"),
            *("segment_number", "user", "salesperson__code", "delivery_status"),
        )
        common = {
            "date": datetime.date(2026, 11, 20),
            "duration": 2,
            "template": template.pk,
            "group": template.group_id,
            "language": "en",
            "information_flow": "outbound",
            "segment_number": "SM-7",
            "user": kari.pk,
            "salesperson__code": "JON",
            "delivery_status": "",
        }
        assert list(entries) == [
            {
                "contact": anna.pk,
                "company": anna.company_id,
                "description": "Christmas letter",
                "subject": "Christmas letter",
                "cost": Decimal("1.20"),
                "evaluation": "",
                "correspondence_type": "email",
                "contact_via": "anna@example.no",
                **common,
            },
            {
                "contact": bo.pk,
                "company": None,
                "description": "For Bo",
                "subject": "For Bo",
                "cost": Decimal(9),
                "evaluation": "positive",
                "correspondence_type": "hard_copy",
                "contact_via": "",
                **common,
            },
        ]

    def test_the_worksheet_is_gone_and_its_history_kept(self, segment, kari):
        logged = log(segment, user=kari)
        assert (Segment.objects.count(), SegmentLine.objects.count()) == (0, 0)
        assert (logged.segment_number, logged.description, logged.user) == (
            "SM-7",
            "Christmas letter",
            kari,
        )
        header = logged.criteria["header"]
        assert (header["template"], header["salesperson"]) == ("LETTER", "JON")
        assert [
            (step["kind"], step["entered"], step["total"])
            for step in logged.criteria["steps"]
        ] == [("by_hand", 2, 2)]

    def test_undone_steps_are_not_logged(self, segment):
        make_person("Cecilie Moe")
        add_contacts(
            segment=segment,
            criteria=None,
            options={"all_contacts": True},
            user=None,
            at=NOW,
        )
        Segment.objects.filter(pk=segment.pk).update(position=1)
        logged = log(segment)
        assert logged.interactions.count() == 2
        assert len(logged.criteria["steps"]) == 1

    def test_a_line_that_was_already_called_is_not_logged_twice(self, segment, bo):
        done = InteractionLogEntry.objects.create(
            contact=bo,
            template=segment.template,
            group=segment.template.group,
            date=NOW.date(),
            description="A call",
        )
        segment.lines.filter(contact=bo).update(done_entry=done)
        logged = log(segment)
        assert [entry.contact.name for entry in logged.interactions.all()] == [
            "Anna Dahl"
        ]

    def test_one_campaign_entry_for_each_campaign(self, segment, bo):
        winter = Campaign.objects.create(number="CP-1", description="Winter")
        spring = Campaign.objects.create(number="CP-2", description="Spring")
        segment.campaign = winter
        segment.save()
        segment.lines.filter(contact=bo).update(campaign=spring)
        logged = log(segment)
        entries = CampaignEntry.objects.order_by("campaign__number")
        assert [
            (entry.campaign.number, entry.segment_number, entry.interactions.count())
            for entry in entries
        ] == [("CP-1", "SM-7", 1), ("CP-2", "SM-7", 1)]
        assert {entry.logged_segment for entry in entries} == {logged}


class TestRefusals:
    def test_an_empty_segment(self, template):
        segment = make_segment(template=template)
        with pytest.raises(ProblemsFound) as refusal:
            log(segment)
        assert [problem.kind for problem in refusal.value.problems] == ["empty"]
        assert LoggedSegment.objects.count() == 0

    def test_every_problem_at_once_and_nothing_written(self, bo):
        minor = make_person("Mia Minor", minor=True)
        blocked = make_person("Berit Blocked", privacy_blocked=True)
        segment = make_segment(bo, minor, blocked)
        with pytest.raises(ProblemsFound) as refusal:
            log(segment)
        assert {problem.kind: problem.lines for problem in refusal.value.problems} == {
            "privacy_blocked": 1,
            "minor": 1,
            "no_template": 3,
        }
        assert (LoggedSegment.objects.count(), segment.lines.count()) == (0, 3)

    def test_a_second_click_gets_already_logged(self, segment):
        same = Segment.objects.get(pk=segment.pk)
        logged = log(segment)
        with pytest.raises(SegmentAlreadyLogged) as refusal:
            log(same)
        assert refusal.value.logged_segment == logged
        assert InteractionLogEntry.objects.count() == 2

    def test_a_number_that_was_logged_before_is_refused(self, segment):
        LoggedSegment.objects.create(segment_number="SM-7", description="Long ago")
        with pytest.raises(SegmentAlreadyLogged):
            log(segment)
        assert segment.lines.count() == 2

    def test_one_that_was_deleted_is_not_said_to_be_another(self, segment):
        LoggedSegment.objects.create(segment_number="SM-6", description="Long ago")
        Segment.objects.filter(pk=segment.pk).delete()
        with pytest.raises(SegmentChanged):
            log(segment)
        assert InteractionLogEntry.objects.count() == 0

    def test_a_segment_that_changed_since_it_was_looked_at(self, segment):
        with pytest.raises(SegmentChanged):
            log(segment, expected_version=version_at(segment, 0))
        assert LoggedSegment.objects.count() == 0


class TestSkippingProblemLines:
    def test_the_rest_is_kept_with_its_own_values_in_a_new_segment(
        self, segment, anna, bo
    ):
        SegmentDocument.objects.create(
            segment=segment, language="nb", document=make_document("Hei")
        )
        bo.privacy_blocked = True
        bo.save()
        segment.lines.filter(contact=bo).update(personal_text="Dear Bo!")
        logged = log(segment, skip_problem_lines=True)
        assert [entry.contact for entry in logged.interactions.all()] == [anna]
        rest = Segment.objects.get()
        assert rest.number != "SM-7"
        assert rest.left_over_of == logged
        assert logged.criteria["left_over_segment"] == rest.number
        assert names_on(rest) == ["Bo Lie"]
        assert rest.lines.get().personal_text == "Dear Bo!"
        assert [document.language for document in rest.documents.all()] == ["nb"]
        assert (rest.template, rest.steps.get().total) == (segment.template, 1)

    def test_if_every_line_has_a_problem_nothing_is_logged(self, segment):
        segment.lines.update(template=None)
        Segment.objects.update(template=None)
        segment.refresh_from_db()
        with pytest.raises(ProblemsFound):
            log(segment, skip_problem_lines=True)
        assert (LoggedSegment.objects.count(), Segment.objects.count()) == (0, 1)


class TestLetters:
    def test_the_inputs_of_every_letter_are_frozen(self, segment, anna, bo):
        MarketingSetup.objects.create(company_name="Fjord & Co")
        segment.lines.filter(contact=anna).update(personal_text="See you soon!")
        logged = log(segment)
        snapshots = LetterSnapshot.objects.order_by("item__contact__name")
        assert [
            (
                snapshot.inputs["contact"]["name"],
                snapshot.inputs["line"]["personal_text"],
                snapshot.item.sequence,
                snapshot.item.run.kind,
                snapshot.item.run.own_company["name"],
            )
            for snapshot in snapshots
        ] == [
            ("Anna Dahl", "See you soon!", 1, "send", "Fjord & Co"),
            ("Bo Lie", "", 1, "print", "Fjord & Co"),
        ]
        assert {run.logged_segment for run in Run.objects.all()} == {logged}
        assert all(
            snapshot.item.entry.contact == snapshot.item.contact
            for snapshot in snapshots
        )

    def test_without_a_document_there_is_no_letter(self, anna):
        segment = make_segment(anna, template=make_template(languages={}))
        log(segment)
        assert (Run.objects.count(), LetterSnapshot.objects.count()) == (0, 0)

    def test_delivering_queues_one_piece_for_each_letter_that_goes_somewhere(
        self, segment, anna, bo
    ):
        logged = log(segment, deliver=True)
        deliveries = Delivery.objects.order_by("entry__contact__name").values_list(
            "entry__contact__name", "channel", "to_address", "status"
        )
        assert list(deliveries) == [
            ("Anna Dahl", "email", "anna@example.no", "queued"),
            ("Bo Lie", "hard_copy", "", "queued"),
        ]
        statuses = logged.interactions.values_list("delivery_status", flat=True)
        assert list(statuses) == ["queued", "queued"]

    def test_without_delivering_nothing_is_queued(self, segment):
        log(segment)
        assert Delivery.objects.count() == 0

    def test_an_email_without_an_address_refuses_delivery_but_not_logging(
        self, segment, anna
    ):
        anna.email = ""
        anna.save()
        with pytest.raises(ProblemsFound) as refusal:
            log(segment, deliver=True)
        assert [problem.kind for problem in refusal.value.problems] == ["email_missing"]
        logged = log(segment)
        entry = logged.interactions.get(contact=anna)
        assert (entry.correspondence_type, entry.contact_via) == ("", "")

    def test_a_blocked_channel_refuses_delivery(self, segment, bo):
        ContactChannelBlock.objects.create(
            contact=bo,
            channel="hard_copy",
            reason="do_not_mail",
            since=datetime.date(2026, 1, 1),
        )
        with pytest.raises(ProblemsFound) as refusal:
            log(segment, deliver=True)
        assert [problem.kind for problem in refusal.value.problems] == [
            "channel_blocked"
        ]


class TestFollowUp:
    def test_it_is_made_with_the_log_and_linked(self, segment, kari):
        campaign = Campaign.objects.create(number="CP-1", description="Winter")
        segment.campaign = campaign
        segment.save()
        logged = log(segment, follow_up=True, user=kari)
        follow_up = Segment.objects.get()
        assert names_on(follow_up) == ["Bo Lie", "Anna Dahl"]
        assert (
            follow_up.description,
            follow_up.campaign,
            follow_up.follow_up_of,
            follow_up.owner,
            follow_up.template,
        ) == ("Follow-up on segment SM-7", campaign, logged, kari, None)

    def test_only_those_who_are_still_eligible(self, segment, bo):
        logged = log(segment)
        bo.privacy_blocked = True
        bo.save()
        follow_up = create_follow_up(logged_segment=logged, user=None, at=NOW)
        assert names_on(follow_up) == ["Anna Dahl"]

    def test_only_those_who_did_not_answer(self, segment, anna):
        logged = log(segment)
        logged.interactions.filter(contact=anna).update(evaluation="positive")
        silent = create_follow_up(
            logged_segment=logged, only="not_answered", user=None, at=NOW
        )
        answered = create_follow_up(
            logged_segment=logged, only="evaluation", user=None, at=NOW
        )
        assert (names_on(silent), names_on(answered)) == (["Bo Lie"], ["Anna Dahl"])

    def test_a_logged_segment_can_be_reused_in_any_segment(self, segment, anna):
        logged = log(segment)
        logged.interactions.filter(contact=anna).update(cancelled=True)
        other = make_segment()
        step = reuse_logged_segment(
            segment=other, logged_segment=logged, user=None, at=NOW
        )
        assert (names_on(other), step.entered) == (["Bo Lie"], 1)
