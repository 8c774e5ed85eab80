"""What hangs on a contact is changed from its card: addresses, blocks, groups."""

from datetime import date

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from contacts.models import (
    AlternativeAddress,
    AlternativeAddressPeriod,
    Contact,
    ContactChannelBlock,
    MailingGroup,
)
from contacts.tests.factories import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ingrid():
    return make_person()


def url(name, contact, *rows):
    return reverse(f"contacts:{name}", args=[contact.pk, *(row.pk for row in rows)])


def address_form(*periods, initial=0, **values):
    """Return what the form of an address sends: the address and its periods."""
    sent = {"code": "cabin", "address": "Hytta 1", "city": "Geilo", **values}
    sent |= {"periods-TOTAL_FORMS": len(periods), "periods-INITIAL_FORMS": initial}
    for number, period in enumerate(periods):
        sent |= {f"periods-{number}-{name}": value for name, value in period.items()}
    return sent


def addresses(contact):
    return [
        (
            address.code,
            address.city,
            list(address.periods.values_list("starting_date", "ending_date")),
        )
        for address in contact.alternative_addresses.all()
    ]


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_an_address_is_added_with_its_periods_changed_and_deleted(assistant, ingrid):
    before = ingrid.version
    july = {"starting_date": "2026-07-01", "ending_date": "2026-07-31"}
    easter = {"starting_date": "2027-03-20", "ending_date": ""}
    add = url("address_add", ingrid)
    assert add in assistant.get(ingrid.get_absolute_url()).content.decode()
    done = assistant.post(add, address_form(july, easter))
    assert (done.url, said(done)) == (ingrid.get_absolute_url(), ["CABIN was saved."])
    first, second = (date(2026, 7, 1), date(2026, 7, 31)), (date(2027, 3, 20), None)
    assert addresses(ingrid) == [("CABIN", "Geilo", [first, second])]
    ingrid.refresh_from_db()
    assert ingrid.version != before

    cabin = ingrid.alternative_addresses.get()
    kept, gone = cabin.periods.all()
    change = url("address", ingrid, cabin)
    assert change in assistant.get(ingrid.get_absolute_url()).content.decode()
    assert assistant.get(change).context["form"]["code"].value() == "CABIN"
    assistant.post(
        change,
        address_form(
            july | {"id": kept.pk},
            easter | {"id": gone.pk, "DELETE": "on"},
            initial=2,
            city="Voss",
        ),
    )
    assert addresses(ingrid) == [("CABIN", "Voss", [first])]

    delete = url("address_delete", ingrid, cabin)
    assert "Delete the address CABIN?" in assistant.get(delete).content.decode()
    assistant.post(delete)
    assert addresses(ingrid) == []


def test_codes_and_first_days_of_a_contact_are_there_once(assistant, ingrid):
    boat = AlternativeAddress.objects.create(contact=ingrid, code="BOAT")
    AlternativeAddressPeriod.objects.create(
        contact=ingrid, address=boat, starting_date=date(2026, 7, 1)
    )
    add = url("address_add", ingrid)
    twice = assistant.post(add, address_form(code="boat"))
    assert twice.context["form"].errors == {
        "code": ["There is an address with this code already."]
    }
    same = assistant.post(add, address_form({"starting_date": "2026-07-01"}))
    assert same.context["periods"].errors == [
        {
            "starting_date": [
                "BOAT holds from 07/01/2026 on. Only one address holds on a day."
            ]
        }
    ]
    backwards = {"starting_date": "2026-08-01", "ending_date": "2026-07-01"}
    turned = assistant.post(add, address_form(backwards))
    assert turned.status_code == 200
    assert [code for code, _city, _periods in addresses(ingrid)] == ["BOAT"]


def test_an_assistant_blocks_a_channel_and_only_a_manager_lifts_it(
    assistant, ingrid, django_user_model
):
    add = url("block_add", ingrid)
    assert add in assistant.get(ingrid.get_absolute_url()).content.decode()
    block = {"channel": "email", "reason": "unsubscribed", "since": "2026-03-02"}
    assistant.post(add, block | {"source": "Phone call"})
    stored = ContactChannelBlock.objects.get()
    assert (stored.contact, stored.channel, stored.reason, stored.source) == (
        ingrid,
        "email",
        "unsubscribed",
        "Phone call",
    )
    assert (stored.since, stored.user.username) == (date(2026, 3, 2), "astrid")
    again = assistant.post(add, block)
    assert again.context["form"].errors == {
        "channel": ["This channel is blocked already."]
    }
    lift = url("block_delete", ingrid, stored)
    assert lift not in assistant.get(ingrid.get_absolute_url()).content.decode()
    assert assistant.post(lift).status_code == 403
    assert ContactChannelBlock.objects.count() == 1


def test_a_manager_lifts_a_block(manager, ingrid):
    block = ContactChannelBlock.objects.create(
        contact=ingrid, channel="email", reason="bounced", since=date(2026, 3, 1)
    )
    lift = url("block_delete", ingrid, block)
    assert lift in manager.get(ingrid.get_absolute_url()).content.decode()
    assert "Lift the block of E-mail?" in manager.get(lift).content.decode()
    manager.post(lift)
    assert not ContactChannelBlock.objects.exists()


def test_mailing_groups_are_chosen_on_their_own_page(assistant, ingrid):
    gift, news = (MailingGroup.objects.create(code=code) for code in ("GIFT", "NEWS"))
    ingrid.mailing_groups.add(gift)
    page = url("groups", ingrid)
    assert page in assistant.get(ingrid.get_absolute_url()).content.decode()
    assistant.post(page, {"mailing_groups": [news.pk]})
    assert list(ingrid.mailing_groups.all()) == [news]
    wrong = assistant.post(page, {"mailing_groups": ["9" * 20]})
    assert list(wrong.context["form"].errors) == ["mailing_groups"]
    assistant.post(page, {})
    assert list(ingrid.mailing_groups.all()) == []


def test_a_reader_changes_nothing_and_sees_no_way_to(reader, ingrid):
    cabin = AlternativeAddress.objects.create(contact=ingrid, code="CABIN")
    pages = [
        url("address_add", ingrid),
        url("address", ingrid, cabin),
        url("address_delete", ingrid, cabin),
        url("block_add", ingrid),
        url("groups", ingrid),
    ]
    card = reader.get(ingrid.get_absolute_url()).content.decode()
    for page in pages:
        assert reader.get(page).status_code == 403
        assert reader.post(page).status_code == 403
        assert page not in card


def test_what_hangs_on_another_contact_is_not_found(manager, ingrid):
    other = make_person("Bo Lie")
    cabin = AlternativeAddress.objects.create(contact=other, code="CABIN")
    block = ContactChannelBlock.objects.create(
        contact=other, channel="email", reason="bounced", since=date(2026, 3, 1)
    )
    for page in (
        url("address", ingrid, cabin),
        url("address_delete", ingrid, cabin),
        url("block_delete", ingrid, block),
    ):
        assert manager.post(page).status_code == 404
    assert Contact.objects.count() == 2
    assert cabin in AlternativeAddress.objects.all()


@pytest.mark.parametrize("value", ["9" * 20, "9" * 5_000, "-1", "x", "Kaf\x00fe"])
def test_a_posted_form_takes_any_value(manager, ingrid, value):
    cabin = AlternativeAddress.objects.create(contact=ingrid, code="CABIN")
    period = AlternativeAddressPeriod.objects.create(
        contact=ingrid, address=cabin, starting_date=date(2026, 7, 1)
    )
    address = url("address", ingrid, cabin)
    row = {"id": period.pk, "starting_date": "2026-07-01"}
    for sent in (
        address_form(row | {"id": value}, initial=1),
        address_form(row | {"starting_date": value}, initial=1),
        address_form(row, initial=value),
        address_form(row, initial=1) | {"periods-TOTAL_FORMS": value},
        address_form(code=value, country=value),
    ):
        assert manager.post(address, sent).status_code in (200, 302)
    for name in ("channel", "reason", "since", "source"):
        block = {"channel": "email", "reason": "bounced", "since": "2026-03-01"}
        sent = block | {name: value}
        assert manager.post(url("block_add", ingrid), sent).status_code in (200, 302)
    groups = {"mailing_groups": [value]}
    assert manager.post(url("groups", ingrid), groups).status_code == 200
    assert list(ingrid.alternative_address_periods.all()) == [period]
