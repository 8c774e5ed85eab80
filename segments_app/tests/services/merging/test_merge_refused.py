"""Two contacts that cannot be merged, and merges that cannot be undone."""

import pytest

from contacts.models import (
    Contact,
    MergeJournal,
)
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.delete_contact import delete_contact
from contacts.services.merging.forget_merges import forget_in_journal
from contacts.services.merging.merge_contacts import (
    MergeRefused,
)
from contacts.services.merging.undo_merge import UndoRefused
from contacts.tests.factories import make_company, make_person
from segments_app.tests.services.merging.merged import (
    LATER,
    NOW,
    everything,
    merge,
    undo,
)

pytestmark = pytest.mark.django_db


def test_a_person_and_a_company_are_not_merged():
    with pytest.raises(MergeRefused, match="A person and a company cannot be merged"):
        merge(make_person(), make_company())
    assert Contact.objects.count() == 2


def test_a_contact_is_not_merged_with_itself():
    one = make_person()
    with pytest.raises(MergeRefused, match="with itself"):
        merge(one, Contact.objects.get(pk=one.pk))


def test_who_was_anonymised_is_not_merged():
    one, other = make_person(), make_person()
    anonymise_contact(contact=other, user=None, at=NOW, reason="Asked us to")
    with pytest.raises(MergeRefused, match="C-000002 was anonymised"):
        merge(one, other)


def test_an_unknown_field_is_refused():
    with pytest.raises(MergeRefused, match="no field number"):
        merge(make_person(), make_person(), take={"number"})


def test_what_was_changed_since_it_was_looked_at_is_refused():
    one, other = make_person(), make_person()
    seen = (one.version, other.version)
    Contact.objects.filter(pk=other.pk).update(updated_at=NOW)
    with pytest.raises(MergeRefused, match="changed one of the two meanwhile"):
        merge(one, other, seen=seen)


def test_who_is_gone_is_told_and_into_whom():
    one, other, third = make_person(), make_person(), make_person()
    seen_other = Contact.objects.get(pk=other.pk)
    merge(one, other)
    with pytest.raises(MergeRefused, match="C-000002 was merged into C-000001"):
        merge(third, seen_other)
    seen_third = Contact.objects.get(pk=third.pk)
    third.delete()
    with pytest.raises(MergeRefused, match="C-000003 was deleted"):
        merge(one, seen_third)


def test_a_merge_is_undone_once():
    journal = merge(make_person(), make_person())
    undo(journal)
    with pytest.raises(UndoRefused, match="undone already"):
        undo(journal)


def test_undo_is_refused_once_the_number_is_taken():
    journal = merge(make_person(), make_person())
    make_person(number=journal.duplicate_number)
    with pytest.raises(UndoRefused, match="C-000002 was given to another contact"):
        undo(journal)


def test_the_later_of_two_merges_is_undone_first():
    one, other, third = make_person(), make_person(), make_person()
    before = everything()
    first = merge(one, other)
    second = merge(third, one)
    with pytest.raises(UndoRefused, match="merged into C-000003: undo that first"):
        undo(MergeJournal.objects.get(pk=first.pk))

    undo(second)
    undo(MergeJournal.objects.get(pk=first.pk))
    assert everything() == before


def test_without_the_survivor_nothing_is_undone_and_no_personal_data_is_kept():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    journal = merge(one, other)
    delete_contact(contact=one, user=None, at=LATER)

    journal.refresh_from_db()
    assert "Lie" not in str(MergeJournal.objects.values())
    assert (journal.forgotten, journal.survivor, journal.survivor_number) == (
        True,
        None,
        "C-000001",
    )
    with pytest.raises(UndoRefused):
        undo(journal)


def test_forgetting_one_of_both_empties_the_journal_also_after_an_undo():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    journal = undo(merge(one, other))
    assert forget_in_journal(Contact.objects.get(number=other.number)) == 1
    journal.refresh_from_db()
    assert (journal.before, journal.forgotten) == ({}, True)
