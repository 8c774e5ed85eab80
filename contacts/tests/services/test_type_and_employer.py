"""Company or person, and whose: contacts_interactions.md 1.4 to 1.6."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from contacts.models import (
    BusinessRelation,
    Contact,
    IndustryGroup,
    JobResponsibility,
    MarketingSetup,
    OrganizationalLevel,
    Salesperson,
    Salutation,
)
from contacts.services.errors import ContactError
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def save(contact, **links):
    return save_contact(contact=contact, links=links, user=None, at=NOW)


def refused(contact, field, **links):
    with pytest.raises(ContactError) as refusal:
        save(contact, **links)
    assert refusal.value.field == field
    return str(refusal.value)


def become(contact, kind):
    contact.type = kind
    if kind == "company":
        contact.first_name = contact.middle_name = contact.surname = ""
        contact.job_title = ""
    return contact


def test_every_reason_against_another_type_is_said():
    company = make_company()
    make_person(company=company)
    company.industry_groups.add(IndustryGroup.objects.create(code="FOOD"))
    for code in ("CUST", "BANK"):
        relation = BusinessRelation.objects.create(code=code)
        company.business_relations.add(relation)
    assert refused(become(company, "person"), "type") == (
        "The type can no longer be changed, because of people of the company: 1. "
        "The number of business relations must be 0. It is 2. "
        "The number of industry groups must be 0. It is 1."
    )


def test_what_goes_in_the_same_save_is_no_reason():
    company = make_company()
    company.business_relations.add(BusinessRelation.objects.create(code="CUST"))
    save(become(company, "person"), business_relations=[])
    assert Contact.objects.get().type == "person"


def test_a_person_with_a_level_or_responsibilities_becomes_no_company():
    level = OrganizationalLevel.objects.create(code="CEO")
    anna = make_person("Anna Dahl", organizational_level=level)
    anna.job_responsibilities.add(JobResponsibility.objects.create(code="BUYER"))
    assert refused(become(anna, "company"), "type") == (
        "The number of job responsibilities must be 0. It is 1. "
        "The organizational level must be empty."
    )


def test_a_person_without_anything_becomes_a_company():
    anna = make_person("Anna Dahl", job_title="Buyer")
    save(become(anna, "company"))
    assert (Contact.objects.get().type, anna.changes.get().values["type"]) == (
        "company",
        ["person", "company"],
    )


class TestEmployer:
    def test_a_person_is_none(self):
        bo = make_person("Bo Lie")
        anna = make_person("Anna Dahl")
        anna.company = bo
        assert refused(anna, "company") == (
            "C-000001 Bo Lie is a person. An employer is a company."
        )

    def test_nobody_is_their_own(self):
        anna = make_person("Anna Dahl")
        anna.company = anna
        assert "is a person" in refused(anna, "company")

    def test_a_company_has_none_so_there_is_no_loop(self):
        kaffe, te = make_company("Kaffe AS"), make_company("Te AS")
        kaffe.company = te
        assert refused(kaffe, "company") == "A company has no employer."
        te.company = te
        assert refused(te, "company") == "A company has no employer."
        # Nor in the database.
        with transaction.atomic(), pytest.raises(IntegrityError):
            Contact.objects.filter(pk=kaffe.pk).update(company=te)

    def test_one_that_was_deleted_meanwhile_is_said(self):
        anna, kaffe = make_person("Anna Dahl"), make_company("Kaffe AS")
        anna.company = kaffe
        Contact.objects.filter(pk=kaffe.pk).delete()
        message = "This company was deleted meanwhile."
        assert refused(anna, "company") == message


@pytest.fixture
def kaffe():
    return make_company(
        "Kaffe AS",
        address="Kaigaten 1",
        city="Bergen",
        phone="55 12 34 56",
        language="nb",
        correspondence_type="hard_copy",
        salesperson=Salesperson.objects.create(code="JO", name="Jo"),
    )


def moved(person, company):
    person.company = company
    save(person)
    return Contact.objects.get(pk=person.pk)


def test_a_blank_of_the_new_employer_takes_nothing_away(kaffe):
    """Defect 3: blanks never overwrite."""
    anna = moved(make_person("Anna Dahl"), kaffe)
    anna = moved(anna, make_company("Te AS", country=""))
    assert (anna.city, anna.phone, anna.language, anna.correspondence_type) == (
        "Bergen",
        "55 12 34 56",
        "nb",
        "hard_copy",
    )
    assert anna.salesperson.code == "JO"


def test_the_correspondence_type_is_taken_at_assignment_and_not_later(kaffe):
    """Defect 28: blank is empty (contacts_interactions.md 1.4.6)."""
    anna = moved(make_person("Anna Dahl"), kaffe)
    own = moved(make_person("Bo Lie", correspondence_type="email"), kaffe)
    assert (anna.correspondence_type, own.correspondence_type) == ("hard_copy", "email")
    kaffe.correspondence_type = "email"
    assert save(kaffe).passed_on.people == 0
    anna.refresh_from_db()
    assert anna.correspondence_type == "hard_copy"
    te = make_company("Te AS", correspondence_type="email")
    assert moved(anna, te).correspondence_type == "hard_copy"


def test_the_correspondence_type_of_the_old_employer_gives_way(kaffe):
    anna = moved(make_person("Anna Dahl"), kaffe)
    te = make_company("Te AS", correspondence_type="email")
    assert moved(anna, te).correspondence_type == "email"


def test_what_the_company_gives_up_goes_from_who_had_it_from_there(kaffe):
    anna = moved(make_person("Anna Dahl"), kaffe)
    own = moved(make_person("Bo Lie", phone="22 33 44 55"), kaffe)
    kaffe.phone = ""
    assert save(kaffe).passed_on.fields == ("phone",)
    for person in (anna, own):
        person.refresh_from_db()
    assert [anna.phone, anna.phone_e164, own.phone] == ["", "", "22 33 44 55"]


def test_a_set_up_that_lets_nothing_be_inherited_passes_nothing_on(kaffe):
    MarketingSetup.objects.create(
        inherit_salesperson=False,
        inherit_territory=False,
        inherit_country=False,
        inherit_language=False,
        inherit_address=False,
        inherit_communication=False,
    )
    anna = moved(make_person("Anna Dahl", city="Bergen", address="Kaigaten 1"), kaffe)
    assert (anna.language, anna.phone, anna.correspondence_type) == ("", "", "")
    kaffe.city, kaffe.language = "Oslo", "da"
    assert save(kaffe).passed_on.people == 0
    anna.refresh_from_db()
    assert (anna.city, anna.language) == ("Bergen", "")


def test_a_salutation_of_its_own_stays_and_only_a_blank_one_is_filled():
    """Defect 4: the default never overwrites."""
    own, usual = (Salutation.objects.create(code=code) for code in ("OWN", "CO"))
    MarketingSetup.objects.create(default_company_salutation=usual)
    given = save(Contact(type="company", name="Kaffe AS", salutation=own)).contact
    blank = save(Contact(type="company", name="Te AS")).contact
    assert (given.salutation, blank.salutation) == (own, usual)


def test_history_stays_with_the_person_who_changes_the_employer(kaffe):
    """Defect 2; the entries are told in interactions."""
    anna = moved(make_person("Anna Dahl", created_at=NOW), kaffe)
    te = make_company("Te AS")
    anna = moved(anna, te)
    assert [change.values["company"] for change in anna.changes.order_by("pk")] == [
        ["", kaffe.number],
        [kaffe.number, te.number],
    ]
    assert not te.changes.exists()
    assert not kaffe.changes.exists()
    assert anna.created_at.date() == date(2026, 3, 2)
