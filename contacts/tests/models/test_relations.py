"""What a contact is to us: worked out from its relations and its company's."""

import pytest

from contacts.models import (
    BusinessRelation,
    Contact,
    ContactBusinessRelation,
    ContactWebSource,
    WebSource,
)
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def relations():
    codes = {"CUSTOMER": "Customer", "VENDOR": "", "LAW": "Lawyer"}
    return {
        code: BusinessRelation.objects.create(code=code, description=description)
        for code, description in codes.items()
    }


def relate(contact, relation):
    return ContactBusinessRelation.objects.create(
        contact=contact, business_relation=relation
    )


def summary(contact):
    found = Contact.objects.with_relation_summary().get(pk=contact.pk)
    return found.relations, found.relation


def test_without_relations_it_is_none():
    """MContacts.T206_ContactWithoutRelationsHasBusinessRelationNone"""
    assert summary(make_company()) == summary(make_person()) == (0, None)


def test_a_person_is_what_its_company_is(relations):
    """MContacts.T215_ContactPersonWithCompanyLinkedToCustomerHasBusRelationCustomer"""
    company, person = make_company(), make_person()
    relate(company, relations["CUSTOMER"])
    assert summary(person) == (0, None)
    person.company = company
    person.save()
    assert summary(person) == (1, "Customer")


def test_a_relation_taken_from_the_company_is_taken_from_its_people(relations):
    """MContacts.T216_ContactPersonsGotUpdatedBusRelationOnRemovedCompanyRelation"""
    company = make_company()
    customer = relate(company, relations["CUSTOMER"])
    none = make_person("Anna Dahl", company=company)
    other = make_person("Bo Lie", company=company)
    relate(other, relations["LAW"])
    assert (summary(none), summary(other)[0]) == ((1, "Customer"), 2)
    customer.delete()
    assert (summary(none), summary(other)) == ((0, None), (1, "Lawyer"))


def test_a_relation_changes_what_the_contact_is(relations):
    """MContacts.T220_UpdateContactBusinessRelationShouldChangeContact"""
    company = make_company()
    relate(company, relations["VENDOR"])
    assert summary(company) == (1, "VENDOR")


def test_the_same_relation_twice_is_one(relations):
    company = make_company()
    person = make_person(company=company)
    for contact in (company, person):
        relate(contact, relations["CUSTOMER"])
    assert summary(person) == (1, "Customer")


@pytest.mark.parametrize(
    ("url", "word", "address"),
    [
        (
            "https://example.com/?q=%1",
            "Kaffe & Te",
            "https://example.com/?q=Kaffe%20%26%20Te",
        ),
        ("HTTPS://example.com/%1", "å/b", "HTTPS://example.com/%C3%A5%2Fb"),
        ("https://example.com/", "x", "https://example.com/"),
        ("javascript:alert(1)//%1", "x", ""),
        ("", "x", ""),
        ("https://example.com/?q=%1", "  ", ""),
    ],
)
def test_a_web_source_opens_with_the_search_word(url, word, address):
    link = ContactWebSource(
        contact=make_company(),
        web_source=WebSource(code="S", url=url),
        search_word=word,
    )
    assert link.address == address
