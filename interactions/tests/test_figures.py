"""What a campaign did: people once, money and time in full."""

import datetime
from decimal import Decimal

import pytest

from contacts.tests.factories import make_person
from interactions.figures import CampaignFigures
from interactions.models import Campaign, InteractionLogEntry
from interactions.tests.factories import make_entry

D = Decimal


@pytest.mark.parametrize(
    ("figures", "shares"),
    [
        (CampaignFigures(), (0, 0, 0)),
        (CampaignFigures(contacted=3, cost=D(90)), (0, 0, 0)),
        (
            CampaignFigures(contacted=3, responded=1, cost=D(90), duration=45),
            (D("33.3"), D("90.00"), D("45.0")),
        ),
        (
            CampaignFigures(contacted=8, responded=3, cost=D("0.05"), duration=1),
            (D("37.5"), D("0.02"), D("0.3")),
        ),
        (CampaignFigures(responded=2, cost=D(5)), (0, D("2.50"), 0)),
    ],
)
def test_shares_are_rounded_and_without_responses_there_are_none(figures, shares):
    assert (
        figures.rate,
        figures.cost_per_response,
        figures.duration_per_response,
    ) == shares


@pytest.mark.django_db
def test_people_count_once_and_what_never_happened_does_not():
    fair = Campaign.objects.create(number="FAIR", description="Fair")
    other = Campaign.objects.create(number="OTHER", description="Other")
    none = Campaign.objects.create(number="NONE", description="None")
    anna, per = make_person("Anna Dahl"), make_person("Per Berg")
    first, last = datetime.date(2026, 3, 2), datetime.date(2026, 4, 1)
    letter = {"campaign": fair, "campaign_target": True, "cost": 10, "duration": 5}
    for contact in (anna, anna, per):
        make_entry(contact, date=first, **letter)
    make_entry(anna, date=last, campaign=fair, campaign_response=True)
    make_entry(anna, date=last, campaign=fair, campaign_response=True)
    for never in ("cancelled", "postponed"):
        make_entry(make_person("Nobody Never"), **letter, **{never: True})
    make_entry(per, campaign=other, campaign_target=True, date=last)
    make_entry(per, campaign_target=True, campaign_response=True)

    assert InteractionLogEntry.objects.by_campaign([fair, other, none]) == {
        fair.pk: CampaignFigures(5, 2, 1, D(30), 15, first, last),
        other.pk: CampaignFigures(1, 1, 0, D(0), 0, last, last),
        none.pk: CampaignFigures(),
    }
