"""A merge is undone after something happened: what goes back, and what is told."""

import pytest
from django.contrib.auth.models import User

from contacts.choices import ChangeKind
from contacts.models import (
    Contact,
    ContactChange,
    ContactComment,
    Salesperson,
)
from contacts.services.merging.merge_report import not_restored
from contacts.services.merging.undo_merge import undo_merge
from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionLogEntry
from interactions.tests.factories import make_entry
from segments_app.models import Segment, SegmentLine
from segments_app.services import refine_contacts
from segments_app.tests.factories import make_segment
from segments_app.tests.services.merging.merged import LATER, NOW, merge, undo

pytestmark = pytest.mark.django_db


def test_values_changed_since_stay_and_are_told(pair):
    one, other = pair
    journal = merge(one, other)
    Contact.objects.filter(pk=one.pk).update(city="Bergen")

    undone = undo(journal)

    one.refresh_from_db()
    assert (one.city, one.phone) == ("Bergen", "")
    assert undone.not_restored == [["changed", "contacts.Contact.city", 1]]


def test_what_came_since_stays_with_the_survivor(pair):
    one, other = pair
    journal = merge(one, other)
    make_entry(one)

    undo(journal)

    other = Contact.objects.get(number=other.number)
    assert (one.interactions.count(), other.interactions.count()) == (2, 1)


def test_the_trail_of_people_says_to_which_company_they_went():
    one, other = make_company("Foss AS"), make_company("FOSS")
    kari, ole = make_person("Kari Nes", company=other), make_person(company=one)
    user = User.objects.create(username="ann")
    seen = Contact.objects.get(pk=kari.pk).version

    journal = merge(one, other, user=user)
    merged = Contact.objects.get(pk=kari.pk).version
    undo_merge(journal=journal, user=user, at=LATER)

    # A form that was opened before either of them is stale after both.
    assert len({seen, merged, Contact.objects.get(pk=kari.pk).version}) == 3
    there, back = [other.number, one.number], [one.number, other.number]
    trail = ContactChange.objects.filter(contact=kari).order_by("pk")
    assert list(trail.values_list("kind", "values", "note", "user", "at")) == [
        (
            ChangeKind.CHANGED,
            {"company": there},
            f"{other.number} was merged into {one.number}",
            user.pk,
            NOW,
        ),
        (
            ChangeKind.CHANGED,
            {"company": back},
            f"The merge of {other.number} into {one.number} was undone",
            user.pk,
            LATER,
        ),
    ]
    assert not ContactChange.objects.filter(contact=ole).exists()


def test_addresses_go_back_with_the_periods_they_were_given_since(pair):
    one, other = pair
    journal = merge(one, other)
    home = one.alternative_addresses.get(code="HOME-2")
    for begins in ("2026-09-01", "2026-01-02"):
        one.alternative_address_periods.create(address=home, starting_date=begins)
    own = one.alternative_addresses.get(code="HOME")
    home.periods.filter(starting_date="2026-06-01").update(address=own)
    # The merge left out one of 1 January, which is put back.
    one.alternative_address_periods.filter(address=own).exclude(
        starting_date="2026-06-01"
    ).update(starting_date="2025-01-01")
    one.alternative_address_periods.create(address=home, starting_date="2026-01-01")

    undone = undo(journal)

    periods = {
        contact: [
            (period.address.contact.number, str(period.starting_date))
            for period in contact.alternative_address_periods.order_by("starting_date")
        ]
        for contact in pair
    }
    mine, theirs = one.number, other.number
    assert periods == {
        one: [(mine, "2025-01-01"), (mine, "2026-06-01")],
        other: [
            *((theirs, "2026-01-01"), (theirs, "2026-01-02")),
            (theirs, "2026-09-01"),
        ],
    }
    assert undone.not_restored == [["unfit", "contacts.AlternativeAddressPeriod", 1]]
    assert list(not_restored(undone)) == [
        "periods of alternative addresses (1): "
        "given since the merge, does not fit any more, was taken out"
    ]


def test_a_line_lets_go_of_an_address_that_went_back(pair):
    one, other = pair
    journal = merge(one, other)
    own, moved = one.alternative_addresses.order_by("code")
    segment, untouched = make_segment(one), make_segment(one)
    segment.lines.update(alternative_address=moved)
    untouched.lines.update(alternative_address=own)

    undone = undo(journal)

    chosen = [each.lines.get().alternative_address for each in (segment, untouched)]
    assert chosen == [None, own]
    segment.refresh_from_db()
    assert segment.updated_at == LATER
    assert undone.not_restored == [
        ["unfit", "segments_app.SegmentLine.alternative_address", 1]
    ]
    assert list(not_restored(undone)) == [
        "alternative address (1): "
        "given since the merge, does not fit any more, was taken out"
    ]


def test_rows_deleted_since_are_told_and_the_others_go_back(pair):
    one, other = pair
    journal = merge(one, other)
    ContactComment.objects.filter(text="Met I. Solberg").delete()

    undone = undo(journal)

    assert undone.not_restored == [["gone", "contacts.ContactComment.contact", 1]]


def test_lines_of_a_segment_that_moved_on_are_not_put_back(pair):
    one, other = pair
    segment = Segment.objects.order_by("pk").first()
    journal = merge(one, other)
    refine_contacts(
        segment=segment,
        criteria={"field": "name", "op": "is", "value": "Nobody"},
        user=None,
        at=NOW,
    )

    undone = undo(journal)

    assert not segment.lines.live().exists()
    assert ["moved_on", "segments_app.SegmentLine", 1] in undone.not_restored


def test_lines_of_a_segment_that_is_gone_are_told(pair):
    journal = merge(*pair)
    SegmentLine.objects.all().delete()
    Segment.objects.all().delete()

    undone = undo(journal)

    assert undone.not_restored == [
        ["gone", "segments_app.SegmentLine.contact", 1],
        ["gone", "segments_app.SegmentStep", 1],
        ["moved_on", "segments_app.SegmentLine", 1],
    ]


def test_what_the_contact_referred_to_may_be_gone():
    ann = Salesperson.objects.create(code="ANN", name="Ann")
    one = make_person(salesperson=Salesperson.objects.create(code="BO", name="Bo"))
    other = make_person(salesperson=ann)
    journal = merge(one, other)
    ann.delete()

    undone = undo(journal)

    assert Contact.objects.get(number=other.number).salesperson is None
    assert undone.not_restored == [["missing", "contacts.Contact.salesperson", 1]]


def test_ten_thousand_rows_go_over_and_back():
    one, other = make_company("Foss AS"), make_company("FOSS")
    entry = make_entry(other)
    copies = [
        InteractionLogEntry(
            contact=other,
            template=entry.template,
            date=entry.date,
            description="Letter",
        )
        for _each in range(10_000)
    ]
    InteractionLogEntry.objects.bulk_create(copies, batch_size=1_000)

    journal = merge(one, other)
    assert one.interactions.count() == 10_001
    undo(journal)

    assert one.interactions.count() == 0
    assert Contact.objects.get(name="FOSS").interactions.count() == 10_001
