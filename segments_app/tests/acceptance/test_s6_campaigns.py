"""S6: campaigns, their entries and targets, as Business Central's own tests ask."""

import datetime
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from contacts.models import NumberSeries, Salesperson
from contacts.tests.factories import make_company, make_person
from interactions.models import (
    Campaign,
    CampaignEntry,
    CampaignStatus,
    InteractionLogEntry,
)
from interactions.tests.factories import make_document, make_entry, make_template
from segments_app.roles import MARKETING_MANAGER
from segments_app.services import log_segment
from segments_app.services.campaign_targets import activate_campaign
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    running = CampaignStatus.objects.create(code="5-START", description="Started")
    return Campaign.objects.create(
        number="FAIR", description="Coffee fair", status=running
    )


@pytest.fixture
def mona(client):
    """A marketing manager at her browser."""
    user = User.objects.create_user("mona")
    user.groups.add(Group.objects.get(name=MARKETING_MANAGER))
    client.force_login(user)
    return client


def targets(campaign):
    return [target.contact.name for target in campaign.targets.all()]


def test_an_interaction_counts_for_its_campaign_with_cost_and_duration(fair, mona):
    """MCampSeg.CampaignAndInteractionsLinked"""
    hilde = Salesperson.objects.create(code="HST", name="Hilde")
    letter = make_document()
    template = make_template(
        unit_cost=Decimal("8.50"),
        unit_duration=30,
        information_flow="outbound",
        initiated_by="us",
        languages={"en": letter},
        default_language="en",
    )
    anna = make_person("Anna Dahl", salesperson=hilde)
    segment = make_segment(anna, template=template, campaign=fair)
    log_segment(segment=segment, user=None, at=NOW)
    entry = InteractionLogEntry.objects.get()
    assert (
        *(entry.information_flow, entry.initiated_by, entry.group, entry.template),
        *(entry.document, entry.cost, entry.duration, entry.campaign),
    ) == (
        *("outbound", "us", template.group, template),
        *(letter, Decimal("8.50"), 30, fair),
    )
    (shown,) = mona.get(fair.get_absolute_url()).context["entries"]
    assert shown == CampaignEntry.objects.get()
    assert (
        shown.figures["number"],
        shown.figures["cost"],
        shown.figures["duration"],
    ) == (1, entry.cost, entry.duration)


def test_a_new_campaign_gets_the_next_number_of_the_series(mona):
    """MCampSeg.CreateCampaignWithNoSeries"""
    NumberSeries.objects.create(code="CAMPAIGN", prefix="CP", next_number=41, digits=4)
    mona.post("/segments/campaigns/new/", {"description": "Spring"})
    assert Campaign.objects.get().number == "CP0041"


def test_a_campaign_keeps_what_was_entered_on_its_card(mona):
    """MCampSeg.CreateCampaignFromCardDetails"""
    hilde = Salesperson.objects.create(code="HST", name="Hilde")
    planned = CampaignStatus.objects.create(code="1-PLAN")
    mona.post(
        "/segments/campaigns/new/",
        {
            "description": "Spring",
            "salesperson": hilde.pk,
            "status": planned.pk,
            "starting_date": "2026-03-01",
            "ending_date": "2026-05-31",
        },
    )
    made = Campaign.objects.get()
    assert (
        *(made.description, made.salesperson, made.status),
        *(made.starting_date, made.ending_date),
        timezone.localdate(made.updated_at),
    ) == (
        *("Spring", hilde, planned),
        *(datetime.date(2026, 3, 1), datetime.date(2026, 5, 31)),
        timezone.localdate(),
    )


def test_logged_interactions_make_targets_and_not_only_lines(fair):
    """MCampSeg.CampaignTargetGrpActivateCampaign"""
    company = make_company("Fjordheim Kaffe AS")
    make_entry(company, company=company, campaign=fair, campaign_target=True)
    activate_campaign(campaign=fair, at=NOW)
    assert targets(fair) == ["Fjordheim Kaffe AS"]


def test_a_company_and_its_employee_are_one_target(fair):
    """MCampSeg.CampaignInsertTargetGroupContactCompContact"""
    company = make_company("Fjordheim Kaffe AS")
    anna = make_person("Anna Dahl", company=company)
    make_segment(company, anna, campaign=fair, campaign_target=True)
    activate_campaign(campaign=fair, at=NOW)
    assert targets(fair) == ["Fjordheim Kaffe AS"]


def test_a_cancelled_campaign_entry_cancels_its_interactions(fair, mona):
    """MBatch.CanceledCampaignEntry"""
    people = make_person("Anna Dahl"), make_person("Per Berg")
    segment = make_segment(*people, template=make_template(), campaign=fair)
    log_segment(segment=segment, user=None, at=NOW)
    entry = CampaignEntry.objects.get()
    cancel = f"/segments/campaigns/entries/{entry.pk}/cancel/"
    assert "2 interactions are cancelled with it" in mona.get(cancel).content.decode()
    mona.post(cancel, {"reason": "Wrong date on the letter"})
    entry.refresh_from_db()
    cancelled = InteractionLogEntry.objects.values_list("cancelled", flat=True)
    assert (entry.cancelled, list(cancelled)) == (True, [True, True])


def test_the_details_of_a_campaign_tell_of_its_segments_and_their_cost(fair, mona):
    """MReports.CampaignDetailsReport"""
    segment = make_segment(
        make_person("Anna Dahl"),
        number="SM-7",
        description="Invitation",
        template=make_template(unit_cost=Decimal("12.25")),
        campaign=fair,
    )
    log_segment(segment=segment, user=None, at=NOW)
    page = mona.get(fair.get_absolute_url()).content.decode()
    for told in ("Coffee fair", "SM-7", "Invitation", "12.25"):
        assert told in page
