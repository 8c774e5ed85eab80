"""Drafts when a person is told what is known, and forgotten."""

import pytest

from contacts.services.about_contact import about_contact
from contacts.services.anonymise_contact import anonymise_contact
from contacts.tests.factories import make_person
from interactions.models import Attachment, InteractionDraft, InteractionLogEntry
from interactions.tests.factories import make_document, make_entry
from segments_app.services.drafts import save_draft
from segments_app.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    """A person with one interaction, and a draft with a document of its own."""
    anna = make_person("Anna Dahl")
    make_entry(anna)
    values = {"contact": anna, "personal_text": "You!", "document": make_document()}
    save_draft(values=values, user=None, at=NOW)
    return anna


def test_what_is_known_tells_drafts_too(anna):
    told = {
        section.name: section.rows
        for section in about_contact(contact=anna, user=None, at=NOW, form="JSON")
    }
    (draft,) = told["interaction_drafts"]
    assert "You!" in str(draft)


def test_who_is_forgotten_leaves_no_draft(anna):
    anonymise_contact(contact=anna, user=None, at=NOW, reason="Asked for it")
    assert [entry.postponed for entry in InteractionLogEntry.objects.all()] == [False]
    assert not InteractionDraft.objects.exists()
    assert not Attachment.objects.exists()
