"""The outbox page: who sees it, what it finds, sending again, pausing."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime

from contacts.models import Contact
from contacts.tests.factories import make_person
from interactions.models import (
    Delivery,
    EarlierSending,
    InteractionLogEntry,
    LoggedSegment,
    Run,
    RunEvent,
)
from interactions.tests.factories import make_entry

pytestmark = pytest.mark.django_db

OUTBOX = reverse("interactions:outbox")
AGAIN = reverse("interactions:outbox_again")
TURNED = "Anna\N{RIGHT-TO-LEFT OVERRIDE}lhaD"
NOTHING_TO_PAUSE = "There is nothing to pause: no e-mail of this run is on its way."


def pause_of(run):
    return reverse("interactions:run_pause", args=[run.pk])


@pytest.fixture
def run():
    logged = LoggedSegment.objects.create(segment_number="SM-7")
    return Run.objects.create(segment_number="SM-7", kind="send", logged_segment=logged)


@pytest.fixture
def letters(run):
    made = {}
    for number, status in enumerate(["failed", "unknown", "sent", "queued"], start=1):
        name = f"{status.title()} Person"
        contact = make_person(name, email=f"{status}@new.example")
        entry = make_entry(
            contact,
            segment_number="SM-7",
            delivery_status=status,
            contact_via=f"{status}@old.example",
        )
        run.items.create(sequence=number, contact=contact, entry=entry)
        made[status] = Delivery.objects.create(
            entry=entry,
            channel="email",
            status=status,
            to_address=f"{status}@old.example",
            message_id=f"<{status}>",
            attempts=3,
            error="Refused",
        )
    return made


@pytest.fixture
def mia(mona):
    """Sees the log, and may send."""
    user = mona.session["_auth_user_id"]
    sending = Permission.objects.get(codename="send_delivery")
    sending.user_set.add(user)
    return mona


def state(name):
    delivery = Delivery.objects.get(
        message_id__in=["", f"<{name}>"], entry__contact__name=f"{name.title()} Person"
    )
    return delivery.status, delivery.entry.delivery_status


def shown(page):
    return [letter.status for letter in page.context["table"].rows]


class TestWho:
    def test_strangers_log_in_and_others_may_not(self, stranger, nobody, letters):
        assert stranger.get(OUTBOX).status_code == 302
        assert nobody.get(OUTBOX).status_code == 403

    def test_who_reads_has_no_buttons(self, rolf, letters, run):
        page = rolf.get(OUTBOX)
        assert "Send again" not in page.content.decode()
        assert "Pause" not in page.content.decode()
        for address in (AGAIN, reverse("interactions:run_pause", args=[run.pk])):
            assert rolf.post(address, {"all": "on", "sure": "on"}).status_code == 403
        assert state("failed") == ("failed", "failed")

    def test_nothing_is_sent_by_looking(self, mia, letters, run):
        for address in (AGAIN, reverse("interactions:run_pause", args=[run.pk])):
            assert mia.get(address).status_code == 405


class TestFinding:
    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("", ["queued", "sent", "unknown", "failed"]),
            ("?status=failed", ["failed"]),
            ("?segment_number=SM-7", ["queued", "sent", "unknown", "failed"]),
            ("?segment_number=SM-8", []),
            ("?contact=unknown+person", ["unknown"]),
            ("?contact=sent@old", ["sent"]),
            ("?status=nothing", []),
            ("?run=0", []),
            ("?run=x", []),
            ("?run=99999999999999999999", []),
        ],
    )
    def test_by_state_segment_and_contact(self, rolf, letters, asked, found):
        assert shown(rolf.get(OUTBOX + asked)) == found

    def test_by_run_with_its_figures(self, rolf, letters, run):
        assert len(shown(rolf.get(f"{OUTBOX}?run={run.pk}"))) == 4
        (row,) = rolf.get(OUTBOX).context["runs"]
        assert (row["number"], row["queued"], row["failed"], row["unknown"]) == (
            *("SM-7", 1, 1),
            1,
        )

    def test_the_run_of_one_contact_is_called_by_the_contact(self, mia, letters, run):
        Run.objects.update(segment_number="", logged_segment=None)
        run.items.exclude(entry__delivery__status="queued").delete()
        page = " ".join(mia.get(OUTBOX).content.decode().split())
        named = "A letter to one contact: <bdi>Queued Person</bdi>"
        assert f'<a href="{OUTBOX}?run={run.pk}"> {named} </a>' in page
        assert f'Pause sending<span class="visually-hidden"> {named} </span>' in page

    def test_what_a_mail_server_said_at_length_is_folded_and_whole(self, rolf, letters):
        short, long = "550 Mailbox full", "550 " + "No such user. " * 100 + "Goodbye"
        Delivery.objects.filter(status="unknown").update(error=short)
        Delivery.objects.filter(status="failed").update(error=long)
        page = rolf.get(OUTBOX).content.decode()
        assert f"<br><bdi>{short}</bdi></td>" in page
        folded = f"<summary><bdi>{long[:119]}…</bdi></summary><bdi>{long}</bdi>"
        assert f'<details class="told">{folded}</details>' in page
        assert page.count('<details class="told">') == 1

    def test_when_is_when_it_went_goes_again_or_was_last_tried(self, rolf, letters):
        days = [
            datetime.datetime(2026, 3, day, 9, tzinfo=datetime.UTC)
            for day in (2, 3, 4, 5)
        ]
        claimed, handed_over, sent, again = days
        Delivery.objects.update(claimed_at=claimed)
        for status, values in {
            "unknown": {"handed_over_at": handed_over},
            "sent": {"handed_over_at": handed_over, "sent_at": sent},
            "queued": {"next_attempt_at": again},
        }.items():
            Delivery.objects.filter(status=status).update(**values)
        page = rolf.get(OUTBOX).content.decode()
        at = [date_format(localtime(day), "SHORT_DATETIME_FORMAT") for day in days]
        letters_shown = page[
            page.index('<table class="table">', page.index("</table>")) :
        ]
        assert re.findall(r"<td>([^<]*)</td>\s*</tr>", letters_shown) == [
            *(f"again after {at[3]}", at[2], at[1], at[0])
        ]

    def test_a_name_that_turns_the_text_round_turns_only_itself(self, rolf, letters):
        Contact.objects.update(name=TURNED)
        InteractionLogEntry.objects.update(description=TURNED)
        Delivery.objects.update(error=TURNED)
        page = rolf.get(OUTBOX).content.decode()
        assert page.count(TURNED) == page.count(f"<bdi>{TURNED}</bdi>") == 12

    def test_why_is_told_in_the_language_of_the_reader(self, rolf, letters):
        refused = "The mail server refused the letter: 550 No such user"
        Delivery.objects.update(error=refused)
        entry = letters["failed"].entry
        entry.earlier_sendings.create(
            event=entry.run_item.run.events.create(kind="sent_again", letters=1),
            status="failed",
            error="Came back: 550 Full",
        )
        rolf.cookies["django_language"] = "nb"
        told = "E-postserveren avviste brevet: 550 No such user"
        assert rolf.get(OUTBOX).content.decode().count(told) == 4
        page = rolf.get(entry.get_absolute_url()).content.decode()
        assert told in page
        assert "Kom i retur: 550 Full" in page

    def test_paper_is_not_here(self, rolf, letters):
        Delivery.objects.update(channel="hard_copy")
        assert shown(rolf.get(OUTBOX)) == []

    def test_every_choice_is_in_words(self, rolf, letters):
        assert "---" not in rolf.get(OUTBOX).content.decode()

    @pytest.mark.parametrize("again", [["failed"], ["failed", "unknown", "sent"]])
    def test_as_many_queries_for_many(
        self, mia, run, letters, again, django_assert_num_queries
    ):
        event = run.events.create(kind="sent_again", letters=1, user=User.objects.get())
        for status in again:
            EarlierSending.objects.create(
                entry=letters[status].entry, event=event, message_id=f"<{status}>"
            )
        with django_assert_num_queries(11):
            page = mia.get(OUTBOX).content.decode()
        assert page.count("Sent again ") == len(again)

    def test_a_page_follows_the_last_letter_of_the_one_before(
        self, rolf, letters, monkeypatch
    ):
        monkeypatch.setattr("interactions.views.outbox.PAGE_SIZE", 3)
        first = rolf.get(OUTBOX)
        assert shown(first) == ["queued", "sent", "unknown"]
        after = first.context["table"].last.pk
        last = rolf.get(f"{OUTBOX}?after={after}")
        assert shown(last) == ["failed"]
        assert f"?before={letters['failed'].pk}" in last.content.decode()

    def test_a_long_outbox_is_not_counted_to_the_end(self, mia, letters, monkeypatch):
        page = mia.get(OUTBOX).content.decode()
        assert "4 e-mails" in page
        assert "All 3 of these that can be sent again" in page
        monkeypatch.setattr("interactions.views.outbox.COUNTED", 3)
        page = mia.get(OUTBOX).content.decode()
        assert "More than 3 e-mails" in page
        assert Delivery.objects.counts(at_most=2)["found"] == 2
        assert "All of these that can be sent again" in page


class TestAgain:
    def test_what_failed_goes_to_the_address_of_now(self, mia, letters):
        answer = mia.post(AGAIN, {"letter": letters["failed"].pk}, follow=True)
        assert "1 letter is sent again." in answer.content.decode()
        delivery = Delivery.objects.get(pk=letters["failed"].pk)
        assert (
            delivery.status,
            delivery.attempts,
            delivery.error,
            delivery.message_id,
            delivery.to_address,
            delivery.entry.contact_via,
            delivery.entry.delivery_status,
        ) == ("queued", 0, "", "", "failed@new.example", "failed@new.example", "queued")

    def test_what_may_have_arrived_is_asked_about(self, mia, letters):
        keys = [letters["failed"].pk, letters["unknown"].pk]
        asked = mia.post(AGAIN, {"letter": keys})
        assert "1 of 2 letters was sent, or may have arrived" in asked.content.decode()
        assert [state(name)[0] for name in ("failed", "unknown")] == [
            *("failed", "unknown")
        ]
        mia.post(AGAIN, {"letter": keys, "sure": "on"})
        unknown = Delivery.objects.get(pk=letters["unknown"].pk)
        assert (unknown.status, unknown.message_id, unknown.to_address) == (
            *("queued", "<unknown>"),
            "unknown@old.example",
        )

    def test_who_and_how_it_went_before_are_kept(self, mia, letters, run):
        keys = [letters["failed"].pk, letters["sent"].pk]
        mia.post(AGAIN, {"letter": keys, "sure": "on"})
        assert list(
            EarlierSending.objects.order_by("pk").values_list(
                *("entry__delivery", "to_address", "status", "attempts", "message_id"),
                *("error", "event__kind", "event__run", "event__letters"),
                "event__user__username",
            )
        ) == [
            (
                *(letters[name].pk, f"{name}@old.example", name, 3, f"<{name}>"),
                *("Refused", "sent_again", run.pk, 2, "mona"),
            )
            for name in ("failed", "sent")
        ]
        assert RunEvent.objects.count() == 1

    def test_the_list_and_the_entry_tell_of_it(self, mia, letters):
        mia.post(AGAIN, {"letter": letters["failed"].pk})
        (again,) = RunEvent.objects.all()
        at = date_format(localtime(again.created_at), "SHORT_DATETIME_FORMAT")
        page = mia.get(OUTBOX).content.decode()
        assert page.count(f"Sent again {at}, mona") == 1
        entry = letters["failed"].entry
        history = " ".join(mia.get(entry.get_absolute_url()).content.decode().split())
        assert f'{at} · Sent again <span class="muted">mona</span>' in history
        assert "failed@old.example" in history
        others = mia.get(letters["sent"].entry.get_absolute_url()).content.decode()
        assert "Sent again" not in others

    def test_all_that_are_found(self, mia, letters):
        mia.post(f"{AGAIN}?status=failed", {"all": "on"})
        assert Delivery.objects.filter(status="queued").count() == 2
        mia.post(AGAIN, {"all": "on", "sure": "on"})
        assert Delivery.objects.filter(status="queued").count() == 4

    def test_who_sends_the_page_twice_is_told_that_they_go_already(self, mia, letters):
        said = [
            [str(each) for each in answer.context["messages"]]
            for answer in (
                mia.post(AGAIN, {"letter": letters["failed"].pk}, follow=True)
                for _time in range(2)
            )
        ]
        assert said == [
            ["1 letter is sent again."],
            ["No letter is sent again: they are on their way already, or must stay."],
        ]

    def test_what_was_cancelled_stays(self, mia, letters):
        InteractionLogEntry.objects.update(cancelled=True)
        mia.post(AGAIN, {"letter": letters["failed"].pk})
        assert state("failed") == ("failed", "failed")

    def test_what_has_no_letter_stays(self, mia, letters, run):
        run.items.filter(entry=letters["failed"].entry).delete()
        assert f'value="{letters["failed"].pk}"' not in mia.get(OUTBOX).content.decode()
        mia.post(AGAIN, {"letter": letters["failed"].pk})
        assert state("failed") == ("failed", "failed")

    @pytest.mark.parametrize("given", [[], ["x"], ["0"], ["9" * 30], ["-1"]])
    def test_nothing_chosen_is_said(self, mia, letters, given):
        answer = mia.post(AGAIN, {"letter": given}, follow=True)
        assert answer.status_code == 200
        assert Delivery.objects.filter(status="queued").count() == 1


class TestPausing:
    @pytest.fixture
    def press(self, mia):
        """Press a button of a run; return what is said."""

        def run_button(name, run):
            page = mia.post(reverse(f"interactions:{name}", args=[run.pk]), follow=True)
            return [str(each) for each in page.context["messages"]]

        return run_button

    def test_and_going_on_back_to_the_page(self, mia, letters, run):
        for name, paused in (("run_pause", True), ("run_resume", False)):
            address = reverse(f"interactions:{name}", args=[run.pk])
            answer = mia.post(address, {"next": f"{OUTBOX}?run={run.pk}"})
            assert answer["Location"] == f"{OUTBOX}?run={run.pk}"
            run.refresh_from_db()
            assert run.paused is paused

    def test_only_what_is_on_its_way(self, press, letters, run):
        assert press("run_resume", run) == ["The run is not paused."]
        assert press("run_pause", run) == ["The run is paused: its e-mails wait."]
        assert press("run_pause", run) == ["The run is paused already."]
        assert press("run_resume", run) == ["The run goes on: its e-mails are sent."]
        for status in ("sent", "failed", "unknown"):
            Delivery.objects.update(status=status)
            assert press("run_pause", run) == [NOTHING_TO_PAUSE]
        Delivery.objects.update(status="queued", channel="hard_copy")
        assert press("run_pause", run) == [NOTHING_TO_PAUSE]
        run.refresh_from_db()
        assert not run.paused

    def test_also_when_a_sender_has_taken_the_last(self, press, letters, run):
        Delivery.objects.update(status="sending")
        assert press("run_pause", run) == ["The run is paused: its e-mails wait."]

    def test_no_run_that_is_not_logged(self, mia, letters, run):
        Run.objects.update(logged_segment=None)
        assert mia.post(pause_of(run)).status_code == 404

    def test_nor_by_who_sees_neither_the_outbox_nor_the_run(self, nobody, letters, run):
        sending = Permission.objects.get(codename="send_delivery")
        sending.user_set.add(nobody.session["_auth_user_id"])
        assert nobody.post(pause_of(run)).status_code == 403
        run.refresh_from_db()
        assert not run.paused

    def test_nowhere_else(self, mia, run):
        address = reverse("interactions:run_pause", args=[run.pk])
        answer = mia.post(address, {"next": "https://evil.example/"})
        assert answer["Location"] == OUTBOX
