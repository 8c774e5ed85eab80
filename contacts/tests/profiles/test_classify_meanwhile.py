"""Contacts that go while they are classified, with the locks of a real server."""

from datetime import date

import pytest
from django.db import transaction

from contacts.services.profiles.classify import classify_contacts
from contacts.tests.factories import make_company
from contacts.tests.held import who_waited
from contacts.tests.questionnaires import make_question, make_questionnaire, profile

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_who_is_deleted_meanwhile_stops_no_question():
    firm = make_questionnaire("FIRM", contact_type="company")
    make_question(
        firm, "SIZE", ("ANY", 0, None), source="people", method="defined_value"
    )
    gone, stays = make_company("Gone AS"), make_company("Stays AS")

    def classify():
        # A job does each question in a transaction of its own.
        with transaction.atomic():
            return list(classify_contacts(on=date(2026, 3, 2)))[-1]

    ended = who_waited(first=gone.delete, second=classify)

    assert (ended.done, ended.answers) == (1, 1)
    assert profile(stays) == ["SIZE.ANY"]
