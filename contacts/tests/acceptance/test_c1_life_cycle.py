"""C1: company and person, type, life, defaults, as Business Central's tests ask."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from contacts.models import BusinessRelation, Contact, Salesperson
from contacts.services.delete_contact import delete_contact
from contacts.services.errors import ContactError
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person
from contacts.tests.opened import opened

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
CREATE = reverse("contacts:create")


def save(contact, user=None, **links):
    return save_contact(contact=contact, links=links, user=user, at=NOW)


class TestMDefaultCreateContact:
    """MDefault.CreateContact"""

    def test_a_new_contact_has_the_salesperson_of_its_user(self, editor):
        own = Salesperson.objects.create(code="AS", name="Astrid", user=editor.user)
        editor.post(CREATE, {"type": "company", "name": "Kaffe AS"})
        assert Contact.objects.get().salesperson == own


class TestPersCompCreatePersonContactNotCreateCustomerAutomatically:
    """PersComp.CreatePersonContactNotCreateCustomerAutomatically"""

    def test_a_new_person_has_no_business_relation(self, editor):
        editor.post(CREATE, {"type": "person", "name": "Anna Dahl"})
        assert not Contact.objects.get().business_relations.exists()


class TestPersCompSetCompanyWithSameNameAsContactToCompanyName:
    """PersComp.SetCompanyWithSameNameAsContactToCompanyName"""

    @pytest.mark.parametrize("typed", ["X", "x"])
    def test_the_company_is_found_and_not_the_person(self, editor, typed):
        person = make_person("X", first_name="X", surname="")
        company = make_company("X")
        page = reverse("contacts:edit", args=[person.pk])
        sent = opened(editor.get(page)) | {"company": typed}
        assert editor.post(page, sent).status_code == 302
        person.refresh_from_db()
        assert person.company == company


class TestPersCompChangeTypeOfNewContactLinkedToCustomer:
    """PersComp.ChangeTypeOfNewContactLinkedToCustomer"""

    def test_a_company_with_a_business_relation_becomes_no_person(self):
        company = make_company()
        customer = BusinessRelation.objects.create(code="CUST")
        company.business_relations.add(customer)
        company.type = "person"
        with pytest.raises(ContactError) as refusal:
            save(company)
        assert refusal.value.field == "type"
        assert str(refusal.value) == (
            "The number of business relations must be 0. It is 1."
        )
        assert Contact.objects.get().type == "company"

    def test_it_is_said_at_its_field_on_the_card(self, editor):
        company = make_company()
        company.business_relations.add(BusinessRelation.objects.create(code="CUST"))
        page = reverse("contacts:edit", args=[company.pk])
        sent = opened(editor.get(page)) | {"type": "person"}
        refused = editor.post(page, sent).context["form"].errors
        assert refused == {
            "type": ["The number of business relations must be 0. It is 1."]
        }

    def test_without_the_relation_it_becomes_one(self, editor):
        """Beside the case: its name is taken apart (contacts_interactions.md 1.6.3)."""
        company = make_company("Anna Berit Dahl")
        company.business_relations.add(BusinessRelation.objects.create(code="CUST"))
        page = reverse("contacts:edit", args=[company.pk])
        sent = opened(editor.get(page)) | {"type": "person", "business_relations": []}
        editor.post(page, sent)
        company.refresh_from_db()
        assert (company.type, company.first_name, company.surname) == (
            "person",
            "Anna",
            "Dahl",
        )


class TestMContactsContactDeletion:
    """MContacts.ContactDeletion"""

    def test_a_contact_without_any_use_is_deleted(self):
        delete_contact(contact=make_company(), user=None, at=NOW)
        assert not Contact.objects.exists()


class TestMContactsContactBrackets:
    """MContacts.ContactBracketsOpenContactCard, MContacts.ContactBracketsOpenTaskList

    We have no tasks; what happened with the contact is its timeline.
    """

    @pytest.mark.parametrize("number", ["C(1)", "C&1|2", "C..9", "C*?'@%", 'C"<1>'])
    def test_a_number_of_signs_opens_its_card_and_what_it_leads_to(
        self, reader, number
    ):
        company = make_company(number=number)
        make_person(company=company)
        for name in ("detail", "timeline"):
            page = reader.get(reverse(f"contacts:{name}", args=[company.pk]))
            assert page.status_code == 200
        people = reader.get(reverse("contacts:list"), {"company": number})
        assert [one.name for one in people.context["table"].contacts] == [
            "Ingrid Solberg"
        ]


class TestMContactsInsertContact:
    """MContacts.InsertContactWithCompanyFilter, .InsertContactWithoutCompanyFilter"""

    def new_from(self, editor, **filters):
        page = editor.get(reverse("contacts:list"), filters).content.decode()
        link = page.split('btn-primary" href="')[1].split('"')[0]
        form = editor.get(link)
        sent = opened(form) | {"name": "New One"}
        editor.post(link, sent)
        return Contact.objects.get(name="New One")

    def test_from_the_list_of_a_company_a_person_of_it_is_made(self, editor):
        company = make_company(number="K(1)", city="Bergen")
        made = self.new_from(editor, company="K(1)")
        assert (made.type, made.company, made.city) == ("person", company, "Bergen")

    def test_from_the_whole_list_a_company_is_made(self, editor):
        made = self.new_from(editor)
        assert (made.type, made.company) == ("company", None)


class TestMContactsUIContactCardCompanyNameLookup:
    """MContacts.UI_ContactCard_CompanyName_Lookup"""

    def test_the_company_that_is_picked_gives_number_and_name(self, editor):
        company = make_company("Kaffe AS")
        person = make_person("Anna Dahl")
        found = editor.get(reverse("contacts:company_options"), {"company": "kaf"})
        assert f'value="{company.number}"' in found.content.decode()
        page = reverse("contacts:edit", args=[person.pk])
        editor.post(page, opened(editor.get(page)) | {"company": company.number})
        person.refresh_from_db()
        assert (person.company.number, person.company.name) == ("C-000001", "Kaffe AS")
