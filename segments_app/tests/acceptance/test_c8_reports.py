"""C8: what Business Central prints of a contact stands on its card and in its log."""

from decimal import Decimal

import pytest

from contacts.tests.factories import make_company, make_person
from interactions.choices import InformationFlow, InitiatedBy
from interactions.tests.factories import make_entry

pytestmark = pytest.mark.django_db


def test_the_card_of_a_company_has_its_people(admin_client):
    """MReports.ContactCompanySummary"""
    fjord = make_company("Fjord AS")
    anna = make_person("Anna Dahl", company=fjord)
    make_person("Berit Moe")
    page = admin_client.get(fjord.get_absolute_url())
    assert [(each.number, each.name) for each in page.context["people"]] == [
        (anna.number, "Anna Dahl")
    ]


def test_an_interaction_tells_who_began_it_and_which_way_it_went(admin_client):
    """MReports.ContactPersonSummary, without the task"""
    anna = make_person("Anna Dahl")
    entry = make_entry(
        anna, information_flow=InformationFlow.OUTBOUND, initiated_by=InitiatedBy.US
    )
    page = admin_client.get(entry.get_absolute_url()).content.decode()
    assert "<dt>Information flow</dt><dd>Outbound</dd>" in page
    assert "<dt>Initiated by</dt><dd>Us</dd>" in page
    assert "Anna Dahl" in page


def test_the_card_has_the_cost_of_the_interactions(admin_client):
    """MReports.ContactListReport, without the opportunity"""
    anna = make_person("Anna Dahl")
    make_entry(anna, cost=Decimal("12.50"))
    page = admin_client.get(anna.get_absolute_url()).content.decode()
    assert "<dt>Cost</dt><dd>12.50 EUR</dd>" in page
