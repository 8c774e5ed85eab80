"""Two contacts become one: what of either side goes where, and back again.

`MContacts.ContactBusinessRelationAfterContactMerge` of the acceptance list, and what
it leaves out: nothing of either side is lost, and a merge can be undone.
"""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import (
    BusinessRelation,
    Contact,
    ContactComment,
    DuplicatePair,
    IndustryGroup,
    Salesperson,
)
from contacts.registry import movers
from contacts.services.merging.merge_contacts import (
    MergeRefused,
    preview_merge,
)
from contacts.tests.factories import make_company, make_person
from interactions.tests.factories import make_entry
from segments_app.models import Segment
from segments_app.tests.services.merging.merged import (
    LATER,
    NOW,
    everything,
    merge,
    undo,
)

pytestmark = pytest.mark.django_db


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
