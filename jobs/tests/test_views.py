"""Stories of the pages: whose job it is, what they show, what they let one do."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from jobs.choices import JobState
from jobs.models import Job
from jobs.tests.factories import make_done_job, make_job, make_running_job

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_anna(client: Client, anna: User) -> Client:
    client.force_login(anna)
    return client


def url(page: str, job: Job) -> str:
    return reverse(f"jobs:{page}", args=[job.pk])


def with_result(job: Job, name: str = "Brev til Åse.docx") -> Job:
    job.keep_result(ContentFile(b"Dear Anna"), name=name)
    job.save()
    return job


@pytest.mark.parametrize(
    ("method", "page"),
    [("get", "detail"), ("post", "cancel"), ("get", "result")],
)
def test_a_job_exists_for_its_owner_and_superusers_only(client, anna, at, method, page):
    berit = User.objects.create_user("berit", is_staff=True)
    root = User.objects.create_superuser("root")
    job = with_result(make_done_job(at=at, owner=anna))
    visit = getattr(client, method)
    assertRedirects(
        visit(url(page, job)),
        f"{reverse('login')}?next={url(page, job)}",
        fetch_redirect_response=False,
    )
    client.force_login(berit)
    assert visit(url(page, job)).status_code == 404
    expected = 302 if page == "cancel" else 200
    for user in (anna, root):
        client.force_login(user)
        assert visit(url(page, job)).status_code == expected


def test_the_list_shows_my_jobs_newest_first(as_anna, anna, at):
    make_done_job(at=at, owner=anna, label="Import of May")
    make_running_job(at=at, owner=anna, label="Letters", done=1200, total=5000)
    make_job(at=at, label="Of nobody")
    page = as_anna.get(reverse("jobs:list"))
    jobs = page.context["page_obj"]
    assert [job.label for job in jobs] == ["Letters", "Import of May"]
    assertContains(page, "1,200 of 5,000")
    assertNotContains(page, "Asked for by")


def test_the_list_asks_the_same_number_of_queries_for_one_job_and_for_three(
    client, anna, at, django_assert_num_queries
):
    client.force_login(User.objects.create_superuser("root"))
    for _number in range(3):
        make_done_job(at=at, owner=anna)
        with django_assert_num_queries(4):  # session, user, count, jobs with owners
            assertContains(client.get(reverse("jobs:list")), "anna")


def test_the_page_of_a_job_costs_the_same_among_many_jobs(
    as_anna, anna, at, django_assert_num_queries
):
    job = make_done_job(at=at, owner=anna, result={"counted": 1})
    for _number in range(2):
        with django_assert_num_queries(6):  # two for permissions, and the owner
            as_anna.get(url("detail", job))
        with django_assert_num_queries(3):  # session, user, job
            as_anna.get(url("detail", job), headers={"HX-Request": "true"})
        make_done_job(at=at, owner=anna)


def test_an_empty_list_says_what_will_appear_here(as_anna):
    assertContains(as_anna.get(reverse("jobs:list")), "No jobs yet")


def test_a_running_job_asks_for_news_each_second_and_can_be_refreshed_by_hand(
    as_anna, anna, at
):
    job = make_running_job(
        at=at, owner=anna, done=30, total=120, message="Reading <rows>"
    )
    for headers in ({}, {"HX-Request": "true"}):
        page = as_anna.get(url("detail", job), headers=headers)
        assertContains(page, 'hx-trigger="every 1s"', count=1)
        assertContains(page, '<progress max="120" value="30"', count=1)
        assertContains(page, "Reading &lt;rows&gt;", count=1)
        assertContains(page, ">Refresh</a>", count=1)
        assertContains(page, f'action="{url("cancel", job)}"', count=1)
        assert page.headers["Vary"].count("HX-Request") == 1
        assert "no-store" in page.headers["Cache-Control"]
        assert ("<html" in page.content.decode()) is not bool(headers)


def test_a_finished_job_asks_no_more_and_offers_its_result(handles, as_anna, anna, at):
    handles("count", lambda job: iter(()), result_labels={"counted": "Rows counted"})
    job = with_result(
        make_done_job(at=at, owner=anna, result={"counted": 1234, "hidden": "x"})
    )
    assert job.result_facts == [("Rows counted", 1234)]
    page = as_anna.get(url("detail", job), headers={"HX-Request": "true"})
    assertNotContains(page, "hx-trigger")
    assertNotContains(page, url("cancel", job))
    assertContains(page, "<dt>Rows counted</dt>", count=1)
    assertContains(page, "<dd>1,234</dd>", count=1)
    assertContains(page, "Download Brev til Åse.docx", count=1)
    assertContains(page, 'id="job-announcement" hx-swap-oob="innerHTML"', count=1)


def test_a_failed_job_says_why_and_offers_no_half_file(as_anna, anna, at):
    job = with_result(
        make_job(
            at=at,
            owner=anna,
            state=JobState.FAILED,
            error="Line 3 <b> has no name.",
            finished_at=at + timedelta(seconds=5),
        )
    )
    page = as_anna.get(url("detail", job))
    assertContains(page, "Line 3 &lt;b&gt; has no name.", count=1)
    assertNotContains(page, url("result", job))
    assert as_anna.get(url("result", job)).status_code == 404


@pytest.mark.parametrize(
    ("make", "state", "asked", "message"),
    [
        (make_job, JobState.CANCELLED, True, "The job is cancelled."),
        (
            make_running_job,
            JobState.RUNNING,
            True,
            "The job stops after the part it is working on.",
        ),
        (make_done_job, JobState.DONE, False, "The job was over already."),
    ],
)
def test_cancelling_says_what_happens(as_anna, anna, at, make, state, asked, message):
    job = make(at=at, owner=anna)
    assert as_anna.get(url("cancel", job)).status_code == 405
    page = as_anna.post(url("cancel", job), follow=True)
    assertRedirects(page, url("detail", job))
    assert [str(told) for told in page.context["messages"]] == [message]
    job.refresh_from_db()
    assert (job.state, job.cancel_asked) == (state, asked)


def test_the_result_is_downloaded_under_its_own_name(as_anna, anna, at):
    job = with_result(make_done_job(at=at, owner=anna), name='a"b\r\n Åse.html')
    answer = as_anna.get(url("result", job))
    assert b"".join(answer.streaming_content) == b"Dear Anna"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename*=utf-8''a%22b%20%C3%85se.html"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_result_that_is_gone_from_the_storage_is_not_found(as_anna, anna, at):
    job = with_result(make_done_job(at=at, owner=anna))
    job.result_file.storage.delete(job.result_file.name)
    assert as_anna.get(url("result", job)).status_code == 404
    without = make_done_job(at=at, owner=anna)
    assert as_anna.get(url("result", without)).status_code == 404


def test_the_admin_only_reads(client, anna, at):
    client.force_login(User.objects.create_superuser("root"))
    job = with_result(make_done_job(at=at, owner=anna))
    assertContains(client.get(reverse("admin:jobs_job_changelist")), job.label)
    page = client.get(reverse("admin:jobs_job_change", args=[job.pk]))
    assertContains(page, job.label)
    assertNotContains(page, job.result_file.name)
    assertNotContains(page, 'name="_save"')
    assert client.get(reverse("admin:jobs_job_add")).status_code == 403
    delete = reverse("admin:jobs_job_delete", args=[job.pk])
    assert client.post(delete, {"post": "yes"}).status_code == 403
