"""A campaign is changed by one while another begins to use it, on a real server."""

import pytest

from contacts.tests.factories import make_company, make_person
from contacts.tests.held import who_waited
from interactions.models import Campaign, InteractionLogEntry
from interactions.services.campaigns import (
    CampaignGone,
    CampaignInUse,
    delete_campaign,
    save_campaign,
)
from interactions.tests.factories import make_entry
from segments_app.services.campaign_targets import (
    activate_campaign,
    deactivate_campaign,
)
from segments_app.tests.factories import NOW, make_segment

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fair():
    return Campaign.objects.create(number="FAIR", description="Coffee fair")


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Fjordheim Kaffe AS"))


@pytest.mark.parametrize(
    "change",
    [
        lambda fair: activate_campaign(campaign=fair, at=NOW),
        lambda fair: deactivate_campaign(campaign=fair),
        lambda fair: save_campaign(
            campaign=fair, values={"description": "Tea fair"}, at=NOW
        ),
    ],
    ids=["activated", "deactivated", "edited"],
)
def test_while_it_is_changed_others_go_on_logging_for_it(fair, anna, change):
    make_segment(anna, campaign=fair, campaign_target=True)
    logged_meanwhile = []
    who_waited(
        first=lambda: change(fair),
        second=lambda: make_entry(anna, campaign=fair),
        then=lambda: logged_meanwhile.append(InteractionLogEntry.objects.count()),
    )
    assert logged_meanwhile == [1]


def test_who_deletes_it_waits_for_who_begins_to_use_it_and_is_told(fair, anna):
    end = who_waited(
        first=lambda: (
            Campaign.objects.select_for_update(no_key=True).get(),
            make_entry(anna, campaign=fair),
        ),
        second=lambda: delete_campaign(campaign=fair),
    )
    assert isinstance(end, CampaignInUse)
    assert [(str(name), count) for name, count in end.uses] == [
        ("interaction log entries", 1)
    ]
    assert Campaign.objects.exists()


def test_of_two_who_delete_it_the_second_is_told(fair):
    end = who_waited(
        first=lambda: delete_campaign(campaign=fair),
        second=lambda: delete_campaign(campaign=fair),
    )
    assert isinstance(end, CampaignGone)
