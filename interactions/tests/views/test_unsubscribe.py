"""Unsubscribing: looking changes nothing, one click does, and only by our link."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from contacts.models import ContactChange, ContactChannelBlock
from contacts.tests.factories import make_person
from interactions.services.unsubscribe import unsubscribe_url
from interactions.tests.factories import make_entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_person("Anna Dahl", email="anna@dahl.example")


@pytest.fixture
def link(anna, settings):
    settings.SITE_URL = ""
    return unsubscribe_url(make_entry(anna, subject="Spring offers", date="2026-03-01"))


def blocks():
    return list(
        ContactChannelBlock.objects.values_list(
            "contact__name", "channel", "reason", "source", "user"
        )
    )


BLOCKED = (
    *("Anna Dahl", "email", "unsubscribed"),
    "Link in the e-mail of 2026-03-01: Spring offers",
    None,
)


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_program_that_follows_links_changes_nothing(stranger, link, method):
    answer = getattr(stranger, method)(link)
    assert answer.status_code == 200
    assert blocks() == []


def test_the_page_asks_and_the_button_does(stranger, link):
    page = stranger.get(link)
    assert "Unsubscribe from our e-mails?" in page.content.decode()
    done = stranger.post(link, {"List-Unsubscribe": "One-Click"})
    assert "You are unsubscribed" in done.content.decode()
    assert blocks() == [BLOCKED]
    assert "You are unsubscribed" in stranger.get(link).content.decode()


def test_a_mail_program_does_it_by_itself(link):
    program = Client(enforce_csrf_checks=True)
    body = b"List-Unsubscribe=One-Click"
    kind = "application/x-www-form-urlencoded"
    for _again in range(2):
        assert program.post(link, body, content_type=kind).status_code == 200
    assert blocks() == [BLOCKED]


def test_the_trail_of_the_contact_tells_of_it_once(stranger, link, anna):
    stranger.post(link)
    stranger.post(link)
    assert ContactChange.objects.filter(contact=anna).count() == 1


@pytest.mark.parametrize("reason", ["bounced", "returned"])
def test_what_could_be_mended_becomes_a_wish(stranger, link, anna, reason):
    """Whoever finds the right address must not write there."""
    anna.channel_blocks.create(channel="email", reason=reason, since="2026-01-01")
    stranger.post(link)
    assert blocks() == [BLOCKED]
    assert str(anna.channel_blocks.get().since) == "2026-01-01"
    assert ContactChange.objects.get(contact=anna).kind == "privacy"


def test_who_wished_it_before_is_left_alone(stranger, link, anna):
    wish = {"channel": "email", "reason": "do_not_mail", "since": "2026-01-01"}
    anna.channel_blocks.create(source="By telephone", **wish)
    stranger.post(link)
    assert blocks() == [("Anna Dahl", "email", "do_not_mail", "By telephone", None)]
    assert not ContactChange.objects.exists()


def test_a_block_that_begins_later_begins_now(stranger, link, anna):
    anna.channel_blocks.create(
        channel="email", reason="do_not_mail", since="2099-01-01"
    )
    stranger.post(link)
    assert blocks() == [BLOCKED]


def test_paper_still_arrives(stranger, link, anna):
    stranger.post(link)
    assert [channel for _name, channel, *_more in blocks()] == ["email"]


def test_the_link_outlives_the_interaction(stranger, link, anna):
    anna.interactions.all().delete()
    stranger.post(link)
    assert blocks()[0][:4] == (*BLOCKED[:3], "Link in an e-mail")


@pytest.mark.parametrize("end", ["x", "/../", "0"])
def test_a_link_that_is_not_ours_gets_a_page_that_says_so(stranger, link, end):
    bad = link.rstrip("/") + end + "/"
    for method in (stranger.get, stranger.post):
        answer = method(bad)
        assert answer.status_code == 404
    assert blocks() == []


@pytest.mark.parametrize("token", ["1-1", "1-1.", ".", "%00", "é.é", "9" * 400])
def test_whatever_stands_in_the_link(stranger, token):
    address = reverse("interactions:unsubscribe", args=["X"]).replace("X", token)
    answer = stranger.post(address)
    assert answer.status_code == 404
    assert "This link is not whole" in answer.content.decode() or "%00" in token


def test_nothing_is_sent_about_it(stranger, link):
    stranger.post(link)
    assert mail.outbox == []
