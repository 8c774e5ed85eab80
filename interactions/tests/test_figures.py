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
            CampaignFigures(
                contacted=3, responded=2, targets_responded=1, cost=D(90), duration=45
            ),
            (D("33.3"), D("45.00"), D("22.5")),
        ),
        (
            CampaignFigures(
                contacted=8,
                responded=3,
                targets_responded=3,
                cost=D("0.05"),
                duration=1,
            ),
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
    """Who was called in vain costs, and was not contacted."""
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
    make_entry(make_person("Kari Lie"), date=last, attempt_failed=True, **letter)
    make_entry(per, campaign=other, campaign_target=True, date=last)
    make_entry(per, campaign_target=True, campaign_response=True)

    assert InteractionLogEntry.objects.by_campaign([fair, other, none]) == {
        fair.pk: CampaignFigures(6, 2, 1, 1, D(40), 20, first, last),
        other.pk: CampaignFigures(1, 1, 0, 0, D(0), 0, last, last),
        none.pk: CampaignFigures(),
    }


@pytest.mark.django_db
class TestTheRate:
    """Of two targets contacted, one responded, whoever else did."""

    @pytest.fixture
    def fair(self):
        return Campaign.objects.create(number="FAIR", description="Fair")

    @pytest.fixture
    def letters(self, fair):
        names = ("Anna Dahl", "Per Berg")
        aimed = {"campaign": fair, "campaign_target": True}
        return [make_entry(make_person(name), **aimed) for name in names]

    def counted(self, fair):
        figures = InteractionLogEntry.objects.by_campaign([fair])[fair.pk]
        counted = figures.contacted, figures.responded, figures.targets_responded
        return *counted, figures.rate

    def test_who_was_no_target_of_the_campaign_is_a_response_outside_of_it(
        self, fair, letters
    ):
        other = Campaign.objects.create(number="OTHER", description="Other")
        make_entry(letters[0].contact, campaign=fair, campaign_response=True)
        strangers = [make_person(name) for name in ("Kari Lie", "Ola Moe", "Liv Hagen")]
        make_entry(strangers[0], campaign=other, campaign_target=True)
        make_entry(
            strangers[1], campaign=fair, campaign_target=True, attempt_failed=True
        )
        make_entry(strangers[2], campaign=fair, campaign_target=True, cancelled=True)
        for stranger in strangers:
            make_entry(stranger, campaign=fair, campaign_response=True)

        assert self.counted(fair) == (2, 4, 1, D("50.0"))

    def test_a_response_to_a_letter_counts_again_when_it_is_no_longer_cancelled(
        self, fair, letters
    ):
        first = letters[0]
        make_entry(first.contact, campaign=fair, campaign_target=True)
        make_entry(
            first.contact, campaign=fair, campaign_response=True, response_to=first
        )
        said = []
        for cancelled in (False, True, False):
            InteractionLogEntry.objects.filter(pk=first.pk).update(cancelled=cancelled)
            said.append(self.counted(fair))

        assert said == [
            (2, 1, 1, D("50.0")),
            (2, 0, 0, D(0)),
            (2, 1, 1, D("50.0")),
        ]
