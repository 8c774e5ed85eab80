"""The page of a logged run: printed, posted, taken out, another way."""

import re
from functools import partial

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from interactions.models import Delivery, Run, RunEvent
from jobs.models import Job
from jobs.services import cancel_job, run_job
from segments_app.jobs import other_way
from segments_app.services import log_segment
from segments_app.services.channels import print_instead
from segments_app.services.prepare_run import prepare_run
from segments_app.tests.factories import NOW

from .log_side import letter_segment, text

pytestmark = pytest.mark.django_db


def url(name, *keys):
    return reverse(f"segments:{name}", args=keys)


@pytest.fixture
def logged():
    segment = letter_segment(people=3)
    prepare_run(segment=segment, user=None, at=NOW)
    return log_segment(segment=segment, deliver=True, user=None, at=timezone.now())


@pytest.fixture
def run(logged):
    return logged.runs.get()


def state(run):
    run.refresh_from_db()
    return run.state


def test_from_the_printer_to_the_post(mona, run, logged):
    page = text(mona.get(url("run", run.pk)))
    assert "The letters are printed" in page
    assert "Its e-mails" not in page
    page = text(mona.post(url("run_printed", run.pk), follow=True))
    assert "The letters are posted" in page
    assert "Printed · 3 letters" in page
    today = timezone.localdate().isoformat()
    page = mona.post(url("run_posted", run.pk), {"posted_on": today}, follow=True)
    assert "3 letters were posted." in text(page)
    assert "mona" in text(page)
    assert set(logged.interactions.values_list("delivery_status")) == {("posted",)}
    assert "The letters are posted" not in text(page)
    entry = logged.interactions.first()
    history = text(mona.get(entry.get_absolute_url()))
    assert "What was done" in history
    assert "Posted" in history
    assert "midnight" not in history


@pytest.mark.parametrize("day", ["", "2000-01-01", "2999-01-01", "soon"])
def test_a_day_that_cannot_be_is_said_at_the_field(mona, run, day):
    mona.post(url("run_printed", run.pk))
    page = mona.post(url("run_posted", run.pk), {"posted_on": day})
    assert page.context["posting"].errors.keys() == {"posted_on"}
    assert state(run) == "printed"


def test_what_is_done_already_is_said(mona, run):
    for _time in range(2):
        page = mona.post(url("run_printed", run.pk), follow=True)
    assert "Only a run that is logged and prepared" in text(page)
    mona.post(url("run_withdraw", run.pk))
    page = mona.post(
        url("run_posted", run.pk), {"posted_on": "2026-11-20"}, follow=True
    )
    assert "Only a printed run can be posted" in text(page)


def test_a_file_with_every_letter_is_as_good_as_printed(mona, anne, run):
    mona.post(url("run_print", run.pk), {"how": "one", "numbers_asked": "1-2"})
    anne.post(url("run_print", run.pk), {"how": "one"})
    assert state(run) == "prepared"
    mona.post(url("run_print", run.pk), {"how": "one"})
    assert state(run) == "printed"


def test_spoiled_letters_are_taken_out_by_their_numbers(mona, run):
    mona.post(url("run_print", run.pk), {"how": "one"})
    file = url("run_file", run.pk, Job.objects.get().pk)
    assert mona.get(file).status_code == 200
    out = url("run_take_out", run.pk)
    for letters, why in (("", "required"), ("9", "beyond the end"), ("a", "no number")):
        assert why in text(mona.post(out, {"letters": letters}))
    page = text(mona.post(out, {"letters": "1, 3"}, follow=True))
    assert "2 letters were taken out." in page
    assert page.count("Withdrawn") == 2
    assert "None of these letters" in text(mona.post(out, {"letters": "1"}))
    assert "Letters were taken out of the run since." in text(
        mona.get(file, follow=True)
    )


def test_a_logged_run_is_withdrawn_after_a_question(mona, run, logged):
    question = text(mona.get(url("run_withdraw", run.pk)))
    assert "The log will say that these letters were withdrawn" in question
    mona.post(url("run_withdraw", run.pk))
    assert state(run) == "withdrawn"
    page = text(mona.get(logged.get_absolute_url()))
    assert "Withdrawn" in page


def test_what_was_posted_is_not_even_asked_about(mona, run):
    mona.post(url("run_printed", run.pk))
    today = timezone.localdate().isoformat()
    mona.post(url("run_posted", run.pk), {"posted_on": today})
    page = mona.get(url("run_withdraw", run.pk), follow=True)
    assert page.redirect_chain == [(url("run", run.pk), 302)]
    assert "This run cannot be withdrawn: it was posted, sent or" in text(page)
    for ask in (mona.get, partial(mona.post, data={"letters": "1"})):
        page = ask(url("run_take_out", run.pk), follow=True)
        assert page.redirect_chain == [(url("run", run.pk), 302)]
        assert "only until their run is posted or withdrawn" in text(page)
    assert state(run) == "posted"


def test_where_no_letter_can_go_another_way_nothing_is_asked(mona, run, logged):
    mona.post(url("run_withdraw", run.pk))
    for name, why in (
        ("print_instead", "There is no e-mail that could be printed instead."),
        ("send_instead", "There is no letter that could be sent by e-mail."),
    ):
        page = mona.get(url(name, logged.pk), follow=True)
        assert page.redirect_chain == [(logged.get_absolute_url(), 302)]
        assert why in text(page)


def test_where_all_letters_must_stay_the_page_says_why(mona, run, logged):
    Contact.objects.update(email="")
    page = text(mona.get(url("send_instead", logged.pk)))
    assert "There is no letter that could be sent by e-mail." in page
    assert "3 contacts have no complete address for it" in page
    assert "0 letters" not in page


def test_blocked_contacts_are_told_before_posting(mona, run):
    Contact.objects.filter(name="Person No002").update(privacy_blocked=True)
    page = text(mona.get(url("run", run.pk)))
    assert "Take the letter out of the pile" in page


def test_e_mails_that_failed_are_printed_after_a_question(mona):
    segment = letter_segment(people=2)
    Contact.objects.update(correspondence_type="email")
    logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
    assert "failed." not in text(mona.get(logged.get_absolute_url()))
    Delivery.objects.update(status="failed")
    page = text(mona.get(logged.get_absolute_url()))
    assert "2 e-mails failed." in page
    instead = url("print_instead", logged.pk)
    assert "2 e-mails failed: print them instead?" in text(mona.get(instead))
    page = text(mona.post(instead, follow=True))
    assert "2 e-mails are printed instead: they are in this run." in page
    assert "from this run" in page
    page = text(mona.post(instead, follow=True))
    assert "There is no e-mail that could be printed instead." in page
    back = url("send_instead", logged.pk)
    assert "2 letters are not posted yet" in text(mona.get(back))
    page = text(mona.post(back, follow=True))
    assert "2 letters go by e-mail instead" in page
    assert "The letters are printed" not in page


def test_of_a_run_whose_letters_all_go_by_e_mail_nothing_is_printed(mona, run, logged):
    Contact.objects.update(email="a@b.no")
    mona.post(url("send_instead", logged.pk))
    page = text(mona.get(url("run", run.pk)))
    assert "Logged</span> No letters left" in page
    for no_more in ("The letters are printed", "Take letters out", "Withdraw"):
        assert no_more not in page
    page = text(mona.get(logged.get_absolute_url()))
    assert "Print the letters" not in page
    assert "3 e-mails are in the outbox" in page


def test_of_a_run_whose_letters_were_all_taken_out_none_is_left(mona, run, logged):
    mona.post(url("run_printed", run.pk))
    file, again = url("run_print", run.pk), url("logged_letters", logged.pk)
    for letters, is_left in (("1-2", True), ("3", False)):
        mona.post(url("run_take_out", run.pk), {"letters": letters})
        page = text(mona.get(url("run", run.pk)))
        assert ("Logged</span> Printed" in page) is is_left
        assert ("Logged</span> No letters left" in page) is not is_left
        assert ("Make the file" in page) is is_left
    why = "There is nothing to print: these letters were taken out, withdrawn or"
    assert why in text(mona.post(file, {"how": "one"}))
    assert why in text(mona.post(again, {"how": "one"}, follow=True))
    page = text(mona.get(logged.get_absolute_url()))
    assert "Logged</span> No letters left" in page


def test_why_there_is_no_file_is_the_reason_of_its_letters(mona, run, logged):
    again = url("logged_letters", logged.pk)
    mona.post(url("run_take_out", run.pk), {"letters": "1-2"})
    asked = {"how": "one", "numbers_asked": "1-2"}
    page = text(mona.post(url("run_print", run.pk), asked))
    assert "these letters were taken out, withdrawn or cancelled." in page
    Contact.objects.update(privacy_blocked=True)
    blocked = "There is nothing to print: all of these contacts were blocked since."
    assert blocked in text(mona.post(url("run_print", run.pk), {"how": "one"}))
    assert blocked in text(mona.post(again, {"how": "one"}, follow=True))
    mona.post(url("run_withdraw", run.pk))
    page = text(mona.post(again, {"how": "one"}, follow=True))
    assert "these letters were taken out, withdrawn or cancelled." in page


def test_a_name_that_turns_the_text_round_turns_only_itself(mona, run, logged):
    turned = "Anna\N{RIGHT-TO-LEFT OVERRIDE}lhaD"
    Contact.objects.update(name=turned)
    logged.description = turned
    logged.save()
    mona.post(url("run_print", run.pk), {"how": "one"})
    Job.objects.update(result_name=turned, label=turned)
    for page in (mona.get(url("run", run.pk)), mona.get("/")):
        main = page.content.decode().partition("<main")[2]
        bare = re.sub(r"<bdi>.*?</bdi>", "", main)
        assert turned in main
        assert turned not in bare


def test_by_a_page_from_before_it_is_neither_printed_nor_posted(mona, run, logged):
    Contact.objects.update(email="a@b.no")
    mona.post(url("send_instead", logged.pk))
    today = {"posted_on": timezone.localdate().isoformat()}
    for stored, steps in (
        ("prepared", ("run_printed", "run_withdraw")),
        ("printed", ("run_posted", "run_withdraw")),
    ):
        Run.objects.filter(pk=run.pk).update(state=stored)
        for step in steps:
            page = text(mona.post(url(step, run.pk), today, follow=True))
            assert "None of its letters is to be printed or posted any more." in page
            assert state(run) == stored
    said = run.events.values_list("kind", flat=True)
    assert list(said) == ["to_email"]


def test_only_who_delivers_may_do_any_of_it(anne, rolf, stranger, run, logged):
    posts = [
        *(url(name, run.pk) for name in ("run_printed", "run_posted", "run_withdraw")),
        url("run_take_out", run.pk),
        *(url(name, logged.pk) for name in ("print_instead", "send_instead")),
    ]
    for visitor in (anne, rolf):
        assert {visitor.post(each).status_code for each in posts} == {403}
        assert "The letters are printed" not in text(visitor.get(url("run", run.pk)))
    assert all(stranger.post(each).url.startswith("/login") for each in posts)
    assert state(run) == "prepared"


class TestManyThatGoAnotherWay:
    """More than a page can wait for are moved by a job."""

    @pytest.fixture(autouse=True)
    def _two_are_many(self, monkeypatch):
        monkeypatch.setattr(other_way, "MOST_WITHOUT_JOB", 1)

    @pytest.fixture
    def failed(self):
        """A segment that was logged, and both its e-mails failed."""
        segment = letter_segment(people=2, number="SM-7")
        Contact.objects.update(correspondence_type="email")
        logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
        Delivery.objects.update(status="failed")
        return logged

    def ask(self, browser, logged, name):
        """Press the button; return the job that the answer leads to."""
        answer = browser.post(url(name, logged.pk))
        job = Job.objects.latest("pk")
        assert answer.url == job.get_absolute_url()
        return job

    @pytest.mark.parametrize(
        ("name", "kind"), [("print_instead", "print"), ("send_instead", "send")]
    )
    def test_the_page_says_so_and_the_job_leads_to_their_run(
        self, mona, failed, name, kind
    ):
        if name == "send_instead":
            print_instead(logged_segment=failed, user=None, at=NOW)
        assert "So many take a while." in text(mona.get(url(name, failed.pk)))
        job = self.ask(mona, failed, name)
        before = failed.runs.count()
        run_job(job=job)
        assert failed.runs.count() == before + 1
        run = failed.runs.latest("pk")
        assert (job.state, job.result) == (
            "done",
            {"letters": 2, "next_page": [run.pk]},
        )
        assert (run.kind, run.user.username, run.items.count()) == (kind, "mona", 2)
        assert RunEvent.objects.get(became=run).letters == 2
        assert url("run", run.pk) in text(mona.get(job.get_absolute_url()))

    def test_of_two_who_asked_one_moves_them_and_the_other_is_told(self, mona, failed):
        first, second = (self.ask(mona, failed, "print_instead") for _who in range(2))
        run_job(job=first)
        run_job(job=second)
        assert (first.state, second.state) == ("done", "failed")
        assert second.error == "There is no e-mail that could be printed instead."
        assert failed.runs.filter(kind="print").count() == 1

    def test_of_a_segment_that_is_deleted_meanwhile_says_so(self, mona, failed):
        job = self.ask(mona, failed, "print_instead")
        failed.delete()
        run_job(job=job)
        assert job.error == "The logged segment does not exist any more."

    def test_who_cancels_too_late_is_told_that_they_are_moved(
        self, mona, failed, monkeypatch
    ):
        job = self.ask(mona, failed, "print_instead")
        cancel = partial(cancel_job, job=Job.objects.get(pk=job.pk), at=NOW)
        monkeypatch.setattr(other_way, "say_aside", lambda _job, **_figures: cancel())
        run_job(job=job)
        assert (job.cancel_asked, job.state, job.result["letters"]) == (True, "done", 2)

    def test_few_are_moved_at_once(self, mona, failed, monkeypatch):
        monkeypatch.setattr(other_way, "MOST_WITHOUT_JOB", 2)
        page = mona.post(url("print_instead", failed.pk), follow=True)
        assert "2 e-mails are printed instead" in text(page)
        assert not Job.objects.exists()
