"""Mail that came back closes paper until somebody corrects that address."""

import datetime

import pytest

from contacts.models import (
    AlternativeAddress,
    Contact,
    ContactChange,
    ContactChannelBlock,
    MarketingSetup,
)
from contacts.services.parts import remove_address, save_address
from contacts.services.returned_mail import lift_suspension, suspend_address
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
HOME = {"address": "Bakken 1", "postcode": "5003", "city": "Bergen"}


def suspend(contact, address=None):
    return suspend_address(
        contact=contact,
        address=address,
        since=TODAY,
        source="Letter 17",
        user=None,
        at=NOW,
    )


def change(contact, **values):
    contact = Contact.objects.get(pk=contact.pk)
    for name, value in values.items():
        setattr(contact, name, value)
    return save_contact(contact=contact, links={}, user=None, at=NOW)


def blocked():
    rows = ContactChannelBlock.objects.order_by("contact__name")
    return list(rows.values_list("contact__name", "channel", "reason"))


@pytest.fixture
def anna():
    return make_person("Anna Dahl", **HOME)


@pytest.fixture
def cabin(anna):
    return AlternativeAddress.objects.create(contact=anna, code="CABIN", city="Voss")


def test_paper_is_closed_and_the_trail_says_so(anna):
    assert suspend(anna)
    assert blocked() == [("Anna Dahl", "hard_copy", "returned")]
    block = ContactChannelBlock.objects.get()
    assert (block.since, block.source, block.address) == (TODAY, "Letter 17", None)
    assert "channel_blocks.reason" in ContactChange.objects.get().values


def test_what_was_closed_before_stays_as_it_was(anna):
    ContactChannelBlock.objects.create(
        contact=anna, channel="hard_copy", reason="do_not_mail", since=TODAY
    )
    assert not suspend(anna)
    assert blocked() == [("Anna Dahl", "hard_copy", "do_not_mail")]
    assert change(anna, city="Voss").lifted == 0
    assert len(blocked()) == 1


@pytest.mark.parametrize(
    "values", [{"address": "Torget 2"}, {"postcode": "5004"}, {"country": "SE"}]
)
def test_a_corrected_address_is_written_to_again(anna, values):
    suspend(anna)
    assert change(anna, **values).lifted == 1
    assert blocked() == []
    assert ContactChange.objects.filter(kind="privacy").count() == 2


def test_any_other_change_leaves_it_closed(anna):
    suspend(anna)
    assert change(anna, job_title="Buyer", phone="22 33 44 55").lifted == 0
    assert len(blocked()) == 1


def test_mail_from_an_alternative_address_waits_for_that_one(anna, cabin):
    suspend(anna, cabin)
    other = AlternativeAddress(contact=anna, code="OFFICE", city="Oslo")
    assert save_address(address=other, periods=[], user=None, at=NOW) == 0
    assert change(anna, city="Voss").lifted == 0
    cabin.phone = "22"
    assert save_address(address=cabin, periods=[], user=None, at=NOW) == 0
    assert len(blocked()) == 1
    cabin.address = "Hytta 3"
    assert save_address(address=cabin, periods=[], user=None, at=NOW) == 1
    assert blocked() == []


def test_one_that_is_deleted_is_written_to_no_more(anna, cabin):
    suspend(anna, cabin)
    assert remove_address(address=cabin, user=None, at=NOW) == 1
    assert blocked() == []


def test_mail_from_the_own_address_does_not_wait_for_another(anna, cabin):
    suspend(anna)
    cabin.city = "Hol"
    assert save_address(address=cabin, periods=[], user=None, at=NOW) == 0
    assert len(blocked()) == 1


def test_a_company_that_moves_opens_paper_to_those_it_takes_along():
    MarketingSetup.objects.create(inherit_address=True)
    kaffe = make_company("Kaffe AS", **HOME)
    bo = make_person("Bo Ek", company=kaffe, **HOME)
    dag = make_person("Dag Lie", company=kaffe, address="Torget 9", city="Voss")
    for contact in (kaffe, bo, dag):
        suspend(contact)
    assert change(kaffe, address="Havnegata 5").lifted == 2
    assert blocked() == [("Dag Lie", "hard_copy", "returned")]


def test_what_was_recorded_by_mistake_is_taken_back(anna):
    bo = make_person("Bo Ek")
    suspend(anna)
    suspend(bo)
    lift_suspension(contact=anna, user=None, at=NOW)
    assert blocked() == [("Bo Ek", "hard_copy", "returned")]
