import pytest

from .factories import make_company, make_contact, make_person

pytestmark = pytest.mark.django_db


def test_a_person_is_named_by_parts_or_in_one():
    by_parts = make_person(first_name="Aino", surname="Järvi")
    in_one = make_person("Jan Willem Bakker")

    assert by_parts.name == "Aino Järvi"
    assert (in_one.first_name, in_one.surname) == ("Jan Willem", "Bakker")


def test_a_contact_is_an_independent_person_or_what_its_type_says():
    company = make_company(number="C-1")
    ingrid = make_contact(company=company, number="C-2")

    assert make_contact(type="company", name="Nordlys AS").is_company
    assert make_contact().company is None
    assert (ingrid.name, ingrid.organisation_id) == ("Ingrid Solberg", company.pk)
