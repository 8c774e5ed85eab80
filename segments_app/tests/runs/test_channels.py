"""Letters of a logged segment that go another way: each once, as it was frozen."""

import pytest

from contacts.models import Contact, ContactChannelBlock
from contacts.tests.factories import make_person
from interactions.models import Delivery, LetterSnapshot, RunItem
from interactions.services.letter_history import events_of_letter
from interactions.services.paper_runs import mark_printed, post_run, take_letters_out
from interactions.services.send_again import send_again
from interactions.tests.factories import make_document, make_template
from segments_app.services import channels, log_segment
from segments_app.services.channels import (
    NothingToMove,
    failed_emails,
    print_instead,
    send_instead,
    unposted_letters,
)
from segments_app.tests.factories import NOW, TODAY, make_segment

from .conftest import LATER, numbered, paragraphs, printed

pytestmark = pytest.mark.django_db

HOME = {"address": "Bakken 1", "postcode": "5003", "city": "Bergen"}


def make_logged(*, paper=(), mail=(), number="SM-7"):
    """A segment that was logged with these names on paper and by e-mail."""
    template = make_template(
        f"T{number}",
        default_language="en",
        languages={"en": make_document("{{ sequence_no }} {{ contact_name }}")},
    )
    people = [
        make_person(
            name,
            email=f"{name.split()[0].lower()}@example.no",
            correspondence_type=way,
            **HOME,
        )
        for way, names in (("hard_copy", paper), ("email", mail))
        for name in names
    ]
    segment = make_segment(*people, number=number, template=template)
    return log_segment(segment=segment, deliver=True, user=None, at=NOW)


def fail(logged, *names):
    for name in names:
        entry = logged.interactions.get(contact__name=name)
        Delivery.objects.filter(entry=entry).update(
            status="failed", attempts=3, message_id="<1@x>", error="550 nobody here"
        )
        logged.interactions.filter(pk=entry.pk).update(delivery_status="failed")


def row(logged, name):
    entry = logged.interactions.get(contact__name=name)
    delivery = entry.delivery
    return (
        entry.correspondence_type,
        entry.contact_via,
        entry.delivery_status,
        delivery.channel,
        delivery.to_address,
        delivery.status,
        (delivery.attempts, delivery.message_id, delivery.error),
    )


NEW = (0, "", "")
ON_PAPER = ("hard_copy", "", "queued", "hard_copy", "", "queued", NEW)


@pytest.fixture
def logged():
    """Anna and Bo on paper, Cecilie, Dag and Eva by e-mail; Cecilie and Eva failed."""
    logged = make_logged(
        paper=["Anna Dahl", "Bo Ek"], mail=["Cecilie Moe", "Dag Lie", "Eva Foss"]
    )
    fail(logged, "Cecilie Moe", "Eva Foss")
    return logged


class TestPrintInstead:
    def test_the_same_letters_get_the_next_numbers_of_a_print_run(self, logged):
        frozen = dict(LetterSnapshot.objects.values_list("item__entry", "inputs"))
        found = failed_emails(logged, NOW)
        assert (found.letters, found.blocked, found.without_address) == (2, 0, 0)
        Contact.objects.update(name="Married Name")
        (event,) = print_instead(logged_segment=logged, user=None, at=LATER)
        run = event.became
        assert (run.kind, run.state, run.logged_segment) == (
            "print",
            "prepared",
            logged,
        )
        assert (event.kind, event.letters, event.run.kind) == ("to_paper", 2, "send")
        data, _figures = printed(run)
        assert paragraphs(data) == ["3 Cecilie Moe", "4 Eva Foss"]
        now = dict(LetterSnapshot.objects.values_list("item__entry", "inputs"))
        assert now == frozen

    def test_their_entries_wait_on_paper_and_the_others_stay(self, logged):
        before = row(logged, "Dag Lie"), row(logged, "Anna Dahl")
        print_instead(logged_segment=logged, user=None, at=LATER)
        assert row(logged, "Cecilie Moe") == row(logged, "Eva Foss") == ON_PAPER
        assert (row(logged, "Dag Lie"), row(logged, "Anna Dahl")) == before
        print_run, send_run, new = logged.runs.order_by("pk")
        assert numbered(print_run) == [(1, "Anna Dahl"), (2, "Bo Ek")]
        assert numbered(send_run) == [(2, "Dag Lie")]
        assert numbered(new) == [(3, "Cecilie Moe"), (4, "Eva Foss")]

    def test_nothing_goes_twice(self, logged):
        print_instead(logged_segment=logged, user=None, at=LATER)
        with pytest.raises(NothingToMove):
            print_instead(logged_segment=logged, user=None, at=LATER)
        assert not failed_emails(logged, NOW)
        assert RunItem.objects.count() == 5
        due = Delivery.objects.due(LATER).filter(channel="email")
        assert list(due.values_list("entry__contact__name", flat=True)) == ["Dag Lie"]

    def test_what_is_sent_again_meanwhile_is_not_printed(self, logged):
        Delivery.objects.filter(entry__contact__name="Eva Foss").update(status="queued")
        (event,) = print_instead(logged_segment=logged, user=None, at=LATER)
        assert numbered(event.became) == [(3, "Cecilie Moe")]

    @pytest.mark.parametrize("status", ["queued", "sending", "sent", "unknown"])
    def test_only_what_is_known_not_to_have_arrived(self, logged, status):
        Delivery.objects.update(status=status)
        with pytest.raises(NothingToMove):
            print_instead(logged_segment=logged, user=None, at=LATER)

    def test_who_must_not_be_written_to_or_has_no_address_stays(self, logged):
        cecilie = Contact.objects.get(name="Cecilie Moe")
        ContactChannelBlock.objects.create(
            contact=cecilie, channel="hard_copy", reason="do_not_mail", since=TODAY
        )
        letter = LetterSnapshot.objects.get(item__contact__name="Eva Foss")
        letter.inputs["address"] |= {"postcode": "", "city": ""}
        letter.save()
        found = failed_emails(logged, NOW)
        assert (found.letters, found.blocked, found.without_address) == (0, 1, 1)
        with pytest.raises(NothingToMove):
            print_instead(logged_segment=logged, user=None, at=LATER)
        assert row(logged, "Cecilie Moe")[2:6] == (
            "failed",
            "email",
            "cecilie@example.no",
            "failed",
        )

    def test_what_was_cancelled_stays(self, logged):
        logged.interactions.update(cancelled=True)
        assert not failed_emails(logged, NOW)

    def test_the_letter_tells_where_it_came_from(self, logged):
        (event,) = print_instead(logged_segment=logged, user=None, at=LATER)
        mark_printed(run=event.became, user=None, at=LATER)
        post_run(run=event.became, posted_on=TODAY, user=None, at=LATER)
        entry = logged.interactions.get(contact__name="Eva Foss")
        told = [each.kind for each in events_of_letter(entry)]
        assert told == ["to_paper", "printed", "posted"]
        assert entry.delivery_status == "posted"

    def test_and_whether_it_was_sent_again_before(self, logged):
        eva = logged.interactions.get(contact__name="Eva Foss")
        again = Delivery.objects.filter(entry=eva)
        send_again(deliveries=again, sure=False, user=None, at=NOW)
        fail(logged, "Eva Foss")
        print_instead(logged_segment=logged, user=None, at=LATER)
        told = {
            entry.contact.name: [each.kind for each in events_of_letter(entry)]
            for entry in logged.interactions.filter(delivery__channel="hard_copy")
            if entry.run_item.run.came_from.exists()
        }
        assert told == {
            "Cecilie Moe": ["to_paper"],
            "Eva Foss": ["sent_again", "to_paper"],
        }

    def test_what_was_held_by_a_pause_is_held_no_more(self, logged):
        Delivery.objects.update(held=True)
        (event,) = print_instead(logged_segment=logged, user=None, at=LATER)
        moved = Delivery.objects.of_run(event.became)
        assert list(moved.values_list("held", flat=True)) == [False, False]


class TestSendInstead:
    def test_what_is_not_posted_goes_to_the_outbox(self, logged):
        Contact.objects.filter(name="Bo Ek").update(email="")
        found = unposted_letters(logged, NOW)
        assert (found.letters, found.blocked, found.without_address) == (1, 0, 1)
        (event,) = send_instead(logged_segment=logged, user=None, at=LATER)
        assert (event.kind, event.letters, event.became.kind) == ("to_email", 1, "send")
        # Three went by e-mail before.
        assert numbered(event.became) == [(4, "Anna Dahl")]
        to = "anna@example.no"
        assert row(logged, "Anna Dahl") == (
            *("email", to, "queued"),
            *("email", to, "queued", NEW),
        )
        assert row(logged, "Bo Ek") == ON_PAPER
        assert numbered(event.run) == [(2, "Bo Ek")]

    def test_also_what_was_logged_without_delivery(self, logged):
        Delivery.objects.filter(entry__contact__name="Anna Dahl").delete()
        logged.interactions.filter(contact__name="Anna Dahl").update(delivery_status="")
        send_instead(logged_segment=logged, user=None, at=LATER)
        assert row(logged, "Anna Dahl")[3:6] == ("email", "anna@example.no", "queued")

    def test_the_alternative_address_goes_first(self, logged):
        entry = logged.interactions.get(contact__name="Anna Dahl")
        entry.alternative_address = entry.contact.alternative_addresses.create(
            code="HOME", email="anna@home.example"
        )
        entry.save()
        Contact.objects.filter(name="Anna Dahl").update(email="")
        send_instead(logged_segment=logged, user=None, at=LATER)
        assert row(logged, "Anna Dahl")[4] == "anna@home.example"

    def test_not_what_was_posted_taken_out_or_may_not_be_sent(self, logged):
        (run,) = logged.runs.filter(kind="print")
        take_letters_out(run=run, numbers=((1, 1),), user=None, at=LATER)
        bo = Contact.objects.get(name="Bo Ek")
        ContactChannelBlock.objects.create(
            contact=bo, channel="email", reason="unsubscribed", since=TODAY
        )
        found = unposted_letters(logged, NOW)
        assert (found.letters, found.blocked, found.without_address) == (0, 1, 0)
        mark_printed(run=run, user=None, at=LATER)
        post_run(run=run, posted_on=TODAY, user=None, at=LATER)
        assert not unposted_letters(logged, NOW)
        with pytest.raises(NothingToMove):
            send_instead(logged_segment=logged, user=None, at=LATER)


def test_there_and_back_again(logged):
    """The letter is never in two runs, and each time it gets a new number."""
    (event,) = print_instead(logged_segment=logged, user=None, at=LATER)
    (back,) = [
        each
        for each in send_instead(logged_segment=logged, user=None, at=LATER)
        if each.run == event.became
    ]
    assert numbered(back.became)[-1] == (6, "Eva Foss")
    fail(logged, "Eva Foss")
    (again,) = print_instead(logged_segment=logged, user=None, at=LATER)
    assert numbered(again.became) == [(1, "Eva Foss")]
    entry = logged.interactions.get(contact__name="Eva Foss")
    kinds = [each.kind for each in events_of_letter(entry)]
    assert kinds == ["to_paper", "to_email", "to_paper"]
    assert RunItem.objects.filter(entry__isnull=False).count() == 5


def test_how_many_have_moved_is_told_on_the_way(logged, monkeypatch):
    """Of each run some at a time, counted together."""
    monkeypatch.setattr(channels, "ROWS_AT_ONCE", 2)
    print_instead(logged_segment=logged, user=None, at=LATER)
    told = []
    send_instead(logged_segment=logged, user=None, at=LATER, on_moved=told.append)
    assert told == [2, 4]
    fail(logged, "Anna Dahl", "Bo Ek", "Cecilie Moe")
    told.clear()
    print_instead(logged_segment=logged, user=None, at=LATER, on_moved=told.append)
    assert told == [2, 3]


def test_another_segment_is_left_alone(logged):
    other = make_logged(mail=["Finn Rud"], number="SM-8")
    fail(other, "Finn Rud")
    print_instead(logged_segment=logged, user=None, at=LATER)
    assert failed_emails(other, NOW).letters == 1


def test_it_asks_as_much_for_many_letters_as_for_few(django_assert_max_num_queries):
    def moved(count, number):
        names = [f"Person{each} {number}" for each in range(count)]
        logged = make_logged(mail=names, number=number)
        fail(logged, *names)
        with django_assert_max_num_queries(100) as captured:
            print_instead(logged_segment=logged, user=None, at=LATER)
            send_instead(logged_segment=logged, user=None, at=LATER)
        return len(captured)

    assert moved(2, "SM-A") == moved(30, "SM-B")
