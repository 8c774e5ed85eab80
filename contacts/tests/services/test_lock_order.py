"""Several contacts are locked in one order, and looked at once they are locked."""

import pytest
from django.db import transaction
from django.utils import timezone

from contacts.importing import open_contact_file
from contacts.models import Contact, DuplicatePair, MailingGroup
from contacts.services.change_many import (
    ManyChanged,
    put_in_mailing_group,
    set_exclusion,
)
from contacts.services.duplicates.call_separate import call_separate
from contacts.services.duplicates.find_duplicates import keep_pairs
from contacts.services.importing.import_contacts import import_contacts
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person
from contacts.tests.held import who_waited
from contacts.tests.importing.files import csv

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
NOW = timezone.now()


def test_who_adds_to_a_mailing_group_sees_whom_another_added_meanwhile():
    anna, bo = make_person("Anna Lie"), make_person("Bo Lie")
    group = MailingGroup.objects.create(code="NEWS")

    def put(*people):
        keys = [person.pk for person in people]
        return put_in_mailing_group(keys=keys, mailing_group=group, user=None, at=NOW)

    ended = who_waited(first=lambda: put(anna), second=lambda: put(anna, bo))

    assert ended == ManyChanged(changed=1, already=1, anonymised=0)
    assert set(group.contacts.all()) == {anna, bo}


def exclude(company, person):
    set_exclusion(keys=[person.pk, company.pk], excluded=True, user=None, at=NOW)


def separate(company, person):
    call_separate(one=person, other=company, user=None, at=NOW)


def keep(company, person):
    pair = DuplicatePair(one=person, other=company, score=90, found_at=NOW)
    with transaction.atomic():
        keep_pairs([pair])


def take_file(company, person):
    rows = f"{person.number},Anna Lie,{company.number}"
    file = open_contact_file(csv("number,name,company number", rows))
    for _summary in import_contacts(file=file, at=NOW):
        pass


def save(company, person):
    save_contact(contact=person, links={}, user=None, at=NOW)


@pytest.mark.parametrize("work", [exclude, separate, keep, take_file, save])
def test_a_company_is_locked_before_a_person_whichever_was_there_first(work):
    person = make_person("Anna Lie", number="P-1")
    company = make_company("Fjord AS", number="F-1")
    Contact.objects.filter(pk=person.pk).update(company=company)
    person.refresh_from_db()
    free = []

    def hold():
        Contact.objects.select_for_update().get(pk=company.pk)

    def nobody_has_the_person():
        asked = Contact.objects.select_for_update(nowait=True)
        free.append(asked.get(pk=person.pk))

    ended = who_waited(
        first=hold, second=lambda: work(company, person), then=nobody_has_the_person
    )

    assert not isinstance(ended, Exception)
    assert free == [person]
