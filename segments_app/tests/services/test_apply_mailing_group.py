"""The contacts of a segment come into a mailing group (segments.md 4.5)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import Contact, ContactMailingGroup, MailingGroup
from contacts.tests.factories import make_person
from segments_app.services import SegmentChanged, apply_mailing_group
from segments_app.services.apply_mailing_group import (
    GroupChanged,
    GroupEffect,
    GroupRefused,
    effect_on_group,
)
from segments_app.tests.factories import NOW, make_segment, version_at

pytestmark = pytest.mark.django_db


def put(group, *contacts):
    for contact in contacts:
        ContactMailingGroup.objects.create(contact=contact, mailing_group=group)


def members(group):
    links = group.links.order_by("contact__name")
    return list(links.values_list("contact__name", flat=True))


@pytest.fixture
def news():
    """Bo and Dag are in it."""
    group = MailingGroup.objects.create(code="NEWS")
    put(group, make_person("Bo Lie"), make_person("Dag Ek"))
    put(MailingGroup.objects.create(code="OTHER"), Contact.objects.get(name="Dag Ek"))
    return group


@pytest.fixture
def segment(news):
    """Anna, who is not in the group, and Bo, who is."""
    return make_segment(make_person("Anna Dahl"), Contact.objects.get(name="Bo Lie"))


def apply(segment, group, **more):
    return apply_mailing_group(
        segment=segment, mailing_group=group, user=None, at=NOW, **more
    )


def test_everybody_comes_into_it_and_nobody_twice(segment, news):
    told = effect_on_group(segment=segment, mailing_group=news)
    assert told == GroupEffect(added=1, already_in=1)
    assert apply(segment, news) == told
    assert members(news) == ["Anna Dahl", "Bo Lie", "Dag Ek"]
    assert apply(segment, news) == GroupEffect(already_in=2)


def test_with_purge_exactly_they_are_in_it_and_other_groups_stay(segment, news):
    told = effect_on_group(segment=segment, mailing_group=news, purge=True)
    assert told == GroupEffect(added=1, already_in=1, removed=1)
    assert apply(segment, news, purge=True) == told
    assert members(news) == ["Anna Dahl", "Bo Lie"]
    assert members(MailingGroup.objects.get(code="OTHER")) == ["Dag Ek"]


def test_who_comes_or_goes_counts_as_changed_and_who_stays_does_not(segment, news):
    apply(segment, news, purge=True)
    changed = Contact.objects.filter(updated_at=NOW).order_by("name")
    assert list(changed.values_list("name", flat=True)) == ["Anna Dahl", "Dag Ek"]


def test_it_is_no_step(segment, news):
    apply(segment, news)
    assert segment.steps.count() == 1


def test_a_new_group_is_made(segment):
    new = MailingGroup(code="summer", description="Summer letters")
    assert effect_on_group(segment=segment, mailing_group=new) == GroupEffect(added=2)
    apply(segment, new)
    assert members(MailingGroup.objects.get(code="SUMMER")) == ["Anna Dahl", "Bo Lie"]


def test_a_new_group_that_somebody_else_made_meanwhile_is_told(segment):
    new = MailingGroup(code="summer")
    theirs = MailingGroup.objects.create(code="SUMMER", description="Theirs")
    with pytest.raises(GroupRefused, match="SUMMER exists meanwhile"):
        apply(segment, new)
    assert effect_on_group(segment=segment, mailing_group=new) == GroupEffect(added=2)
    assert (members(theirs), MailingGroup.objects.get(code="SUMMER")) == ([], theirs)


def test_nobody_is_taken_out_whom_the_user_did_not_see(segment, news):
    put(news, make_person("Eva Lund"))
    with pytest.raises(GroupChanged):
        apply(segment, news, purge=True, expected_removed=1)
    assert members(news) == ["Bo Lie", "Dag Ek", "Eva Lund"]


def test_an_empty_segment_purges_nothing(news):
    with pytest.raises(GroupRefused):
        apply(make_segment(), news, purge=True)
    assert members(news) == ["Bo Lie", "Dag Ek"]


def test_a_group_that_is_gone_and_a_segment_that_moved_are_told(segment, news):
    with pytest.raises(SegmentChanged):
        apply(segment, news, expected_version=version_at(segment, 0))
    gone = MailingGroup.objects.create(code="GONE")
    same = MailingGroup.objects.get(code="GONE")
    gone.delete()
    with pytest.raises(GroupRefused, match="GONE is gone"):
        apply(segment, same)


def test_the_number_of_queries_does_not_grow(news):
    costs = []
    for size in (3, 30):
        group = MailingGroup.objects.create(code=f"G{size}")
        put(group, *(make_person(f"In {n}") for n in range(size)))
        segment = make_segment(*(make_person(f"On {n}") for n in range(size)))
        with CaptureQueriesContext(connection) as captured:
            apply(segment, group, purge=True)
        costs.append(len(captured))
    assert costs[0] == costs[1]
