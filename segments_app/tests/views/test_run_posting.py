"""The page of a logged run: printed, posted, taken out, another way."""

import pytest
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from interactions.models import Delivery
from jobs.models import Job
from segments_app.services import log_segment
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
