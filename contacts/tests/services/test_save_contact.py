"""Saving a contact that is not any more what its editor saw."""

from datetime import UTC, datetime

import pytest

from contacts.models import Contact
from contacts.services.comment import add_comment
from contacts.services.errors import ContactError
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def test_a_contact_deleted_meanwhile_is_said_and_not_made_again():
    contact = make_company()
    Contact.objects.all().delete()
    with pytest.raises(ContactError, match="This contact was deleted meanwhile."):
        save_contact(contact=contact, links={}, user=None, at=NOW)
    with pytest.raises(ContactError, match="This contact was deleted meanwhile."):
        add_comment(contact=contact, text="Rings in the morning", user=None, at=NOW)
    assert not Contact.objects.exists()


def test_who_says_what_was_seen_is_refused_after_a_change():
    contact = make_company()
    seen = contact.version
    save_contact(contact=contact, links={}, user=None, at=NOW, seen=seen)
    contact.city = "Voss"
    with pytest.raises(ContactError, match="Somebody changed this contact meanwhile"):
        save_contact(contact=contact, links={}, user=None, at=NOW, seen=seen)
    assert Contact.objects.get().city == ""
