"""The outbox page: who sees it, what it finds, sending again, pausing."""

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.models import Delivery, InteractionLogEntry, Run
from interactions.tests.factories import make_entry

pytestmark = pytest.mark.django_db

OUTBOX = reverse("interactions:outbox")
AGAIN = reverse("interactions:outbox_again")


@pytest.fixture
def run():
    return Run.objects.create(segment_number="SM-7", kind="send")


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
    return [letter.status for letter in page.context["page_obj"]]


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

    def test_paper_is_not_here(self, rolf, letters):
        Delivery.objects.update(channel="hard_copy")
        assert shown(rolf.get(OUTBOX)) == []

    def test_as_many_queries_for_many(
        self, rolf, letters, run, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(12):
            rolf.get(OUTBOX)


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

    def test_all_that_are_found(self, mia, letters):
        mia.post(f"{AGAIN}?status=failed", {"all": "on"})
        assert Delivery.objects.filter(status="queued").count() == 2
        mia.post(AGAIN, {"all": "on", "sure": "on"})
        assert Delivery.objects.filter(status="queued").count() == 4

    def test_what_was_cancelled_stays(self, mia, letters):
        InteractionLogEntry.objects.update(cancelled=True)
        mia.post(AGAIN, {"letter": letters["failed"].pk})
        assert state("failed") == ("failed", "failed")

    @pytest.mark.parametrize("given", [[], ["x"], ["0"], ["9" * 30], ["-1"]])
    def test_nothing_chosen_is_said(self, mia, letters, given):
        answer = mia.post(AGAIN, {"letter": given}, follow=True)
        assert answer.status_code == 200
        assert Delivery.objects.filter(status="queued").count() == 1


class TestPausing:
    def test_and_going_on_back_to_the_page(self, mia, letters, run):
        for name, paused in (("run_pause", True), ("run_resume", False)):
            address = reverse(f"interactions:{name}", args=[run.pk])
            answer = mia.post(address, {"next": f"{OUTBOX}?run={run.pk}"})
            assert answer["Location"] == f"{OUTBOX}?run={run.pk}"
            run.refresh_from_db()
            assert run.paused is paused

    def test_nowhere_else(self, mia, run):
        address = reverse("interactions:run_pause", args=[run.pk])
        answer = mia.post(address, {"next": "https://evil.example/"})
        assert answer["Location"] == OUTBOX
