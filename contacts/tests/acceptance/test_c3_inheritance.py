"""C3: what a person takes from the company, as Business Central's tests ask."""

from datetime import UTC, datetime

import pytest

from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ADDRESS = ("address", "address_2", "postcode", "city", "county")


def assign(person, company):
    person.company = company
    save_contact(contact=person, links={}, user=None, at=NOW)
    person.refresh_from_db()
    return [getattr(person, field) for field in ADDRESS]


@pytest.fixture
def company():
    values = ["Kaigaten 1", "2nd floor", "5003", "Bergen", "Vestland"]
    return make_company(**dict(zip(ADDRESS, values, strict=True)))


class TestMContactsContactWithBlankAddressGetsUpdatedWhenAssignToCompany:
    """MContacts.ContactWithBlankAddressGetsUpdatedWhenAssignToCompany"""

    def test_a_person_without_an_address_gets_that_of_the_company(self, company):
        assert assign(make_person(), company) == [
            "Kaigaten 1",
            "2nd floor",
            "5003",
            "Bergen",
            "Vestland",
        ]

    def test_and_of_a_new_company_in_place_of_the_old_one(self, company):
        """Beside the case: it had the old one's."""
        person = make_person()
        assign(person, make_company("Te AS", address="Torget 1", city="Voss"))
        assert assign(person, company)[3] == "Bergen"

    def test_but_a_company_without_one_takes_none_away(self, company):
        """Beside the case: blanks never overwrite (contacts_interactions.md 11.3)."""
        person = make_person()
        assign(person, company)
        assert assign(person, make_company("Te AS"))[3] == "Bergen"


class TestMContactsContactWithNonBlankAddressNotUpdatedWhenAssignToCompany:
    """MContacts.ContactWithNonBlankAddressNotUpdatedWhenAssignToCompany"""

    def test_a_person_keeps_an_address_of_its_own(self, company):
        own = make_person(address="Hytta 1", city="Geilo")
        assert assign(own, company) == ["Hytta 1", "", "", "Geilo", ""]
