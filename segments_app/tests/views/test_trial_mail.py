"""A letter to oneself as a test: as the contact would get it, and nothing is logged."""

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.urls import reverse

from contacts.models import Contact
from interactions.models import Delivery, InteractionLogEntry

from .log_side import letter_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    segment = letter_segment(subject="Hello {{ contact_name }}", email_form="docx")
    line = segment.lines.live().order_by("position").first()
    return reverse("segments:letter_trial", args=[segment.pk, line.pk])


@pytest.fixture
def post(letter, anne):
    User.objects.filter(username="anne").update(email="anne@kaffe.example")

    def send():
        return anne.post(letter, follow=True).content.decode()

    return send


def test_it_goes_to_who_asks_marked_as_a_test(post):
    assert "on its way to anne@kaffe.example" in post()
    (message,) = mail.outbox
    assert (message.to, message.subject) == (
        *(["anne@kaffe.example"], "[Test] Hello Person No001"),
    )
    assert len(message.attachments) == 1
    assert "List-Unsubscribe" not in message.extra_headers


def test_nothing_is_logged(post):
    post()
    assert not InteractionLogEntry.objects.exists()
    assert not Delivery.objects.exists()


def test_who_has_no_address_is_told(post):
    User.objects.update(email="")
    assert "You have no e-mail address." in post()
    assert mail.outbox == []


def test_nothing_of_who_must_not_be_written_to(post):
    Contact.objects.update(privacy_blocked=True)
    assert "must not be written to" in post()
    assert mail.outbox == []


def test_a_mail_server_that_is_away_is_said(post, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert "The mail server could not be reached" in post()


def test_reading_is_not_enough(letter, rolf):
    assert rolf.post(letter).status_code == 403


@pytest.mark.parametrize("subject", ["Hello {{ nobody }}", "Hello {{ contact_name"])
def test_a_subject_that_cannot_be_filled_in_is_refused_where_it_is_typed(
    letter, anne, subject
):
    page = reverse("segments:edit", args=[letter.split("/")[2]])
    answer = anne.post(page, {"subject": subject, "description": "x"})
    assert "Subject:" in answer.content.decode()
