"""Two contacts become one: what of either side goes where, and back again.

`MContacts.ContactBusinessRelationAfterContactMerge` of the acceptance list, and what
it leaves out: nothing of either side is lost, and a merge can be undone.
"""

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from contacts.choices import BlockReason, ChangeKind, PairState
from contacts.models import (
    BusinessRelation,
    Contact,
    ContactChange,
    ContactComment,
    DuplicatePair,
    IndustryGroup,
    JobResponsibility,
    MailingGroup,
    MergeJournal,
    ProfileQuestionnaire,
    Salesperson,
    WebSource,
)
from contacts.registry import movers
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.changes import record_change
from contacts.services.delete_contact import delete_contact
from contacts.services.merging.forget_merges import forget_in_journal
from contacts.services.merging.merge_contacts import (
    MergeRefused,
    merge_contacts,
    preview_merge,
)
from contacts.services.merging.merge_report import not_restored
from contacts.services.merging.undo_merge import UndoRefused, undo_merge
from contacts.tests.factories import make_company, make_person
from interactions.models import InteractionLogEntry, Run, RunItem
from interactions.tests.factories import freeze_letter, make_entry
from segments_app.models import Segment, SegmentLine, SegmentStep, SegmentStepMember
from segments_app.services import go_back, refine_contacts
from segments_app.tests.factories import make_segment

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=1)


def merge(survivor: Contact, duplicate: Contact, **options: Any) -> MergeJournal:
    return merge_contacts(
        **{"user": None, "at": NOW, **options}, survivor=survivor, duplicate=duplicate
    )


def undo(journal: MergeJournal) -> MergeJournal:
    return undo_merge(journal=journal, user=None, at=LATER)


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every table that a merge may write, without what tells of it."""
    left_out = {"ContactChange", "MergeJournal", "ContentType"}
    tables = {}
    for label in ("contacts", "interactions", "segments_app"):
        for model in apps.get_app_config(label).get_models():
            if model.__name__ not in left_out:
                rows = list(model._base_manager.order_by("pk").values())
                for row in rows:
                    row.pop("updated_at", None)
                tables[model._meta.label] = rows
    return tables


@pytest.fixture
def pair() -> tuple[Contact, Contact]:
    """Two persons that are one, each with everything a person can have."""
    foss = make_company("Foss AS")
    one = make_person("Ingrid Solberg", company=foss, email="ingrid@foss.no")
    other = make_person("I. Solberg", city="Oslo", phone="22 33 44 55")
    news, card = (MailingGroup.objects.create(code=code) for code in ("NEWS", "CARD"))
    one.mailing_groups.set([news])
    other.mailing_groups.set([news, card])
    buyer, boss = (JobResponsibility.objects.create(code=c) for c in ("BUYER", "BOSS"))
    one.job_responsibilities.set([buyer])
    other.job_responsibilities.set([buyer, boss])
    web = WebSource.objects.create(code="WEB", url="https://x.example/%1")
    questions = ProfileQuestionnaire.objects.create(code="P").questions
    single = questions.create(code="SIZE", description="How big?")
    many = questions.create(code="LIKES", description="Likes", multiple_answers=True)
    small, big = (single.answers.create(code=c, description=c) for c in ("S", "L"))
    tea, coffee = (many.answers.create(code=c, description=c) for c in ("TEA", "COF"))
    for contact, answers in ((one, (small, tea)), (other, (big, tea, coffee))):
        contact.web_source_links.create(web_source=web, search_word=contact.name)
        for answer in answers:
            contact.profile_answer_links.create(
                answer=answer, last_updated=date(2026, 1, contact.pk % 9 + 1)
            )
        home = contact.alternative_addresses.create(code="HOME", city=contact.name)
        contact.alternative_address_periods.create(
            address=home, starting_date="2026-01-01"
        )
        contact.comments.create(text=f"Met {contact.name}")
        make_entry(contact, company=contact.company)
    other.alternative_address_periods.create(address=home, starting_date="2026-06-01")
    one.channel_blocks.create(
        channel="email", since="2026-02-01", reason=BlockReason.BOUNCED
    )
    other.channel_blocks.create(
        channel="email", since="2026-01-01", reason=BlockReason.UNSUBSCRIBED
    )
    other.channel_blocks.create(
        channel="hard_copy", since="2026-01-01", reason=BlockReason.RETURNED
    )
    run = Run.objects.create(segment_number="SM-7", kind="print")
    for sequence, contact in enumerate((one, other), start=1):
        run.items.create(sequence=sequence, contact=contact)
    make_segment(one, other)
    make_segment(other)
    DuplicatePair.objects.create(one=one, other=other, score=90)
    return one, other


def covered() -> set[str]:
    return {relation for mover in movers() for relation in mover.relations}


def test_every_relation_to_a_contact_is_moved_in_a_merge():
    """Another foreign key to a contact, in whatever application, needs a mover."""
    relations = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.is_relation and field.related_model is Contact
    }
    # The database keeps these itself.
    assert relations - {"contacts.ContactTerm.contact"} == covered()


def test_nothing_refers_to_the_one_that_disappeared(pair):
    one, other = pair
    gone = other.pk
    merge(one, other)

    left = {}
    for relation in covered():
        label, _dot, name = relation.rpartition(".")
        left[relation] = apps.get_model(label)._base_manager.filter(**{name: gone})
    assert {name: rows.count() for name, rows in left.items() if rows} == {}
    assert not Contact.objects.filter(pk=gone).exists()


def test_what_both_have_is_kept_once_and_everything_else_of_both(pair):
    one, other = pair
    merge(one, other)

    one.refresh_from_db()
    assert {
        "groups": sorted(one.mailing_groups.values_list("code", flat=True)),
        "responsibilities": sorted(
            one.job_responsibilities.values_list("code", flat=True)
        ),
        "answers": sorted(one.profile_answers.values_list("code", flat=True)),
        "web": list(one.web_source_links.values_list("search_word", flat=True)),
        "comments": sorted(one.comments.values_list("text", flat=True)),
        "addresses": list(one.alternative_addresses.values_list("code", "city")),
        "periods": list(
            one.alternative_address_periods.values_list(
                "address__code", "starting_date"
            )
        ),
        "blocks": sorted(one.channel_blocks.values_list("channel", "since", "reason")),
        "interactions": one.interactions.count(),
        "letters": sorted(one.run_items.values_list("sequence", "merged_number")),
        "segments": sorted(one.segment_lines.values_list("segment__number", flat=True)),
        "pairs": DuplicatePair.objects.count(),
    } == {
        "groups": ["CARD", "NEWS"],
        "responsibilities": ["BOSS", "BUYER"],
        "answers": ["COF", "S", "TEA"],
        "web": ["Ingrid Solberg"],
        "comments": ["Met I. Solberg", "Met Ingrid Solberg"],
        "addresses": [("HOME", "Ingrid Solberg"), ("HOME-2", "I. Solberg")],
        "periods": [("HOME", date(2026, 1, 1)), ("HOME-2", date(2026, 6, 1))],
        "blocks": [
            ("email", date(2026, 1, 1), "unsubscribed"),
            ("hard_copy", date(2026, 1, 1), "returned"),
        ],
        "interactions": 2,
        "letters": [(1, ""), (2, other.number)],
        "segments": list(
            Segment.objects.order_by("number").values_list("number", flat=True)
        ),
        "pairs": 0,
    }


def test_undoing_at_once_leaves_every_row_as_it_was(pair):
    before = everything()
    journal = merge(*pair)
    assert everything() != before

    undone = undo(journal)

    assert everything() == before
    assert undone.not_restored == []
    assert (undone.undone_at, Contact.objects.get(pk=pair[1].pk).updated_at) == (
        LATER,
        LATER,
    )


def test_a_look_at_it_changes_nothing_and_says_what_a_merge_does(pair):
    before = everything()

    preview = preview_merge(survivor=pair[0], duplicate=pair[1], at=NOW)

    assert everything() == before
    assert not preview.is_counted_only
    fates = preview.fates
    told = {
        str(f.name): (f.of_survivor, f.of_duplicate, f.moved, f.dropped) for f in fates
    }
    assert told == {
        "comments on contacts": (1, 1, 1, 0),
        "mailing groups of contacts": (1, 2, 1, 1),
        "job responsibilities of persons": (1, 2, 1, 1),
        "web sources of companies": (1, 1, 0, 1),
        "profile answers of contacts": (2, 3, 1, 2),
        "blocked channels": (1, 2, 1, 1),
        "alternative addresses": (1, 1, 1, 0),
        "periods of alternative addresses": (1, 2, 1, 1),
        "interaction log entries": (1, 1, 1, 0),
        "letters of runs": (1, 1, 1, 0),
        "segment lines": (1, 2, 1, 1),
    }
    said = {str(fate.name) for fate in fates if fate.conflict}
    assert said == set(told) - {"comments on contacts", "interaction log entries"}


def test_what_very_much_hangs_on_is_counted_and_nothing_is_locked(pair):
    one, other = pair
    comments = [ContactComment(contact=other, text="Rang") for _ in range(1_000)]
    ContactComment.objects.bulk_create(comments)

    with CaptureQueriesContext(connection) as captured:
        preview = preview_merge(survivor=one, duplicate=other, at=NOW)

    asked = {query["sql"].lstrip().split(" ")[0] for query in captured}
    assert asked == {"SELECT"}
    assert not any("FOR UPDATE" in query["sql"] for query in captured)
    assert preview.is_counted_only
    told = {
        str(f.name): (f.of_survivor, f.of_duplicate, f.moved, f.dropped, f.conflict)
        for f in preview.fates
    }
    assert told["comments on contacts"] == (1, 1_001, 0, 0, "")
    assert told["mailing groups of contacts"] == (1, 2, 0, 0, "")
    assert {tuple(one[2:]) for one in told.values()} == {(0, 0, "")}
    with pytest.raises(MergeRefused, match="change the type"):
        preview_merge(survivor=make_company(), duplicate=other, at=NOW)


def test_companies_take_people_groups_and_relations_along():
    """MContacts.ContactBusinessRelationAfterContactMerge, and what else follows."""
    one, other = make_company("Foss AS"), make_company("FOSS")
    customer, vendor = (
        BusinessRelation.objects.create(code=code) for code in ("CUSTOMER", "VENDOR")
    )
    one.business_relation_links.create(business_relation=customer)
    other.business_relation_links.create(business_relation=customer, reference="C-9")
    other.business_relation_links.create(business_relation=vendor, reference="V-1")
    other.industry_groups.set([IndustryGroup.objects.create(code="COFFEE")])
    kari = make_person("Kari Nes", company=other, city="Bergen")
    entry = make_entry(kari, company=other)
    before = everything()

    journal = merge(one, other)

    kari.refresh_from_db()
    entry.refresh_from_db()
    assert (kari.company, kari.organisation_id, kari.city) == (one, one.pk, "Bergen")
    assert entry.company == one
    links = one.business_relation_links.order_by("business_relation__code")
    assert list(links.values_list("business_relation__code", "reference")) == [
        ("CUSTOMER", "C-9"),
        ("VENDOR", "V-1"),
    ]
    assert [group.code for group in one.industry_groups.all()] == ["COFFEE"]
    undo(journal)
    assert everything() == before


def test_the_values_are_the_survivors_unless_empty_or_chosen_otherwise():
    ann = Salesperson.objects.create(code="ANN", name="Ann")
    one = make_person("Ingrid Solberg", email="a@b.no", address="Storgata 1")
    other = make_person(
        "Inga Maria Solberg",
        email="c@d.no",
        address="Bryggen 7",
        city="Bergen",
        phone="22334455",
        salesperson=ann,
    )
    merge(one, other, take=None)
    one.refresh_from_db()
    assert (one.name, one.email, one.address, one.city, one.phone, one.salesperson) == (
        *("Ingrid Solberg", "a@b.no", "Storgata 1"),
        # No city of the other's address beside this one's street.
        "",
        "22334455",
        ann,
    )
    assert one.phone_e164 == "+4722334455"

    third = make_person("Ida Ek", email="e@f.no", city="Moss")
    merge(one, third, take={"name", "city"})
    one.refresh_from_db()
    assert (one.name, one.first_name, one.surname, one.email, one.city) == (
        *("Ida Ek", "Ida", "Ek"),
        "a@b.no",
        "Moss",
    )


@pytest.mark.parametrize(
    ("one", "other", "consent"),
    [
        ({"minor": True}, {}, False),
        ({"minor": True, "parental_consent_received": True}, {}, True),
        (
            {"minor": True, "parental_consent_received": True},
            {"minor": True},
            False,
        ),
    ],
)
def test_of_privacy_the_stricter_holds(one, other, consent):
    survivor = make_person("Ann Lie", exclude_from_segment=True, **one)
    duplicate = make_person("Ann Lie", privacy_blocked=True, **other)
    merge(survivor, duplicate)
    survivor.refresh_from_db()
    assert (
        survivor.exclude_from_segment,
        survivor.privacy_blocked,
        survivor.minor,
        survivor.parental_consent_received,
    ) == (True, True, True, consent)


def test_the_contact_exists_since_the_earlier():
    one, other = make_person(), make_person(created_at=NOW - timedelta(days=900))
    merge(one, other)
    one.refresh_from_db()
    assert one.created_at == NOW - timedelta(days=900)


# Segments


def line(segment: Segment, contact: Contact, span: tuple, **values: Any) -> SegmentLine:
    return segment.lines.create(
        contact=contact, added_step=span[0], removed_step=span[1], **values
    )


def steps(segment: Segment, *totals: int) -> None:
    for position, total in enumerate(totals, start=1):
        segment.steps.create(position=position, kind="add", total=total)
    segment.position = len(totals)
    segment.save()


@pytest.mark.parametrize(
    ("mine", "theirs", "became", "totals"),
    [
        ([(1, None)], [(1, None)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(1, 3)], [(2, None)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(3, None)], [(1, 2)], [(1, 2), (3, None)], [1, 0, 1, 1, 1]),
        ([(1, 3)], [(3, None)], [(1, 3), (3, None)], [1, 1, 1, 1, 1]),
        ([(1, 2), (4, 5)], [(1, None)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(1, None)], [(1, 2), (3, 4)], [(1, None)], [1, 1, 1, 1, 1]),
        ([(2, 3)], [(1, 2), (2, 4)], [(1, 2), (2, 4)], [1, 1, 1, 0, 0]),
    ],
)
def test_on_one_segment_the_line_that_stays_is_in_when_one_of_both_was(
    mine, theirs, became, totals
):
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    segment = make_segment()
    for contact, spans in ((one, mine), (other, theirs)):
        for span in spans:
            line(segment, contact, span)
    steps(segment, *(count_in(segment, position) for position in range(1, 6)))
    before = everything()

    journal = merge(one, other)

    spans = segment.lines.order_by("added_step").values_list(
        "added_step", "removed_step"
    )
    assert list(spans) == became
    told = segment.steps.order_by("position").values_list("total", flat=True)
    assert list(told) == totals
    assert [count_in(segment, position) for position in range(1, 6)] == totals
    undo(journal)
    assert everything() == before


def count_in(segment: Segment, position: int) -> int:
    gone = models.Q(removed_step__isnull=True) | models.Q(removed_step__gt=position)
    return segment.lines.filter(gone, added_step__lte=position).count()


def test_own_values_are_the_survivors_then_the_others_and_none_is_lost():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    segment = make_segment()
    line(segment, one, (1, None), personal_text="Dear Ann")
    line(segment, other, (1, None), personal_text="Hello A.", subject="Your order")
    steps(segment, 2)

    journal = merge(one, other)

    kept = segment.lines.get()
    assert (kept.personal_text, kept.subject) == ("Dear Ann", "Your order")
    dropped = journal.dropped["segments_app.SegmentLine"]
    assert [entry["row"]["personal_text"] for entry in dropped] == ["Hello A."]


def test_who_is_by_copy_of_the_one_that_disappears_is_so_of_the_one_that_stays():
    one, other, third = (make_person(name) for name in ("Ann Lie", "A. Lie", "Bo Lie"))
    segment = make_segment()
    addressee = line(segment, other, (1, None))
    mine = line(segment, one, (1, None), represented_by=addressee)
    copy = line(segment, third, (1, None), represented_by=addressee)
    steps(segment, 3)
    before = everything()

    journal = merge(one, other)

    mine.refresh_from_db()
    copy.refresh_from_db()
    assert (mine.represented_by, copy.represented_by) == (None, mine)
    undo(journal)
    assert everything() == before


def test_nobody_becomes_a_copy_of_themselves():
    one, other, third = (make_person(name) for name in ("Ann Lie", "A. Lie", "Bo Lie"))
    segment = make_segment()
    thirds = line(segment, third, (1, None))
    mine = line(segment, one, (1, None), represented_by=thirds)
    theirs = line(segment, other, (1, None))
    SegmentLine.objects.filter(pk=thirds.pk).update(represented_by=theirs)
    steps(segment, 3)

    merge(one, other)

    lines = segment.lines.order_by("pk").values_list("pk", "represented_by")
    assert list(lines) == [(thirds.pk, None), (mine.pk, thirds.pk)]


def test_a_step_that_names_both_names_one_and_gives_the_other_back():
    one, other = make_person("Ann Lie"), make_person("A. Lie")
    segment = make_segment()
    steps(segment, 0)
    step = segment.steps.get()
    step.members.create(contact=one, removed=True)
    step.members.create(contact=other)
    before = everything()

    journal = merge(one, other)

    assert list(SegmentStepMember.objects.values_list("contact", "removed")) == [
        (one.pk, False)
    ]
    undo(journal)
    assert everything() == before


def test_a_segment_is_gone_back_on_after_a_merge_as_before():
    one, other = make_person("Ann Lie", city="Oslo"), make_person("A. Lie")
    segment = make_segment(one, other)
    refine_contacts(
        segment=segment,
        criteria={"field": "city", "op": "is", "value": "Oslo"},
        user=None,
        at=NOW,
    )
    merge(one, other)
    segment.refresh_from_db()
    assert segment.lines.live().count() == 1
    assert SegmentStep.objects.get(position=2).total == 1
    go_back(segment=segment, user=None)
    assert segment.lines.live().count() == 1


# Undo, when something happened since


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


# Refusals


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


# What else is remembered


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
