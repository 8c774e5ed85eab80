"""Whom an active campaign is aimed at."""

import pytest

from contacts.models import Contact
from contacts.tests.factories import make_company, make_person
from interactions.models import Campaign
from interactions.tests.factories import make_entry, make_template
from segments_app.services import reduce_contacts
from segments_app.services.campaign_targets import (
    NobodyTargeted,
    activate_campaign,
    deactivate_campaign,
)
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return Campaign.objects.create(number="FAIR", description="Coffee fair")


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Fjordheim Kaffe AS"))


def aimed_at(campaign):
    return sorted(target.contact.name for target in campaign.targets.all())


def test_lines_interactions_and_people_of_no_company_are_put_together(fair, anna):
    loner = make_person("Per Berg")
    bergen = make_company("Bergen Te AS")
    make_segment(anna, loner, campaign=fair, campaign_target=True)
    make_entry(bergen, company=bergen, campaign=fair, campaign_target=True)
    make_entry(anna, company=anna.company, campaign=fair, campaign_target=True)
    assert activate_campaign(campaign=fair, at=NOW) == 3
    assert aimed_at(fair) == ["Bergen Te AS", "Fjordheim Kaffe AS", "Per Berg"]
    fair.refresh_from_db()
    assert (fair.is_active, fair.activated_at) == (True, NOW)


def test_campaign_and_flag_may_come_from_the_template_or_the_line(fair, anna):
    template = make_template(campaign=fair, campaign_target=True)
    make_segment(make_person("Per Berg"), template=template)
    other = make_segment(anna, make_person("Kari Lie"))
    other.lines.filter(contact=anna).update(campaign=fair, campaign_target=True)
    other.lines.exclude(contact=anna).update(campaign=fair)
    activate_campaign(campaign=fair, at=NOW)
    assert aimed_at(fair) == ["Fjordheim Kaffe AS", "Per Berg"]


@pytest.mark.parametrize(
    "values",
    [
        {"campaign_target": False},
        {"cancelled": True},
        {"postponed": True},
        {"campaign": None},
    ],
)
def test_what_is_no_target_or_never_happened_aims_at_nobody(fair, anna, values):
    make_entry(anna, **{"campaign": fair, "campaign_target": True} | values)
    with pytest.raises(NobodyTargeted):
        activate_campaign(campaign=fair, at=NOW)
    fair.refresh_from_db()
    assert (aimed_at(fair), fair.is_active) == ([], False)


def test_who_left_the_segment_is_no_target_and_going_back_makes_one(fair, anna):
    segment = make_segment(
        anna, make_person("Per Berg"), campaign=fair, campaign_target=True
    )
    named = {"field": "name", "op": "is", "value": "Anna Dahl"}
    reduce_contacts(segment=segment, criteria=named, user=None, at=NOW)
    activate_campaign(campaign=fair, at=NOW)
    assert aimed_at(fair) == ["Per Berg"]


def test_activating_again_brings_targets_up_to_date_and_keeps_the_others(fair, anna):
    segment = make_segment(anna, campaign=fair, campaign_target=True)
    bergen = make_company("Bergen Te AS")
    make_entry(bergen, company=bergen, campaign=fair, campaign_target=True)
    activate_campaign(campaign=fair, at=NOW)
    kept = fair.targets.get(contact=bergen).pk
    segment.delete()
    make_segment(make_person("Per Berg"), campaign=fair, campaign_target=True)
    assert activate_campaign(campaign=fair, at=NOW) == 2
    assert aimed_at(fair) == ["Bergen Te AS", "Per Berg"]
    assert fair.targets.get(contact=bergen).pk == kept


def test_who_was_a_target_stays_one_when_nobody_would_be_left(fair, anna):
    segment = make_segment(anna, campaign=fair, campaign_target=True)
    activate_campaign(campaign=fair, at=NOW)
    segment.delete()
    with pytest.raises(NobodyTargeted):
        activate_campaign(campaign=fair, at=NOW)
    assert aimed_at(fair) == ["Fjordheim Kaffe AS"]


def test_deactivating_forgets_the_targets_of_this_campaign_alone(fair, anna):
    spring = Campaign.objects.create(number="SPRING", description="Spring")
    for campaign in (fair, spring):
        make_segment(anna, campaign=campaign, campaign_target=True)
        activate_campaign(campaign=campaign, at=NOW)
    deactivate_campaign(campaign=fair)
    fair.refresh_from_db()
    assert (aimed_at(fair), fair.is_active) == ([], False)
    assert aimed_at(spring) == ["Fjordheim Kaffe AS"]


def test_the_number_of_queries_does_not_grow(fair, django_assert_num_queries):
    for count in (1, 30):
        people = [make_person(f"P{count} Nr{place}") for place in range(count)]
        make_segment(*people, campaign=fair, campaign_target=True)
        with django_assert_num_queries(7):
            activate_campaign(campaign=fair, at=NOW)
    assert fair.targets.count() == Contact.objects.count() == 31
