"""What persons take from their company, then and later."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User

from contacts.models import Contact, MarketingSetup, Salesperson, Territory
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def save(contact, user=None):
    return save_contact(contact=contact, links={}, user=user, at=NOW).contact


def new_person(**values):
    return Contact(type="person", name="Ingrid Solberg", **values)


@pytest.fixture
def company():
    return make_company(
        address="Kaigaten 1",
        postcode="5003",
        city="Bergen",
        country="NO",
        language="nb",
        phone="55 12 34 56",
        email="post@fjordheim.example",
        territory=Territory.objects.create(code="WEST"),
    )


def test_a_new_person_takes_what_it_lacks(company):
    ingrid = save(new_person(company=company, language="da", phone="55 99 99 99"))
    ingrid.refresh_from_db()
    assert (ingrid.address, ingrid.city, ingrid.country) == (
        "Kaigaten 1",
        "Bergen",
        "NO",
    )
    assert (ingrid.language, ingrid.phone_e164) == ("da", "+4755999999")
    assert (ingrid.email, ingrid.territory.code) == ("post@fjordheim.example", "WEST")


def test_an_address_of_its_own_is_not_mixed_with_the_company_s(company):
    ingrid = save(new_person(company=company, city="Voss"))
    assert (ingrid.address, ingrid.postcode, ingrid.city) == ("", "", "Voss")


def test_what_the_set_up_does_not_let_persons_inherit_stays_empty(company):
    MarketingSetup.objects.create(inherit_address=False, inherit_language=False)
    ingrid = save(new_person(company=company))
    assert (ingrid.city, ingrid.language, ingrid.country) == ("", "", "NO")


def test_what_came_from_the_old_employer_gives_way_to_the_new(company):
    ingrid = save(new_person(company=company, mobile="900 00 000"))
    nordlys = make_company("Nordlys AS", city="Tromsø", phone="77 00 00 00")
    ingrid = Contact.objects.get(pk=ingrid.pk)
    ingrid.company = nordlys
    ingrid = save(ingrid)
    assert (ingrid.address, ingrid.city) == ("", "Tromsø")
    assert (ingrid.phone, ingrid.mobile) == ("77 00 00 00", "900 00 000")


def test_a_change_of_the_company_reaches_who_still_had_its_value(
    company, django_assert_max_num_queries
):
    ingrid = save(new_person(company=company))
    away = make_person("Bo Lie", company=company, city="Voss", phone="55 00 00 00")
    other = make_person("Kari Moe", city="Bergen", phone=company.phone)
    company.address, company.city, company.phone = "Torget 2", "Os", "56 30 00 00"
    with django_assert_max_num_queries(13):
        save(company)
    for person in (ingrid, away, other):
        person.refresh_from_db()
    assert (ingrid.address, ingrid.postcode, ingrid.city) == ("Torget 2", "5003", "Os")
    assert (ingrid.phone, ingrid.phone_e164) == ("56 30 00 00", "+4756300000")
    assert ingrid.updated_at == NOW
    assert (away.city, away.phone) == ("Voss", "55 00 00 00")
    assert (other.city, other.phone) == ("Bergen", "55 12 34 56")


def test_the_set_up_fills_the_rest_and_the_user_s_own_salesperson_goes_first():
    erik = Salesperson.objects.create(code="EH", name="Erik Holm")
    MarketingSetup.objects.create(
        default_country="NO", default_language="nb", default_salesperson=erik
    )
    lone = save(new_person(language="da"))
    assert (lone.country, lone.language, lone.salesperson) == ("NO", "da", erik)

    astrid = User.objects.create_user("astrid")
    own = Salesperson.objects.create(code="AS", name="Astrid", user=astrid)
    assert save(new_person(), user=astrid).salesperson == own
