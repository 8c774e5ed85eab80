"""Every service that changes a contact writes the trail, in the same transaction."""

from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Permission, User

from contacts.choices import ChangeKind
from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    ContactChange,
    ContactChannelBlock,
    MailingGroup,
)
from contacts.services.blocks import block_channel, lift_block
from contacts.services.changes import record_change
from contacts.services.delete_contact import delete_contact
from contacts.services.errors import ContactError, ContactGone
from contacts.services.parts import (
    choose_mailing_groups,
    remove_address,
    save_address,
)
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def maja():
    user = User.objects.create(username="maja")
    user.user_permissions.add(Permission.objects.get(codename="change_privacy"))
    return user


def trail(contact):
    changes = contact.changes.order_by("pk").select_related("user")
    assert {change.at for change in changes} <= {NOW}
    return [
        (change.kind, change.user.username, change.values, change.note)
        for change in changes
    ]


def save(contact, user, links=()):
    return save_contact(contact=contact, links=dict(links), user=user, at=NOW)


def test_what_is_made_and_changed_is_told_with_its_groups(maja):
    news = MailingGroup.objects.create(code="NEWS")
    kaffe = Contact(type="company", name="Kaffe AS", city="Oslo")
    save(kaffe, maja, {"mailing_groups": [news]})
    kaffe = Contact.objects.get()
    kaffe.city = "Bergen"
    save(kaffe, maja, {"mailing_groups": []})
    save(Contact.objects.get(), maja, {"mailing_groups": []})
    assert trail(kaffe) == [
        (
            "created",
            "maja",
            {
                "number": ["", "C-000001"],
                "name": ["", "Kaffe AS"],
                "city": ["", "Oslo"],
                "mailing_groups": [[], ["NEWS"]],
            },
            "",
        ),
        (
            "changed",
            "maja",
            {"city": ["Oslo", "Bergen"], "mailing_groups": [["NEWS"], []]},
            "",
        ),
    ]


def test_privacy_is_told_apart_from_the_rest(maja):
    anna = make_person("Anna Dahl", city="Oslo")
    anna.city, anna.minor = "Bergen", True
    saved = save(anna, maja)
    assert trail(anna) == [
        ("changed", "maja", {"city": ["Oslo", "Bergen"]}, ""),
        (
            "privacy",
            "maja",
            {"privacy_blocked": [False, True], "minor": [False, True]},
            "",
        ),
    ]
    assert saved.privacy == (
        "Privacy was blocked, because the contact is now a minor.",
    )


def test_privacy_is_only_for_those_who_may(maja):
    anna = make_person("Anna Dahl")
    anna.exclude_from_segment = True
    astrid = User.objects.create(username="astrid")
    save(anna, astrid)
    anna.privacy_blocked = True
    with pytest.raises(ContactError, match="You may not change this.") as refusal:
        save(anna, astrid)
    assert refusal.value.field == "privacy_blocked"
    stored = Contact.objects.get()
    assert (stored.exclude_from_segment, stored.privacy_blocked) == (True, False)


def test_the_block_of_a_minor_without_consent_stays(maja):
    anna = make_person("Anna Dahl", minor=True, privacy_blocked=True)
    anna.privacy_blocked = False
    with pytest.raises(ContactError, match="no parental consent") as refusal:
        save(anna, maja)
    assert refusal.value.field == "privacy_blocked"
    assert Contact.objects.get().privacy_blocked
    assert trail(anna) == []


@pytest.mark.parametrize("people", [1, 30])
def test_people_who_took_a_change_over_are_told_in_as_many_statements(
    people, maja, django_assert_num_queries
):
    kaffe = make_company("Kaffe AS", city="Oslo", phone="22 33 44 55")
    for number in range(people):
        make_person(
            f"Kari Nes{number}", company=kaffe, city="Oslo", phone="22 33 44 55"
        )
    own = make_person("Bo Lie", company=kaffe, city="Voss", phone="55 12 34 56")
    kaffe.city, kaffe.phone, kaffe.name = "Bergen", "55 12 34 00", "Kaffe og Te AS"
    with django_assert_num_queries(13):
        saved = save(kaffe, maja)
    assert saved.passed_on.people == people
    assert saved.passed_on.fields == ("phone", "city")
    told = {"phone": ["22 33 44 55", "55 12 34 00"]}, {"city": ["Oslo", "Bergen"]}
    for person in kaffe.people.exclude(pk=own.pk):
        assert trail(person) == [
            ("inherited", "maja", values, "C-000001 Kaffe og Te AS") for values in told
        ]
    assert trail(own) == []


def test_an_address_is_told_by_what_changed_of_it(maja):
    anna = make_person("Anna Dahl")
    cabin = AlternativeAddress(contact=anna, code="CABIN", city="Geilo", country="NO")
    july = AlternativeAddressPeriod(
        starting_date=date(2026, 7, 1), ending_date=date(2026, 7, 31)
    )
    save_address(address=cabin, periods=[july], user=maja, at=NOW)
    cabin.city = "Voss"
    save_address(address=cabin, periods=[], removed=[july], user=maja, at=NOW)
    save_address(address=cabin, periods=[], user=maja, at=NOW)
    remove_address(address=cabin, user=maja, at=NOW)
    name = "alternative_addresses"
    assert trail(anna) == [
        (
            "changed",
            "maja",
            {
                f"{name}.code": ["", "CABIN"],
                f"{name}.city": ["", "Geilo"],
                f"{name}.country": ["", "NO"],
                f"{name}.periods": ["", ["2026-07-01 - 2026-07-31"]],
            },
            "CABIN",
        ),
        (
            "changed",
            "maja",
            {
                f"{name}.city": ["Geilo", "Voss"],
                f"{name}.periods": [["2026-07-01 - 2026-07-31"], []],
            },
            "CABIN",
        ),
        (
            "changed",
            "maja",
            {
                f"{name}.code": ["CABIN", ""],
                f"{name}.city": ["Voss", ""],
                f"{name}.country": ["NO", ""],
            },
            "CABIN",
        ),
    ]


def test_a_blocked_channel_is_a_change_of_privacy(maja):
    anna = make_person("Anna Dahl")
    block = ContactChannelBlock(
        contact=anna,
        channel="email",
        reason="unsubscribed",
        since=date(2026, 3, 1),
        source="Phone call",
    )
    block_channel(block=block, user=maja, at=NOW)
    lift_block(block=block, user=maja, at=NOW)
    told = {
        "channel": "email",
        "reason": "unsubscribed",
        "since": "2026-03-01",
        "source": "Phone call",
    }
    assert trail(anna) == [
        (
            "privacy",
            "maja",
            {f"channel_blocks.{k}": ["", v] for k, v in told.items()},
            "",
        ),
        (
            "privacy",
            "maja",
            {f"channel_blocks.{k}": [v, ""] for k, v in told.items()},
            "",
        ),
    ]


def test_mailing_groups_are_told_by_code(maja):
    anna = make_person("Anna Dahl")
    news, card = (MailingGroup.objects.create(code=code) for code in ("NEWS", "CARD"))
    anna.mailing_groups.add(news)
    for groups in ([news, card], [news, card]):
        choose_mailing_groups(contact=anna, groups=groups, user=maja, at=NOW)
    values = {"mailing_groups": [["NEWS"], ["CARD", "NEWS"]]}
    assert trail(anna) == [("changed", "maja", values, "")]


def test_who_was_deleted_by_whom_stays_known(maja):
    anna = make_person("Anna Dahl", city="Oslo")
    record_change(
        contact=anna,
        kind=ChangeKind.CHANGED,
        values={"name": ["Anna Lie", "Anna Dahl"]},
        user=maja,
        at=NOW,
    )
    delete_contact(contact=anna, user=maja, at=NOW)
    change, earlier = ContactChange.objects.all()
    assert (earlier.number, earlier.values) == ("C-000001", {})
    assert (change.contact, change.number, change.kind, change.user, change.at) == (
        None,
        "C-000001",
        "deleted",
        maja,
        NOW,
    )
    assert (change.note, change.values) == ("Person", {})
    anna.pk = 1
    with pytest.raises(ContactGone):
        delete_contact(contact=anna, user=maja, at=NOW)


def test_two_addresses_of_one_day_are_refused_by_the_service_too(maja):
    anna = make_person("Anna Dahl")
    cabin, boat = (
        AlternativeAddress(contact=anna, code=code) for code in ("CABIN", "BOAT")
    )
    july = AlternativeAddressPeriod(starting_date=date(2026, 7, 1))
    save_address(address=cabin, periods=[july], user=maja, at=NOW)
    august = AlternativeAddressPeriod(starting_date=date(2026, 8, 1))
    with pytest.raises(ContactError, match="CABIN holds from 07/01/2026 on"):
        save_address(address=boat, periods=[august], user=maja, at=NOW)
    assert [address.code for address in anna.alternative_addresses.all()] == ["CABIN"]
    assert len(trail(anna)) == 1
