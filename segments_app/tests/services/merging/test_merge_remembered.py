"""What is remembered of a merge elsewhere, and merges at the same time."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.choices import ChangeKind, PairState
from contacts.models import (
    Contact,
    ContactChange,
    DuplicatePair,
    MailingGroup,
    MergeJournal,
)
from contacts.services.changes import record_change
from contacts.services.merging.merge_contacts import (
    MergeRefused,
)
from contacts.services.merging.undo_merge import undo_merge
from contacts.tests.factories import make_person
from interactions.models import RunItem
from interactions.tests.factories import freeze_letter, make_entry
from segments_app.tests.factories import make_segment
from segments_app.tests.services.merging.merged import (
    LATER,
    NOW,
    everything,
    merge,
    undo,
)

pytestmark = pytest.mark.django_db


def test_the_audit_trail_tells_of_both():
    siv = User.objects.create_user("siv")
    one, other = make_person("Ann Lie"), make_person("A. Lie", city="Oslo")
    record_change(
        contact=other,
        kind=ChangeKind.CHANGED,
        values={"city": ["", "Oslo"]},
        user=siv,
        at=NOW,
    )
    journal = merge(one, other, user=siv, at=LATER)
    undo_merge(journal=journal, user=siv, at=LATER)

    other = Contact.objects.get(number=other.number)
    told = ContactChange.objects.order_by("pk").values_list(
        "contact", "number", "kind", "values", "note"
    )
    undone = "The merge of C-000002 into C-000001 was undone"
    assert list(told) == [
        (other.pk, "C-000002", "changed", {"city": ["", "Oslo"]}, ""),
        (
            *(one.pk, "C-000001", "merged", {"city": ["", "Oslo"]}),
            "C-000002 was merged into it",
        ),
        (one.pk, "C-000001", "unmerged", {"city": ["Oslo", ""]}, undone),
        (other.pk, "C-000002", "unmerged", {}, undone),
    ]


def test_who_was_called_different_from_the_one_is_so_from_the_other():
    third, one, other = (make_person(name) for name in ("Cat Li", "Ann Li", "A. Li"))
    separate = {"score": 70, "state": PairState.SEPARATE}
    DuplicatePair.objects.create(one=third, other=other, **separate)
    DuplicatePair.objects.create(one=one, other=other, score=90)
    before = everything()

    journal = merge(one, other)

    pairs = DuplicatePair.objects.values_list("one", "other", "state")
    assert list(pairs) == [(third.pk, one.pk, "separate")]
    undo(journal)
    assert everything() == before


def test_a_frozen_letter_stays_as_it_was_sent():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    letter = freeze_letter(make_entry(other), "Dear {{ contact_name }}")
    merge(one, other)
    letter.refresh_from_db()
    assert letter.inputs["contact"]["name"] == "A. Lie"
    assert RunItem.objects.get().contact == one


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_who_merge_the_same_at_once_one_is_told():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    make_segment(one, other)
    orders = [(one, other), (other, one)]
    ends: list[str] = []
    start = threading.Barrier(2)

    def run() -> None:
        survivor, duplicate = orders.pop()
        start.wait()
        try:
            ends.append(type(merge(survivor, duplicate)).__name__)
        except MergeRefused as refusal:
            ends.append(str(refusal))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    (refused,) = set(ends) - {"MergeJournal"}
    assert "was merged into" in refused
    assert Contact.objects.count() == 1
    assert MergeJournal.objects.count() == 1


def test_a_merge_costs_the_same_however_much_hangs_on_both():
    costs = []
    for rows in (2, 30):
        one, other = make_person("Ann Lie"), make_person("A. Lie")
        for number in range(rows):
            group = MailingGroup.objects.create(code=f"G{rows}-{number}")
            for contact in (one, other):
                contact.mailing_groups.add(group)
                contact.comments.create(text="Met")
            make_entry(other)
            make_segment(one, other)
        with CaptureQueriesContext(connection) as merging:
            journal = merge(one, other)
        with CaptureQueriesContext(connection) as undoing:
            undo(journal)
        costs.append((len(merging), len(undoing)))

    assert costs[0] == costs[1]
    assert max(costs[0]) < 90
