"""What counts in sums and figures, and whose drafts and interactions are whose."""

import datetime

import pytest
from django.contrib.auth.models import User

from contacts.tests.factories import make_company, make_person
from interactions.figures import CampaignFigures
from interactions.models import Campaign, InteractionLogEntry, LoggedSegment
from interactions.tests.factories import make_entry, make_logged_segment

pytestmark = pytest.mark.django_db

DAY = datetime.date(2026, 3, 2)


@pytest.fixture
def anna():
    return make_person("Anna Dahl", company=make_company("Kaffe AS"))


@pytest.fixture
def fair():
    return Campaign.objects.create(number="FAIR", description="Coffee fair")


def log():
    return InteractionLogEntry.objects.all()


def test_what_a_campaign_did_is_of_its_own_and_of_what_happened(anna, fair):
    expo, none = (
        Campaign.objects.create(number=number, description=number)
        for number in ("EXPO", "NONE")
    )
    bo = make_person("Bo Ek")
    aimed = {"campaign": fair, "campaign_target": True, "cost": 5, "duration": 10}
    later = DAY + datetime.timedelta(days=3)
    make_entry(anna, **aimed)
    make_entry(anna, **aimed, date=later)
    make_entry(bo, **aimed, attempt_failed=True)
    make_entry(anna, campaign=fair, campaign_response=True)
    make_entry(bo, **aimed, cancelled=True, campaign_response=True)
    make_entry(bo, **aimed, postponed=True)
    make_entry(bo, campaign=expo)
    make_entry(bo)
    assert log().by_campaign([fair, none]) == {
        fair.pk: CampaignFigures(
            interactions=4,
            contacted=1,
            responded=1,
            targets_responded=1,
            cost=15,
            duration=30,
            first=DAY,
            last=later,
        ),
        none.pk: CampaignFigures(),
    }


def test_sums_by_a_code_leave_out_what_was_cancelled_or_put_off(anna, fair):
    make_entry(anna, campaign=fair, cost=5)
    make_entry(anna, campaign=fair, cost=7, cancelled=True)
    make_entry(anna, cost=9, postponed=True)
    assert list(log().sums_by("campaign__number")) == [
        {"campaign__number": "FAIR", "number": 1, "cost": 5, "duration": 0}
    ]


def test_written_is_what_went_out_to_the_contact_on_paper_or_by_mail(anna):
    by_mail = {"correspondence_type": "email"}
    letter = make_entry(anna, correspondence_type="hard_copy")
    mail = make_entry(anna, **by_mail)
    make_entry(anna)
    for not_written in (
        {"information_flow": "inbound"},
        {"attempt_failed": True},
        {"cancelled": True},
        {"postponed": True},
    ):
        make_entry(anna, **by_mail, **not_written)
    assert set(log().written()) == {letter, mail}


def test_drafts_are_seen_by_who_put_them_off_and_not_in_the_log(anna):
    kari, jon = (User.objects.create(username=name) for name in ("kari", "jon"))
    draft = make_entry(anna, postponed=True, user=kari)
    of_jon = make_entry(anna, postponed=True, user=jon)
    logged = make_entry(anna, user=kari)
    assert list(log().drafts_of(kari)) == [draft]
    assert list(log().drafts_of(jon)) == [of_jon]
    assert list(log().logged()) == [logged]


def test_of_a_company_are_also_those_of_its_people_that_day(anna):
    company = anna.company
    of_company = make_entry(company)
    of_anna = make_entry(anna, company=company)
    make_entry(make_person("Bo Ek"))
    assert set(log().of_contact(company)) == {of_company, of_anna}
    assert list(log().of_contact(anna)) == [of_anna]


def test_each_logged_segment_tells_its_own_number_of_interactions(anna):
    spring = make_logged_segment("SM-7")
    make_logged_segment("SM-8")
    for _each in range(2):
        make_entry(anna, logged_segment=spring)
    make_entry(anna)
    told = LoggedSegment.objects.with_entries().order_by("segment_number")
    assert list(told.values_list("entries", flat=True)) == [2, 0]
