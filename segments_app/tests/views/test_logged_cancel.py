"""A logged segment that shall not count: on its page, by who may."""

import pytest
from django.urls import reverse

from interactions.models import InteractionLogEntry, LoggedSegment
from segments_app.services import log_segment
from segments_app.tests.factories import NOW

from .log_side import letter_segment, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def logged():
    return log_segment(
        segment=letter_segment(people=2, number="SM-7"), user=None, at=NOW, deliver=True
    )


def url(name, logged):
    return reverse(f"segments:logged_{name}", args=[logged.pk])


def cancel(browser, logged):
    return browser.post(url("cancel", logged), {"reason": "Sent twice"}, follow=True)


def test_mona_cancels_it_and_takes_it_back(mona, logged):
    page = mona.get(url("cancel", logged))
    assert "2 interactions and the campaign entries go along." in text(page)
    assert "2 of them are queued and not sent yet" in text(page)
    missing = mona.post(url("cancel", logged), {"reason": ""})
    assert missing.context["form"].errors.keys() == {"reason"}
    assert "What is next" in text(mona.get(logged.get_absolute_url()))
    page = cancel(mona, logged)
    assert "It is cancelled with 2 interactions." in text(page)
    assert "What is next" not in text(page)
    for fact in ("Sent twice", "mona", "Take the cancelling back"):
        assert fact in text(page)
    assert page.context["table"].sums["number"] == 0
    assert page.context["channels"] == [("Hard copy", 0, 2)]
    again = mona.post(url("cancel", logged), {"reason": "Again"})
    assert "There is nothing to cancel" in text(again)
    asked = text(mona.get(url("take_back", logged)))
    assert "2 interactions count again." in asked
    page = mona.post(url("take_back", logged), follow=True)
    assert "It counts again with 2 interactions." in text(page)
    assert not InteractionLogEntry.objects.filter(cancelled=True).exists()
    for ask in (mona.post, mona.get):
        page = ask(url("take_back", logged), follow=True)
        assert page.redirect_chain == [(logged.get_absolute_url(), 302)]
        assert "There is nothing to take back" in text(page)


def test_what_is_cancelled_is_deleted_and_nothing_else(mona, logged):
    """LoggedE2E.DeleteLogSegmentAsBusinessManager (B1)"""
    page = mona.post(url("delete", logged), follow=True)
    assert "Only what is cancelled can be deleted." in text(page)
    cancel(mona, logged)
    assert "Its 2 interactions stay in the log" in text(mona.get(url("delete", logged)))
    page = mona.post(url("delete", logged), follow=True)
    assert "SM-7 is deleted." in text(page)
    assert not LoggedSegment.objects.exists()
    assert InteractionLogEntry.objects.filter(cancelled=True).count() == 2


@pytest.mark.parametrize("name", ["cancel", "take_back", "delete"])
def test_who_is_no_manager_is_refused(anne, rolf, mona, logged, name):
    """LoggedE2E.DeleteLogSegmentAsTeamMember (B1)"""
    cancel(mona, logged)
    for browser in (anne, rolf):
        assert browser.post(url(name, logged)).status_code == 403
        assert url(name, logged) not in text(browser.get(logged.get_absolute_url()))
    logged.refresh_from_db()
    assert logged.cancelled
