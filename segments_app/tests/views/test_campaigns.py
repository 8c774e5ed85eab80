"""The pages of campaigns: who sees and changes them, and what they say."""

import datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from contacts.tests.factories import make_company, make_person
from interactions.models import (
    Campaign,
    CampaignEntry,
    CampaignStatus,
    InteractionLogEntry,
    LoggedSegment,
)
from interactions.services.cancel import (
    cancel_campaign_entry,
    cancel_entries,
    cancel_logged_segment,
)
from interactions.services.delete_cancelled import delete_entries, delete_segments
from interactions.tests.factories import make_entry, make_logged_segment
from jobs.models import Job
from jobs.services import run_job
from segments_app.jobs import campaigns as activating
from segments_app.models import Segment
from segments_app.services.campaign_targets import activate_campaign
from segments_app.tests.factories import NOW, make_segment
from segments_app.views import campaigns as views

from .log_side import text

pytestmark = pytest.mark.django_db
LIST = "/segments/campaigns/"


def days(number):
    return datetime.date.today() + datetime.timedelta(days=number)


def make_campaign(number="FAIR", **values):
    values.setdefault("description", "Coffee fair")
    return Campaign.objects.create(number=number, **values)


def logged_for(campaign, number, contacts=1, **values):
    """A segment that was logged for the campaign, with one entry per contact."""
    logged = make_logged_segment(number)
    entry = CampaignEntry.objects.create(
        campaign=campaign,
        date=datetime.date(2026, 3, 2),
        segment_number=number,
        logged_segment=logged,
        description=f"Letter {number}",
        **values,
    )
    for _place in range(contacts):
        make_entry(
            make_person(),
            campaign=campaign,
            campaign_entry=entry,
            logged_segment=logged,
            campaign_target=True,
            cost=5,
            duration=2,
            **values,
        )
    return entry


def numbers(page):
    return [campaign.number for campaign, _figures in page.context["listed"]]


class TestWhoMay:
    PATHS = ("edit/", "delete/", "activate/", "deactivate/")

    def test_a_stranger_is_sent_to_the_login(self, stranger):
        campaign = make_campaign()
        page = campaign.get_absolute_url()
        paths = (LIST, f"{LIST}new/", page, *(f"{page}{path}" for path in self.PATHS))
        for path in paths:
            assert stranger.get(path).url == f"/login/?next={path}"

    @pytest.mark.parametrize("who", ["rolf", "anne"])
    def test_who_may_only_look_sees_no_button_and_changes_nothing(self, who, request):
        browser = request.getfixturevalue(who)
        campaign = make_campaign()
        page = campaign.get_absolute_url()
        for path in (LIST, page):
            shown = browser.get(path).content.decode()
            for button in ("new/", "edit/", "delete/", "activate/"):
                assert f'{button}"' not in shown
        for path in (f"{LIST}new/", *(f"{page}{path}" for path in self.PATHS)):
            assert browser.post(path, {"description": "Mine"}).status_code == 403
        campaign.refresh_from_db()
        assert campaign.description == "Coffee fair"

    def test_mona_may_everything(self, mona):
        campaign = make_campaign()
        page = campaign.get_absolute_url()
        for path in (LIST, f"{LIST}new/", page, f"{page}edit/", f"{page}delete/"):
            assert mona.get(path).status_code == 200
        assert mona.get(f"{page}activate/").status_code == 405
        assert mona.get(f"{page}deactivate/").status_code == 405


class TestTheList:
    def test_what_begins_last_is_first_and_says_what_it_did(self, rolf):
        make_campaign("OLD", starting_date=days(-60))
        make_campaign("NEW", starting_date=days(-1))
        fair = make_campaign("FAIR")
        logged_for(fair, "SM-1", contacts=2)
        page = rolf.get(LIST)
        assert [
            (campaign.number, figures.contacted, figures.cost)
            for campaign, figures in page.context["listed"]
        ] == [("NEW", 0, 0), ("OLD", 0, 0), ("FAIR", 2, 10)]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"search": "ope"}, ["OPEN"]),
            ({"search": "autumn"}, ["SOON"]),
            ({"time": "now"}, ["FAIR", "OPEN"]),
            ({"time": "coming"}, ["SOON"]),
            ({"time": "over"}, ["PAST"]),
            ({"active": "yes"}, ["OPEN"]),
            ({"active": "no"}, ["FAIR", "PAST", "SOON"]),
            ({"ordering": "-number"}, ["SOON", "PAST", "OPEN", "FAIR"]),
            ({"time": "never"}, []),
        ],
    )
    def test_it_is_narrowed_and_sorted(self, rolf, asked, found):
        make_campaign("FAIR", starting_date=days(0), ending_date=days(0))
        make_campaign("OPEN", activated_at="2026-03-02T10:00Z")
        make_campaign("PAST", ending_date=days(-1))
        make_campaign("SOON", starting_date=days(1), description="Autumn")
        page = rolf.get(LIST, {"ordering": "number"} | asked)
        assert numbers(page) == found

    def test_by_status_and_salesperson(self, rolf):
        status = CampaignStatus.objects.create(code="RUNNING")
        make_campaign("FAIR", status=status)
        make_campaign("OTHER")
        assert numbers(rolf.get(LIST, {"status": status.pk})) == ["FAIR"]

    def test_the_number_of_queries_does_not_grow(
        self, rolf, django_assert_max_num_queries
    ):
        counts = []
        for first, last in ((0, 2), (2, 20)):
            for place in range(first, last):
                logged_for(make_campaign(f"C{place}"), f"SM-{place}")
            with django_assert_max_num_queries(100) as asked:
                rolf.get(LIST)
            counts.append(len(asked))
        assert counts[0] == counts[1]

    def test_without_campaigns_it_says_what_one_is(self, rolf, mona):
        assert "A campaign counts together" in rolf.get(LIST).content.decode()
        assert f'href="{LIST}new/"' in mona.get(LIST).content.decode()


class TestThePage:
    def test_it_shows_figures_entries_segments_and_the_chart(self, rolf):
        fair = make_campaign()
        logged_for(fair, "SM-1", contacts=3)
        written_to, stranger = fair.interactions.first().contact, make_person()
        for answered in (written_to, stranger):
            make_entry(
                answered,
                campaign=fair,
                campaign_response=True,
                date=datetime.date(2026, 3, 4),
            )
        make_segment(written_to, number="SM-9", campaign=fair)
        page = rolf.get(fair.get_absolute_url())
        figures, chart = page.context["figures"], page.context["chart"]
        assert (figures.contacted, figures.responded, figures.rate) == (
            *(3, 2),
            Decimal("33.3"),
        )
        assert "<dt>Targets who responded</dt><dd>1</dd>" in text(page)
        assert chart.rows == [
            ("03/02/2026", [3, 0]),
            ("03/03/2026", [0, 0]),
            ("03/04/2026", [0, 2]),
        ]
        assert [entry.figures for entry in page.context["entries"]] == [
            {"campaign_entry": fair.entries.get().pk, "number": 3, "cost": 15}
            | {"duration": 6}
        ]
        assert [each.number for each in page.context["segments"]] == ["SM-9"]

    def test_a_cancelled_entry_counts_what_was_cancelled_with_it(self, rolf):
        fair = make_campaign()
        logged_for(fair, "SM-1", contacts=2, cancelled=True)
        page = rolf.get(fair.get_absolute_url())
        (entry,) = page.context["entries"]
        assert (entry.figures["number"], page.context["figures"].contacted) == (2, 0)

    def test_the_number_of_queries_does_not_grow(
        self, rolf, django_assert_max_num_queries
    ):
        fair = make_campaign()
        counts = []
        for first, last in ((0, 2), (2, 12)):
            for place in range(first, last):
                logged_for(fair, f"SM-{place}", contacts=2)
                make_segment(make_person(), campaign=fair)
            with django_assert_max_num_queries(100) as asked:
                rolf.get(fair.get_absolute_url())
            counts.append(len(asked))
        assert counts[0] == counts[1]


class TestCancelling:
    def path(self, entry, what):
        return f"{LIST}entries/{entry.pk}/{what}/"

    def test_who_may_not_cancel_is_refused(self, stranger, rolf, anne):
        entry = logged_for(make_campaign(), "SM-1")
        for what in ("cancel", "take-back"):
            path = self.path(entry, what)
            assert stranger.post(path).url == f"/login/?next={path}"
            for browser in (rolf, anne):
                assert browser.post(path, {"reason": "No"}).status_code == 403
                page = browser.get(entry.campaign.get_absolute_url())
                assert path not in page.content.decode()
        entry.refresh_from_db()
        assert not entry.cancelled

    def test_it_is_asked_why_and_nothing_happens_without(self, mona):
        entry = logged_for(make_campaign(), "SM-1")
        page = mona.post(self.path(entry, "cancel"), {"reason": " "})
        assert page.context["form"].errors == {"reason": ["This field is required."]}
        entry.refresh_from_db()
        assert not entry.cancelled

    def test_cancelled_and_taken_back_counts_as_before_and_no_more(self, mona):
        entry = logged_for(make_campaign(), "SM-1", contacts=3)
        by_itself = entry.interactions.first()
        cancel_entries(
            entries=InteractionLogEntry.objects.filter(pk=by_itself.pk),
            reason="Moved",
            user=None,
            at=NOW,
        )
        page = entry.campaign.get_absolute_url()
        mona.post(self.path(entry, "cancel"), {"reason": "Wrong date"})
        shown = mona.get(page)
        assert "Wrong date" in shown.content.decode()
        assert shown.context["figures"].contacted == 0
        answer = mona.post(self.path(entry, "take-back"), follow=True)
        assert "counts again, with 2 interactions." in answer.content.decode()
        assert answer.context["figures"].contacted == 2
        by_itself.refresh_from_db()
        assert by_itself.cancelled

    def test_what_is_cancelled_with_its_segment_says_so(self, mona):
        entry = logged_for(make_campaign(), "SM-1")
        cancel_campaign_entry(campaign_entry=entry, reason="x", user=None, at=NOW)
        LoggedSegment.objects.update(cancelled=True)
        answer = mona.post(self.path(entry, "take-back"), follow=True)
        assert "Take that back first." in answer.content.decode()

    def test_what_was_deleted_is_not_taken_back_nor_offered(self, mona):
        entry, gone = (logged_for(make_campaign(name), name) for name in ("A", "B"))
        for each in (entry, gone):
            cancel_logged_segment(
                logged_segment=each.logged_segment, reason="x", user=None, at=NOW
            )
        sum(delete_entries(gone.interactions.all()))
        sum(delete_segments(LoggedSegment.objects.filter(pk=gone.logged_segment_id)))
        offered = {
            each.segment_number: self.path(each, "take-back")
            in text(mona.get(each.campaign.get_absolute_url()))
            for each in (entry, gone)
        }
        assert offered == {"A": True, "B": False}
        answer = mona.post(self.path(gone, "take-back"), follow=True)
        said = "There is nothing to take back: its interactions were deleted."
        assert said in text(answer)
        answer = mona.post(self.path(entry, "take-back"), follow=True)
        assert "counts again, with 1 interaction." in text(answer)
        cancelled = CampaignEntry.objects.filter(cancelled=True)
        assert list(cancelled.values_list("segment_number", flat=True)) == ["B"]

    def test_twice_is_said_and_changes_nothing(self, mona):
        entry = logged_for(make_campaign(), "SM-1")
        answer = mona.post(self.path(entry, "take-back"), follow=True)
        assert "nothing to take back: it is not cancelled." in answer.content.decode()
        mona.post(self.path(entry, "cancel"), {"reason": "One"})
        answer = mona.post(self.path(entry, "cancel"), {"reason": "Two"}, follow=True)
        assert "it is cancelled already." in answer.content.decode()
        entry.refresh_from_db()
        assert entry.cancellation.reason == "One"


class TestChanging:
    def test_a_campaign_cannot_end_before_it_starts(self, mona):
        sent = {
            "description": "Spring",
            "starting_date": "2026-05-02",
            "ending_date": "2026-05-01",
        }
        page = mona.post(f"{LIST}new/", sent)
        assert "A campaign cannot end before it starts." in page.content.decode()
        assert not Campaign.objects.exists()

    def test_who_makes_it_answers_for_it_unless_they_say_otherwise(self, mona):
        form = mona.get(f"{LIST}new/").context["form"]
        assert form["salesperson"].value() is None

    def test_editing_changes_what_was_changed_and_never_the_number(self, mona):
        fair = make_campaign()
        mona.post(
            f"{fair.get_absolute_url()}edit/",
            {"description": "Tea fair", "number": "OTHER"},
        )
        fair.refresh_from_db()
        assert (fair.number, fair.description) == ("FAIR", "Tea fair")

    def test_two_who_change_the_same_are_told(self, mona):
        fair = make_campaign()
        page = mona.post(
            f"{fair.get_absolute_url()}edit/",
            {"description": "Tea fair", "initial-description": "Something before"},
        )
        assert "Somebody else changed this" in page.content.decode()
        fair.refresh_from_db()
        assert fair.description == "Coffee fair"

    def test_what_counts_for_it_keeps_it_and_is_told(self, mona):
        fair = make_campaign()
        logged_for(fair, "SM-1")
        path = f"{fair.get_absolute_url()}delete/"
        assert "interaction log entries: 1" in mona.post(path).content.decode()
        assert Campaign.objects.exists()

    def test_an_unused_one_goes_with_its_targets(self, mona):
        fair = make_campaign()
        fair.targets.create(contact=make_company())
        assert mona.post(f"{fair.get_absolute_url()}delete/").url == LIST
        assert not Campaign.objects.exists()


class TestTargets:
    def test_activated_it_stands_on_the_cards_of_its_targets(self, mona):
        fair = make_campaign()
        company = make_company("Fjordheim Kaffe AS")
        anna = make_person("Anna Dahl", company=company)
        make_segment(anna, campaign=fair, campaign_target=True)
        mona.post(f"{fair.get_absolute_url()}activate/")
        page = mona.get(fair.get_absolute_url()).content.decode()
        assert "aimed at 1 contact." in page
        assert "Fjordheim Kaffe AS" in page
        for contact in (company, anna):
            card = mona.get(contact.get_absolute_url()).content.decode()
            assert f'href="{fair.get_absolute_url()}"' in card
        mona.post(f"{fair.get_absolute_url()}deactivate/")
        card = mona.get(anna.get_absolute_url()).content.decode()
        assert "No active campaign is aimed at this contact." in card

    def test_nobody_to_aim_at_is_said_with_what_to_do(self, mona):
        fair = make_campaign()
        answer = mona.post(f"{fair.get_absolute_url()}activate/", follow=True)
        assert "set “campaign target” there" in answer.content.decode()


class TestManyTargets:
    """More than a page can wait for are found by a job."""

    @pytest.fixture(autouse=True)
    def _two_are_many(self, monkeypatch):
        monkeypatch.setattr(activating, "MOST_WITHOUT_JOB", 1)

    @pytest.fixture
    def fair(self):
        fair = make_campaign()
        people = [make_person(name) for name in ("Anna Dahl", "Per Berg")]
        make_segment(*people, campaign=fair, campaign_target=True)
        return fair

    def activate(self, browser, fair):
        """Press the button; return the job that the answer leads to."""
        answer = browser.post(f"{fair.get_absolute_url()}activate/")
        job = Job.objects.get()
        assert answer.url == job.get_absolute_url()
        return job

    def test_the_job_makes_them_and_leads_to_the_campaign(self, mona, fair):
        job = self.activate(mona, fair)
        assert not fair.targets.exists()
        run_job(job=job)
        fair.refresh_from_db()
        assert (job.state, job.result, fair.is_active) == (
            "done",
            {"campaign": "FAIR", "targets": 2, "next_page": [fair.pk]},
            True,
        )
        assert fair.get_absolute_url() in text(mona.get(job.get_absolute_url()))

    def test_lines_interactions_and_targets_of_before_are_much_work(self, mona, fair):
        activate_campaign(campaign=fair, at=NOW)
        fair.targets.first().delete()
        Segment.objects.all().delete()
        make_entry(make_person("Kari Lie"), campaign=fair, campaign_target=True)
        self.activate(mona, fair)

    def test_nobody_to_aim_at_is_said_by_the_job(self, mona, fair):
        job = self.activate(mona, fair)
        Segment.objects.all().delete()
        run_job(job=job)
        assert (job.state, job.error[:26]) == ("failed", "Nobody is a target of this")

    def test_one_that_is_deleted_meanwhile_is_said_by_the_job(self, mona, fair):
        job = self.activate(mona, fair)
        Segment.objects.all().delete()
        fair.delete()
        run_job(job=job)
        assert job.error == "This campaign was deleted meanwhile."


@pytest.mark.parametrize("change", ["activate", "deactivate", "delete"])
def test_one_that_is_deleted_at_that_moment_leads_to_the_others(
    mona, monkeypatch, change
):
    gone = Campaign.objects.create(number="FAIR", description="Coffee fair")
    address = reverse(f"segments:campaign_{change}", args=[gone.pk])
    monkeypatch.setattr(views, "get_object_or_404", lambda model, pk: gone)
    Campaign.objects.all().delete()
    page = mona.post(address, follow=True)
    assert page.redirect_chain == [(reverse("segments:campaigns"), 302)]
    assert "This campaign was deleted meanwhile." in page.content.decode()
