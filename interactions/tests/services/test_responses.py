"""What came of letters: responses, returned mail, and slips that are undone."""

import datetime

import pytest
from django.contrib.auth.models import User

from contacts.models import Contact, ContactChannelBlock
from contacts.services.anonymise_contact import anonymise_contact
from contacts.services.save_contact import save_contact
from contacts.tests.factories import make_company, make_person
from interactions.models import (
    Campaign,
    Delivery,
    InteractionComment,
    InteractionLogEntry,
    LetterReturn,
)
from interactions.response_codes import encode
from interactions.services.responses import (
    AlreadyRecorded,
    LetterUnknown,
    NothingToUndo,
    NotRecorded,
    WrongDay,
    code_of,
    letter_by_code,
    record_response,
    record_return,
    recorded_today,
    undo_last,
)
from interactions.tests.factories import freeze_letter, make_entry

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 20, 9, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()
DAY = datetime.timedelta(days=1)


@pytest.fixture
def kari():
    return User.objects.create(username="kari")


@pytest.fixture
def letter():
    """The letter to Anna, number 3 of its run, of a campaign, posted."""
    campaign = Campaign.objects.create(number="CP-1", description="Spring")
    entry = make_entry(
        make_person("Anna Dahl", company=make_company("Kaffe AS")),
        campaign=campaign,
        campaign_target=True,
        information_flow="outbound",
        correspondence_type="hard_copy",
        delivery_status="posted",
        cost=12,
    )
    Delivery.objects.create(entry=entry, channel="hard_copy", status="posted")
    freeze_letter(entry)
    return InteractionLogEntry.objects.get(pk=entry.pk)


def respond(letter, **values):
    values = {"on": TODAY, "user": None, "at": NOW} | values
    return record_response(letter=letter, **values)


def bring_back(letter, **values):
    values = {"on": TODAY, "reason": "moved", "user": None, "at": NOW} | values
    return record_return(letter=letter, **values)


def goes_to(letter, street):
    """Let this street stand on the letter, as it was frozen."""
    snapshot = letter.run_item.snapshot
    snapshot.inputs["contact"]["address"] = street
    snapshot.save()


def status(letter):
    letter.refresh_from_db()
    return letter.delivery_status, Delivery.objects.get(entry=letter).status


class TestCode:
    def test_it_leads_to_the_letter(self, letter):
        run = letter.run_item.run
        assert code_of(letter) == encode(run.pk, 3)
        assert letter_by_code(f" {code_of(letter).lower()} ") == letter

    def test_each_letter_of_a_run_has_its_own(self, letter):
        run = letter.run_item.run
        of_bo = make_entry(make_person("Bo Ek"))
        run.items.create(sequence=4, contact=of_bo.contact, entry=of_bo)
        assert [letter_by_code(encode(run.pk, number)) for number in (3, 4)] == [
            *(letter, of_bo)
        ]

    def test_an_entry_without_a_letter_has_none(self, letter):
        assert code_of(make_entry(make_person())) == ""
        letter.run_item.sequence = None  # a field of the letter left Anna out
        assert code_of(letter) == ""

    @pytest.mark.parametrize("code", ["", "123", encode(9**15, 3), encode(9**15, 9**8)])
    def test_a_code_of_no_letter_is_refused(self, letter, code):
        with pytest.raises(LetterUnknown):
            letter_by_code(code)

    def test_a_letter_that_is_not_logged_has_nothing_to_answer(self, letter):
        letter.run_item.run.items.update(entry=None)
        with pytest.raises(LetterUnknown, match="No letter that was logged"):
            letter_by_code(encode(letter.run_item.run_id, 3))


class TestResponse:
    def test_it_is_an_entry_of_its_own(self, letter, kari):
        made = respond(
            letter, evaluation="positive", comment="Call me", user=kari, on=TODAY - DAY
        )
        made.refresh_from_db()
        assert made.response_to == letter
        assert (made.contact, made.company) == (letter.contact, letter.company)
        assert (made.campaign, made.campaign_response, made.campaign_target) == (
            letter.campaign,
            True,
            False,
        )
        assert (made.information_flow, made.initiated_by) == ("inbound", "them")
        assert (made.date, made.description, made.evaluation, made.cost) == (
            TODAY - DAY,
            "Response to Spring letter",
            "positive",
            0,
        )
        assert (made.correspondence_type, made.delivery_status) == ("", "")
        assert (made.user, made.created_at) == (kari, NOW)
        assert list(made.comments.values_list("text", "user")) == [("Call me", kari.pk)]
        assert list(InteractionLogEntry.objects.responded()) == [made]
        before = InteractionLogEntry.objects.get(pk=letter.pk)
        assert (before.evaluation, before.campaign_response) == ("", False)

    def test_without_a_campaign_it_is_a_response_all_the_same(self):
        made = respond(make_entry(make_person()))
        assert not made.campaign_response
        assert list(InteractionLogEntry.objects.responded()) == [made]

    def test_the_same_again_is_told(self, letter):
        respond(letter)
        with pytest.raises(AlreadyRecorded, match="Anna Dahl was entered already"):
            respond(letter)
        assert InteractionLogEntry.objects.count() == 2

    def test_one_that_was_cancelled_does_not_count(self, letter):
        first = respond(letter)
        InteractionLogEntry.objects.filter(pk=first.pk).update(cancelled=True)
        assert respond(letter) != first

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"cancelled": True}, "was cancelled"),
            ({"postponed": True}, "nothing that somebody could answer"),
            ({"information_flow": "inbound"}, "nothing that somebody could answer"),
            ({"delivery_status": "withdrawn"}, "was withdrawn"),
        ],
    )
    def test_not_to_what_was_never_sent(self, letter, changes, why):
        InteractionLogEntry.objects.filter(pk=letter.pk).update(**changes)
        with pytest.raises(NotRecorded, match=why):
            respond(letter)
        with pytest.raises(NotRecorded, match=why):
            bring_back(letter)

    @pytest.mark.parametrize("come_of", [respond, bring_back])
    def test_not_on_a_day_to_come_nor_before_the_letter(self, letter, come_of):
        for day, why in (
            (TODAY + DAY, "This day has not come yet."),
            (letter.date - DAY, "of this letter before 03/02/2026."),
            (datetime.date.min, "of this letter before 03/02/2026."),
        ):
            with pytest.raises(WrongDay, match=why):
                come_of(letter, on=day)
        assert list(InteractionLogEntry.objects.all()) == [letter]
        assert not LetterReturn.objects.exists()
        assert come_of(letter, on=letter.date).date == letter.date

    def test_what_carries_a_day_to_come_is_out_since_it_was_logged(self, letter):
        logged = NOW - 2 * DAY
        InteractionLogEntry.objects.filter(pk=letter.pk).update(
            date=TODAY + DAY, created_at=logged
        )
        with pytest.raises(WrongDay, match="before 11/18/2026"):
            respond(letter, on=logged.date() - DAY)
        assert respond(letter, on=logged.date()).date == logged.date()


class TestReturn:
    def test_the_letter_says_so_and_the_address_is_suspended(self, letter, kari):
        made = bring_back(letter, comment="Yellow label", user=kari)
        assert status(letter) == ("returned", "returned")
        assert (made.reason, made.date, made.comment, made.user) == (
            "moved",
            TODAY,
            "Yellow label",
            kari,
        )
        block = ContactChannelBlock.objects.get()
        assert (block.contact, block.channel, block.reason, block.since) == (
            letter.contact,
            "hard_copy",
            "returned",
            TODAY,
        )
        assert block.source == f"{letter.pk} Spring letter"

    def test_until_the_address_is_corrected(self, letter):
        bring_back(letter)
        contact = Contact.objects.get(pk=letter.contact_id)
        contact.address = "Torget 2"
        save_contact(contact=contact, links={}, user=None, at=NOW)
        assert not ContactChannelBlock.objects.exists()
        assert status(letter) == ("returned", "returned")

    def test_an_address_that_was_corrected_meanwhile_stays_open(self, letter):
        goes_to(letter, "Bakken 3")
        Contact.objects.filter(pk=letter.contact_id).update(address="Torget 2")
        assert not bring_back(letter).suspended
        assert not ContactChannelBlock.objects.exists()
        assert status(letter) == ("returned", "returned")

    def test_one_that_is_still_the_same_does_not(self, letter):
        goes_to(letter, "Bakken 3")
        Contact.objects.filter(pk=letter.contact_id).update(
            **dict.fromkeys(("address_2", "postcode", "city", "county", "country"), ""),
            address="Bakken 3",
        )
        assert bring_back(letter).suspended

    def test_of_an_alternative_address_that_one_is_meant(self, letter):
        cabin = letter.contact.alternative_addresses.create(code="CABIN")
        InteractionLogEntry.objects.filter(pk=letter.pk).update(
            alternative_address=cabin
        )
        bring_back(letter)
        assert ContactChannelBlock.objects.get().address == cabin

    def test_the_same_again_is_told(self, letter):
        bring_back(letter)
        with pytest.raises(AlreadyRecorded, match="was entered already"):
            bring_back(letter, reason="refused")
        assert LetterReturn.objects.get().reason == "moved"

    @pytest.mark.parametrize(
        "changes",
        [
            {"correspondence_type": "email"},
            {"delivery_status": "sent"},
            {"delivery_status": "failed"},
        ],
    )
    def test_what_was_not_on_paper_does_not_come_back(self, letter, changes):
        InteractionLogEntry.objects.filter(pk=letter.pk).update(**changes)
        with pytest.raises(NotRecorded, match="Nothing was sent on paper"):
            bring_back(letter)
        assert not ContactChannelBlock.objects.exists()

    def test_nor_what_went_to_another(self, letter):
        copy = make_entry(make_person("Bo Ek"), by_copy_of=letter)
        with pytest.raises(NotRecorded, match="Nothing was sent on paper"):
            bring_back(copy)

    def test_who_is_forgotten_keeps_the_reason_and_no_words(self, letter, kari):
        letter.contact.anonymised_at = None
        bring_back(letter, comment="Anna moved to Voss")
        anonymise_contact(contact=letter.contact, user=kari, at=NOW, reason="Asked")
        kept = LetterReturn.objects.get()
        assert (kept.reason, kept.comment) == ("moved", "")


class TestSitting:
    def test_what_somebody_entered_today_the_latest_first(self, letter, kari):
        second = make_entry(make_person("Bo Ek"))
        respond(letter, user=kari)
        bring_back(second, user=kari, at=NOW + DAY / 24)
        respond(second, user=User.objects.create(username="jon"))
        respond(make_entry(make_person()), user=kari, at=NOW - DAY, on=TODAY - DAY)
        found = recorded_today(user=kari, at=NOW + DAY / 12, most=20)
        assert [(each.letter, bool(each.response)) for each in found] == [
            (second, False),
            (letter, True),
        ]
        assert recorded_today(user=kari, at=NOW, most=1) == found[:1]

    def test_the_last_is_undone_as_if_it_had_not_been(self, letter, kari):
        respond(letter, user=kari, comment="Call me")
        bring_back(letter, user=kari, at=NOW + DAY / 24)
        undone = undo_last(user=kari, at=NOW + DAY / 12)
        assert (undone.letter, undone.response) == (letter, None)
        assert status(letter) == ("posted", "posted")
        assert not ContactChannelBlock.objects.exists()
        assert not LetterReturn.objects.exists()
        undo_last(user=kari, at=NOW + DAY / 12)
        assert list(InteractionLogEntry.objects.all()) == [letter]
        assert not InteractionComment.objects.exists()
        with pytest.raises(NothingToUndo):
            undo_last(user=kari, at=NOW + DAY / 12)

    def test_a_block_that_was_there_before_stays(self, letter, kari):
        ContactChannelBlock.objects.create(
            contact=letter.contact, channel="hard_copy", reason="do_not_mail", since=NOW
        )
        bring_back(letter, user=kari)
        undo_last(user=kari, at=NOW)
        assert ContactChannelBlock.objects.get().reason == "do_not_mail"

    def test_another_letter_that_came_back_keeps_paper_closed(self, letter, kari):
        jon = User.objects.create(username="jon")
        second = make_entry(letter.contact, description="Summer letter")
        bring_back(letter, user=kari)
        bring_back(second, user=jon, on=TODAY - DAY)
        undo_last(user=kari, at=NOW)
        block = ContactChannelBlock.objects.get()
        assert block.source == f"{second.pk} Summer letter"
        assert (block.reason, block.since) == ("returned", TODAY - DAY)
        undo_last(user=jon, at=NOW)
        assert not ContactChannelBlock.objects.exists()

    def test_what_an_earlier_letter_closed_stays_when_a_later_is_undone(
        self, letter, kari
    ):
        bring_back(letter, user=User.objects.create(username="jon"))
        second = make_entry(letter.contact, description="Summer letter")
        assert not bring_back(second, user=kari).suspended
        undo_last(user=kari, at=NOW)
        block = ContactChannelBlock.objects.get()
        assert block.source == f"{letter.pk} Spring letter"

    def test_nor_does_undoing_open_what_another_closed_again(self, letter, kari):
        jon = User.objects.create(username="jon")
        bring_back(letter, user=kari)
        contact = Contact.objects.get(pk=letter.contact_id)
        contact.address = "Torget 2"
        save_contact(contact=contact, links={}, user=None, at=NOW)
        bring_back(make_entry(contact, description="Summer letter"), user=jon)
        undo_last(user=kari, at=NOW)
        assert ContactChannelBlock.objects.get().source.endswith("Summer letter")

    def test_nor_what_was_corrected_since_is_closed_by_it(self, letter, kari):
        jon = User.objects.create(username="jon")
        bring_back(letter, user=kari)
        bring_back(make_entry(letter.contact), user=jon)
        contact = Contact.objects.get(pk=letter.contact_id)
        contact.address = "Torget 2"
        save_contact(contact=contact, links={}, user=None, at=NOW)
        undo_last(user=kari, at=NOW)
        assert not ContactChannelBlock.objects.exists()

    def test_what_the_user_did_not_see_to_be_the_last_stays(self, letter, kari):
        respond(letter, user=kari)
        seen = recorded_today(user=kari, at=NOW, most=1)[0].key
        second = respond(make_entry(make_person("Bo Ek")), user=kari)
        with pytest.raises(NothingToUndo, match="something was entered since"):
            undo_last(user=kari, at=NOW, expected=seen)
        assert InteractionLogEntry.objects.filter(pk=second.pk).exists()

    def test_what_the_user_saw_to_be_the_last_goes(self, letter, kari):
        response = respond(letter, user=kari)
        seen = recorded_today(user=kari, at=NOW, most=1)[0].key
        assert undo_last(user=kari, at=NOW, expected=seen).letter == letter
        assert not InteractionLogEntry.objects.filter(pk=response.pk).exists()

    def test_the_returned_mail_of_another_contact_keeps_nothing_closed(
        self, letter, kari
    ):
        jon = User.objects.create(username="jon")
        bring_back(letter, user=kari)
        of_bo = make_entry(make_person("Bo Ek"))
        bring_back(of_bo, user=jon)
        undo_last(user=kari, at=NOW)
        assert ContactChannelBlock.objects.get().contact == of_bo.contact

    def test_nobody_undoes_what_another_entered(self, letter, kari):
        respond(letter, user=User.objects.create(username="jon"))
        with pytest.raises(NothingToUndo):
            undo_last(user=kari, at=NOW)
