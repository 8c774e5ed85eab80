"""Stories of merges, undone or not, when one of those who were merged is forgotten."""

import datetime

import pytest

from contacts.choices import ChangeKind
from contacts.models import Contact, ContactChange, MergeJournal
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.changes import record_change
from contacts.services.delete_contact import delete_contact
from contacts.services.merging.merge_contacts import merge_contacts
from contacts.services.merging.undo_merge import undo_merge
from contacts.tests.factories import make_person
from segments_app.tests.betrayed import SECRETS, columns_with

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


def zephyrine():
    return make_person(
        "Zephyrine Quillfeather", email="zephyrine@quill.example", city="Mistmere"
    )


def again(contact):
    return Contact.objects.get(name=contact.name)


def merge(survivor, duplicate, day):
    at = NOW + day * DAY
    return merge_contacts(survivor=survivor, duplicate=duplicate, user=None, at=at)


def undo(journal, day):
    stored = MergeJournal.objects.get(pk=journal.pk)
    undo_merge(journal=stored, user=None, at=NOW + day * DAY)


def change(contact, at, **values):
    """As the card does it: the values are written, and what they were."""
    record_change(
        contact=contact,
        kind=ChangeKind.CHANGED,
        values={
            name: [getattr(contact, name), value] for name, value in values.items()
        },
        user=None,
        at=at,
    )
    for name, value in values.items():
        setattr(contact, name, value)
    contact.save()


def anonymise(contact):
    anonymise_contact(contact=contact, user=None, at=NOW + 9 * DAY, reason="By letter")


def trail(contact):
    changes = ContactChange.objects.filter(contact=contact).order_by("pk")
    return [(each.kind, each.values) for each in changes]


@pytest.mark.parametrize("number", ["", "C-77"])
@pytest.mark.parametrize("goes", ["anonymised", "deleted"])
def test_an_undone_merge_keeps_nothing_of_the_one_that_is_forgotten(goes, number):
    kept = make_person("Bo Lie")
    gone = make_person(
        "Zephyrine Quillfeather", email="zephyrine@quill.example", city="Mistmere"
    )
    journal = merge_contacts(survivor=kept, duplicate=gone, user=None, at=NOW)
    undo_merge(journal=journal, user=None, at=NOW + datetime.timedelta(days=1))
    gone = Contact.objects.get(name="Zephyrine Quillfeather")
    if number:
        Contact.objects.filter(pk=gone.pk).update(number=number)
        gone.refresh_from_db()
    record_change(
        contact=kept,
        kind=ChangeKind.CHANGED,
        values={"city": ["", "Bergen"]},
        user=None,
        at=NOW,
    )

    if goes == "deleted":
        delete_contact(contact=gone, user=None, at=NOW)
    else:
        anonymise_contact(contact=gone, user=None, at=NOW, reason="Asked by letter")

    assert columns_with(SECRETS) == set()
    trail = ContactChange.objects.filter(contact=kept).order_by("pk")
    assert [(c.kind, c.values) for c in trail] == [
        ("merged", {}),
        ("unmerged", {}),
        ("changed", {"city": ["", "Bergen"]}),
    ]


def test_what_was_changed_while_two_were_one_is_forgotten_with_the_other():
    bo, gone = make_person("Bo Lie", city="Oslo"), zephyrine()
    change(bo, NOW, city="Bergen")
    journal = merge(bo, gone, 1)
    bo.refresh_from_db()
    # A long import says when it began, and that was before the merge.
    change(bo, NOW, email="bo@lie.example")
    undo(journal, 3)
    bo.refresh_from_db()
    change(bo, NOW + 4 * DAY, city="Molde")

    anonymise(again(gone))

    assert columns_with(SECRETS) == set()
    assert trail(bo) == [
        ("changed", {"city": ["Oslo", "Bergen"]}),
        ("merged", {}),
        ("changed", {}),
        ("unmerged", {}),
        ("changed", {"city": ["Bergen", "Molde"]}),
    ]


def test_who_bore_the_values_took_them_further_until_that_too_was_undone():
    bo, cato, gone = make_person("Bo Lie"), make_person("Cato Moe"), zephyrine()
    first = merge(bo, gone, 1)
    bo.refresh_from_db()
    second = merge(cato, bo, 2)
    cato.refresh_from_db()
    change(cato, NOW + 3 * DAY, email="cato@moe.example")
    undo(second, 4)
    undo(first, 5)
    cato.refresh_from_db()

    anonymise(again(gone))

    assert columns_with(SECRETS) == set()
    assert trail(cato) == [("merged", {}), ("changed", {}), ("unmerged", {})]
    journals = MergeJournal.objects.order_by("pk")
    assert [(each.before, each.forgotten) for each in journals] == [({}, True)] * 2


def test_a_merge_into_who_bore_the_values_brings_none_of_them_back():
    bo, cato, gone = make_person("Bo Lie"), make_person("Cato Moe"), zephyrine()
    first = merge(bo, gone, 1)
    bo.refresh_from_db()
    merge(bo, cato, 2)
    undo(first, 3)

    anonymise(again(gone))

    assert columns_with(SECRETS) == set()
    assert [each.forgotten for each in MergeJournal.objects.all()] == [True, True]


def test_who_was_merged_with_another_before_is_forgotten_there_too():
    bo, gone, same = make_person("Bo Lie"), zephyrine(), make_person("Zeph Q")
    undo(merge(bo, gone, 1), 2)
    merge(same, again(gone), 3)

    same.refresh_from_db()
    anonymise(same)

    assert columns_with(SECRETS) == set()


def test_merges_before_and_after_are_not_touched():
    bo, cato, dag, gone = (
        make_person("Bo Lie"),
        make_person("Cato Moe"),
        make_person("Dag Bu", city="Oslo"),
        zephyrine(),
    )
    before = merge(bo, cato, 1)
    bo.refresh_from_db()
    undo(merge(bo, gone, 2), 3)
    bo.refresh_from_db()
    after = merge(bo, dag, 4)

    anonymise(again(gone))

    kept = MergeJournal.objects.filter(forgotten=False).order_by("pk")
    assert [each.pk for each in kept] == [before.pk, after.pk]
    bo.refresh_from_db()
    assert trail(bo)[-1] == ("merged", {"city": ["", "Oslo"]})
    undo(after, 5)
    undo(before, 6)
    assert {"Cato Moe", "Dag Bu"} <= set(Contact.objects.values_list("name", flat=True))
