"""The timeline: one order for events of every kind, page by page."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from contacts.card import history
from contacts.card.timeline import Moment, merged, moment_from
from contacts.models import (
    Contact,
    ContactChange,
    ContactComment,
    MailingGroup,
    Salesperson,
    Salutation,
    Territory,
)
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
MADE = datetime(2026, 1, 5, 8, tzinfo=UTC)
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def anna():
    return make_person("Anna Dahl", created_at=MADE)


def change(contact, values, kind="changed", at=NOW, **more):
    return ContactChange.objects.create(
        contact=contact, number=contact.number, kind=kind, values=values, at=at, **more
    )


def told(contact, sources=history.SOURCES, size=20):
    page = merged(list(sources), contact, None, size)
    return [(event.title, event.by) for event in page.events]


def test_changes_and_comments_stand_newest_first_and_the_making_last(anna):
    user = User.objects.create(username="maja", first_name="Maja", last_name="Lund")
    change(anna, {"city": ["Oslo", "Bergen"]}, user=user)
    ContactComment.objects.create(
        contact=anna, text="Rings early", created_at=NOW + timedelta(hours=1)
    )
    change(anna, {}, "merged", NOW - timedelta(days=1), note="C-000009 Anna Dal")
    assert told(anna) == [
        ("Comment", ""),
        ("Changed", "Maja Lund"),
        ("Merged: C-000009 Anna Dal", ""),
        ("Created", ""),
    ]


def test_the_making_is_told_once(anna):
    change(anna, {"name": ["", "Anna Dahl"]}, "created", MADE)
    imported = make_person("Bo Lie", created_at=MADE)
    change(imported, {"name": ["", "Bo Lie"]}, "imported", MADE)
    assert told(anna) == [("Created", "")]
    assert told(imported) == [("Imported", "")]


def words(contact, values):
    row = change(contact, values)
    (event,) = (
        event
        for event in history.changes(contact, None, 50)
        if event.moment.pk == row.pk
    )
    return [(one.label, one.before, one.after) for one in event.details]


def test_a_change_is_told_in_words(anna):
    Salesperson.objects.create(code="JO", name="Jan Olsen")
    MailingGroup.objects.create(code="NEWS", description="Newsletter")
    values = {
        "city": ["Oslo", "Bergen"],
        "country": ["NO", "DK"],
        "language": ["nb", ""],
        "correspondence_type": ["", "hard_copy"],
        "minor": [False, True],
        "salesperson": ["JO", "EH"],
        "mailing_groups": [[], ["CARD", "NEWS"]],
        "alternative_addresses.country": ["", "SE"],
        "alternative_addresses.periods": [[], ["2026-07-01 - 2026-07-31"]],
        "channel_blocks.reason": ["", "bounced"],
        "channel_blocks.since": ["", "2026-03-01"],
        "name_of_yesterday": ["a", "b"],
    }
    assert words(anna, dict(reversed(values.items()))) == words(anna, values)
    assert words(anna, values) == [
        ("City", "Oslo", "Bergen"),
        ("Country", "Norway", "Denmark"),
        ("Language", "Norwegian Bokmål", ""),
        ("Salesperson", "Jan Olsen", "EH"),
        ("Correspondence type", "", "Hard copy"),
        ("Minor", "no", "yes"),
        ("Mailing groups", "", "CARD, Newsletter"),
        ("Name_of_yesterday", "a", "b"),
        ("Country", "", "Sweden"),
        ("Periods", "", "2026-07-01 - 2026-07-31"),
        ("Reason", "", "Bounced"),
        ("Since", "", "03/01/2026"),
    ]


def test_rows_are_called_by_their_names_in_as_many_queries_as_there_are_kinds(
    anna, django_assert_num_queries
):
    kaffe, te = make_company("Kaffe AS"), make_company("Te AS")
    mr = Salutation.objects.create(code="M", description="Mr.")
    west = Territory.objects.create(code="W", description="West")
    values = {
        "company": [kaffe.number, te.number],
        "salutation": ["", mr.code],
        "territory": [west.code, ""],
    }
    change(anna, values)
    with django_assert_num_queries(5):
        (event, _made) = history.changes(anna, None, 50)
    for _each in range(5):
        change(anna, values)
    with django_assert_num_queries(5):
        history.changes(anna, None, 50)
    assert [(one.label, one.before, one.after) for one in event.details] == [
        ("Company", "Kaffe AS", "Te AS"),
        ("Salutation", "", "Mr."),
        ("Territory", "West", ""),
    ]


@pytest.mark.parametrize(
    "values", [{"city": None}, {"city": "Oslo"}, {"city": [1]}, {"": ["a", "b"]}]
)
def test_a_trail_of_another_shape_is_no_error(anna, values):
    assert len(words(anna, values)) in (0, 1)


def test_the_trail_of_another_contact_is_not_told(anna):
    change(make_person("Bo Lie"), {"city": ["Oslo", "Bergen"]})
    assert told(anna) == [("Created", "")]


def test_paging_tells_every_event_once_and_in_order(anna):
    """Many at the same second, of both kinds, on both sides of midnight."""
    dice = random.Random(7)
    seconds = [
        NOW.replace(hour=22, minute=59, second=58) + timedelta(seconds=n)
        for n in range(4)
    ]
    for number in range(40):
        at = dice.choice(seconds)
        if dice.random() < 0.5:
            change(anna, {"city": ["", str(number)]}, at=at)
        else:
            ContactComment.objects.create(contact=anna, text="x", created_at=at)
    whole = merged(list(history.SOURCES), anna, None, 100)
    assert whole.older is None
    paged, before = [], None
    for _page in range(60):
        page = merged(list(history.SOURCES), anna, before, 3)
        paged += page.events
        if page.older is None:
            break
        before = moment_from(str(page.older))
        assert before == page.older
    assert [event.moment for event in paged] == [event.moment for event in whole.events]
    assert len(whole.events) == 41
    moments = [event.moment for event in whole.events]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("events", [1, 60])
def test_as_many_queries_however_long_it_is(anna, events, django_assert_num_queries):
    for number in range(events):
        change(anna, {"city": ["", str(number)]})
        ContactComment.objects.create(contact=anna, text="x", created_at=NOW)
    few = 3 if events < 20 else 2
    with django_assert_num_queries(few):
        told(anna)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "~~~",
        "2026-03-02~2026-03-02T12:00:00~changes~1",
        "2026-03-02~2026-03-02T12:00:00+00:00~changes~-1",
        "2026-03-02~2026-03-02T12:00:00+00:00~changes~" + "9" * 20,
        "2026-03-02~2026-03-02T12:00:00+00:00~changes~" + "9" * 5000,
        "9999-12-31~9999-12-31T12:00:00+00:00~changes~1",
        "0001-01-01~0001-01-01T12:00:00+00:00~changes~1",
        "2026-03-02~2026-03-02T12:00:00+00:00~\0~x",
    ],
)
def test_what_is_no_moment_is_none(text):
    assert moment_from(text) is None


def test_a_moment_of_any_source_can_be_asked_for(anna):
    change(anna, {"city": ["", "Oslo"]})
    for source in ("\0", "", "zzz"):
        before = Moment(date(2026, 3, 2), NOW, source, 1)
        page = merged(list(history.SOURCES), anna, before, 20)
        assert {event.title for event in page.events} <= {"Changed", "Created"}
    assert Contact.objects.exists()
