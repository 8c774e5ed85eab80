"""The front page: what waits for whom, and nothing of what they may not see."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone

from contacts.models import MarketingSetup
from contacts.tests.factories import make_person
from interactions.models import Delivery, Run
from interactions.tests.factories import make_entry, make_logged_segment, make_template
from jobs.models import Job
from segments_app.charts import Period
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db
SECTIONS = {"segments", "runs", "jobs", "drafts", "failed", "logged", "sent"}


def owner(browser):
    return User.objects.get(pk=browser.session["_auth_user_id"])


def home(browser):
    return browser.get("/").context


def make_job(user, label, **values):
    return Job.objects.create(kind="test", label=label, owner=user, **values)


def failed_delivery(user, number="", **values):
    logged = make_logged_segment(number) if number else None
    status = values.pop("status", "failed")
    entry = make_entry(
        make_person(), user=user, logged_segment=logged, segment_number=number, **values
    )
    return Delivery.objects.create(entry=entry, channel="email", status=status)


def test_a_stranger_is_sent_to_the_login(stranger):
    assert stranger.get("/").url == "/login/?next=/"


def test_after_the_login_one_is_on_the_front_page(stranger):
    User.objects.create_user("kari", password="open sesame")
    answer = stranger.post("/login/", {"username": "kari", "password": "open sesame"})
    assert answer.url == "/"


def test_what_waits_is_ones_own(anne, mona):
    mine, theirs = owner(anne), owner(mona)
    for user, name in ((mine, "mine"), (theirs, "theirs")):
        make_segment(number=f"SM-{name}", owner=user)
        make_job(user, name)
        make_entry(
            make_person(name), postponed=True, user=user, description=f"Draft {name}"
        )
        failed_delivery(user, f"F-{name}")
        Run.objects.create(segment_number=f"R-{name}", kind="print", user=user)
    page = home(anne)
    assert (
        [row.number for row in page["segments"]],
        [job.label for job in page["jobs"]],
        [draft.description for draft in page["drafts"]],
        [(row["entry__segment_number"], row["count"]) for row in page["failed"]],
        [run.segment_number for run in page["runs"]],
    ) == (["SM-MINE"], ["mine"], ["Draft mine"], [("F-MINE", 1)], ["R-MINE"])
    shown = anne.get("/").content.decode()
    assert "SM-MINE" in shown
    assert "SM-THEIRS" not in shown


def test_logged_last_is_what_was_logged_last_whenever_it_was_written(anne):
    """An older log that came in later, as one that was imported, is not the last."""
    for number, day in (("SM-1", 20), ("SM-2", 22), ("SM-3", 21)):
        at = datetime.datetime(2026, 11, day, 9, tzinfo=datetime.UTC)
        make_logged_segment(number, created_at=at)
    numbers = [logged.segment_number for logged in home(anne)["logged"]]
    assert numbers == ["SM-2", "SM-3", "SM-1"]


def test_jobs_that_are_over_do_not_wait_and_failed_ones_a_week(anne):
    user, now = owner(anne), timezone.now()
    begun = {"started_at": now, "attempts": 1}
    make_job(user, "done", state="done", finished_at=now, **begun)
    for label, days in (("lately", 6), ("long ago", 8)):
        over = now - datetime.timedelta(days=days)
        make_job(user, label, state="failed", finished_at=over, error="x", **begun)
    make_job(user, "running", state="running", **begun)
    assert [job.label for job in home(anne)["jobs"]] == ["running", "lately"]


def test_letters_wait_until_they_are_posted_or_the_outbox_has_them(anne):
    user, logged = owner(anne), make_logged_segment()
    for number, values in {
        "PREPARED": {"kind": "print"},
        "PRINTED": {"kind": "print", "state": "printed", "logged_segment": logged},
        "POSTED": {"kind": "print", "state": "posted"},
        "WITHDRAWN": {"kind": "print", "state": "withdrawn"},
        "SENT": {"kind": "send", "logged_segment": logged},
        "UNSENT": {"kind": "send"},
    }.items():
        run = Run.objects.create(segment_number=number, user=user, **values)
        entry = make_entry(make_person("Anna Dahl"))
        run.items.create(sequence=1, contact=entry.contact, entry=entry)
    waiting = {run.segment_number for run in home(anne)["runs"]}
    assert waiting == {"PREPARED", "PRINTED", "UNSENT"}


def test_what_did_not_arrive_is_counted_by_segment(anne):
    user = owner(anne)
    delivery = failed_delivery(user, "SM-1")
    again = make_entry(
        make_person(),
        user=user,
        logged_segment=delivery.entry.logged_segment,
        segment_number="SM-1",
    )
    Delivery.objects.create(entry=again, channel="email", status="unknown")
    failed_delivery(user)
    failed_delivery(user, "SM-2", status="sent")
    failed_delivery(user, "SM-3", cancelled=True)
    found = {row["entry__segment_number"]: row["count"] for row in home(anne)["failed"]}
    assert found == {"SM-1": 2, "": 1}


def test_letters_and_e_mails_of_the_last_quarter_are_drawn_by_week(rolf):
    today = timezone.localdate()
    monday = Period.WEEK.start_of(today)
    sent = {"information_flow": "outbound", "correspondence_type": "hard_copy"}
    make_entry(make_person(), date=today, **sent)
    make_entry(make_person(), date=monday, **sent | {"correspondence_type": "email"})
    make_entry(make_person(), date=monday - datetime.timedelta(days=1), **sent)
    make_entry(make_person(), date=monday - datetime.timedelta(weeks=12), **sent)
    for nothing in (
        {"date": monday - datetime.timedelta(weeks=12, days=1)},
        {"date": today + datetime.timedelta(days=1)},
        {"cancelled": True},
        {"postponed": True},
        {"attempt_failed": True},
        {"information_flow": "inbound"},
        {"correspondence_type": ""},
    ):
        make_entry(make_person(), **{"date": today} | sent | nothing)
    chart = home(rolf)["sent"]
    assert [values for _week, values in chart.rows] == [
        [1, 0],
        *([[0, 0]] * 10),
        [1, 0],
        [1, 1],
    ]


@pytest.mark.parametrize(
    ("permissions", "seen"),
    [
        ((), {"jobs"}),
        (("view_segment",), {"jobs", "segments", "runs"}),
        (("view_loggedsegment",), {"jobs", "logged"}),
        (("view_interactionlogentry",), {"jobs", "drafts", "failed", "sent"}),
    ],
)
def test_of_what_one_may_not_see_nothing_is_asked(permissions, seen):
    kari = User.objects.create_user("kari")
    kari.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    browser = Client()
    browser.force_login(kari)
    page = home(browser)
    assert {name for name in SECTIONS if name in page} == seen


class TestFirstSteps:
    def test_each_role_is_told_what_it_can_do(self, rolf, anne, mona):
        def steps(browser):
            return [step.url_name for step, _done in home(browser)["first_steps"]]

        assert steps(rolf) == []
        assert steps(anne) == ["segments:create"]
        assert steps(mona) == [
            "contacts:import",
            "interactions:template_create",
            "segments:create",
        ]

    def test_what_is_there_is_done_and_when_all_is_there_none_is_shown(self):
        siv = Client()
        siv.force_login(User.objects.create_superuser("siv"))
        make_person()
        assert [done for _step, done in home(siv)["first_steps"]] == [
            *(False, True),
            *(False, False),
        ]
        MarketingSetup(company_name="Fjordheim AS").save()
        make_template()
        make_segment()
        assert home(siv)["first_steps"] == []

    def test_an_empty_program_says_what_there_is_to_do(self, mona):
        page = mona.get("/").content.decode()
        assert "First steps" in page
        assert "You have no open segment." in page
        assert "Nobody was written to in the last weeks." in page


def test_the_number_of_queries_does_not_grow(mona, django_assert_max_num_queries):
    user = owner(mona)
    counts = []
    for first, last in ((0, 2), (2, 12)):
        for place in range(first, last):
            make_segment(make_person(), owner=user)
            make_job(user, f"job {place}")
            make_entry(make_person(), postponed=True, user=user)
            failed_delivery(user, f"F-{place}", correspondence_type="email")
            Run.objects.create(segment_number="R-1", kind="print", user=user)
        with django_assert_max_num_queries(100) as asked:
            mona.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
