"""Which entries say that a contact responded."""

import pytest

from contacts.tests.factories import make_person
from interactions.models import InteractionLogEntry
from interactions.tests.factories import make_entry

pytestmark = pytest.mark.django_db


def test_a_response_is_to_a_letter_or_to_a_campaign_and_counts_while_it_stands():
    anna = make_person("Anna Dahl")
    letter = make_entry(anna)
    to_campaign = make_entry(anna, campaign_response=True)
    to_letter = make_entry(anna, response_to=letter)
    make_entry(anna, campaign_response=True, cancelled=True)
    make_entry(anna, response_to=letter, postponed=True)
    taken_back = make_entry(anna, cancelled=True)
    make_entry(anna, response_to=taken_back, campaign_response=True)
    assert set(InteractionLogEntry.objects.responded()) == {to_campaign, to_letter}
