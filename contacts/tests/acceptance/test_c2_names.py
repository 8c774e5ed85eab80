"""C2: names and details, as Business Central's tests ask.

BC has a window for the parts of a name and one for the details of a company. Ours
stand on the form of the card itself, so both are read and changed in one place; a
form with an error saves nothing, and what was typed stays in it.
"""

import pytest
from django.urls import reverse

from contacts.models import Contact
from contacts.tests.factories import make_company, make_person
from contacts.tests.opened import opened

pytestmark = pytest.mark.django_db
CREATE = reverse("contacts:create")


def edit(contact):
    return reverse("contacts:edit", args=[contact.pk])


class TestPersCompCompanyNameAssistEditForNewContact:
    """PersComp.CompanyNameAssistEditForNewContact"""

    def test_a_new_company_has_the_name_that_was_entered(self, editor):
        editor.post(CREATE, {"type": "company", "name": "X"})
        company = Contact.objects.get()
        assert opened(editor.get(edit(company)))["name"] == ["X"]


class TestPersCompPersonNameAssistEditForNewContactWithError:
    """PersComp.PersonNameAssistEditForNewContactWithError"""

    def test_one_error_is_said_and_the_name_is_stored_once_it_is_mended(self, editor):
        sent = {"type": "person", "name": "X Y Z", "language": "no language"}
        refused = editor.post(CREATE, sent)
        assert list(refused.context["form"].errors) == ["language"]
        assert refused.context["form"]["name"].value() == "X Y Z"
        editor.post(CREATE, sent | {"language": "nb"})
        person = Contact.objects.get()
        assert (person.first_name, person.middle_name, person.surname) == (
            "X",
            "Y",
            "Z",
        )


class TestPersCompCompanyNameAssistEditForNewContactWithError:
    """PersComp.CompanyNameAssistEditForNewContactWithError"""

    def test_one_error_is_said_and_the_name_is_stored_once_it_is_mended(self, editor):
        sent = {"type": "company", "name": "X", "country": "XX"}
        refused = editor.post(CREATE, sent).context["form"]
        assert refused.errors == {
            "country": ["There is no country “XX”. Choose one of the list."]
        }
        assert refused["name"].value() == "X"
        editor.post(CREATE, sent | {"country": "NO"})
        assert Contact.objects.get().name == "X"


class TestPersCompExistingCompanyNameAssistEditShowsProperly:
    """PersComp.ExistingCompanyNameAssistEditShowsProperly"""

    def test_a_person_leads_to_its_company(self, reader):
        person = make_person(company=make_company("Kaffe AS"))
        card = reader.get(person.get_absolute_url()).content.decode()
        link = f'<a href="{person.company.get_absolute_url()}">Kaffe AS</a>'
        assert link in card
        assert (
            "Kaffe AS" in reader.get(person.company.get_absolute_url()).content.decode()
        )


class TestWithoutTheRightToChange:
    """PersComp.NameAssistEditOnPersonContactCardWithoutModifyPermissions

    PersComp.NameAssistEditOnCompanyContactCardWithoutModifyPermissions,
    PersComp.CompanyNameAssistEditOnPersonContactCardWithoutPermissions
    """

    @pytest.mark.parametrize("kind", ["person", "company"])
    def test_the_name_is_seen_and_stays(self, reader, kind):
        company = make_company("Kaffe AS")
        person = make_person("Anna Berit Dahl", company=company)
        contact = person if kind == "person" else company
        assert contact.name in reader.get(contact.get_absolute_url()).content.decode()
        assert reader.get(edit(contact)).status_code == 403
        assert reader.post(edit(contact), {"name": "Other"}).status_code == 403
        assert Contact.objects.get(pk=contact.pk).name == contact.name


class TestWithTheRightToChange:
    """PersComp.NameAssistEditOnCompanyContactCardWithModifyPermissions

    MContacts.ContactUpdateCompanyDetails, MContacts.CompanyDetailsAfterContact.
    There is no fax.
    """

    def test_the_details_of_a_company_are_changed_and_shown(self, editor):
        company = make_company("Kaffe AS")
        details = {
            "name": "Kaffe og Te AS",
            "address": "Kaigaten 1",
            "postcode": "5003",
            "country": "NO",
            "phone": "55 12 34 56",
        }
        editor.post(edit(company), opened(editor.get(edit(company))) | details)
        company.refresh_from_db()
        assert {name: getattr(company, name) for name in details} == details
        form = opened(editor.get(edit(company)))
        assert {name: form[name][0] for name in details} == details
        card = editor.get(company.get_absolute_url()).content.decode()
        for shown in ("Kaffe og Te AS", "Kaigaten 1", "5003", "Norway", "55 12 34 56"):
            assert shown in card


class TestPersCompCompanyNameAssistEditOnPersonContactCardWithPermissions:
    """PersComp.CompanyNameAssistEditOnPersonContactCardWithPermissions"""

    def test_looked_at_from_the_person_the_company_stays_as_it_is(self, editor):
        person = make_person(company=make_company("Kaffe AS"))
        card = editor.get(edit(person.company))
        assert opened(card)["name"] == ["Kaffe AS"]
        assert Contact.objects.companies().get().name == "Kaffe AS"
