"""Cancelling takes along what belongs together; taking back gives exactly that back."""

import datetime

import pytest
from django.contrib.auth.models import User

from contacts.tests.factories import make_person
from interactions.models import (
    Campaign,
    CampaignEntry,
    Cancellation,
    Delivery,
    InteractionLogEntry,
    LoggedSegment,
)
from interactions.services.cancel import (
    NothingLeft,
    NothingToCancel,
    NothingToTakeBack,
    StillHeld,
    TakenBack,
    cancel_campaign_entry,
    cancel_entries,
    cancel_logged_segment,
    take_back,
    take_back_campaign_entry,
    take_back_entries,
)
from interactions.services.delete_cancelled import delete_entries, delete_segments
from interactions.services.forget_contact import forget_contact
from interactions.tests.factories import make_entry, make_logged_segment

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 5, 4, 9, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)


@pytest.fixture
def anne():
    return User.objects.create_user("anne")


@pytest.fixture
def spring():
    """A logged segment of two campaigns: Anna and Bo for Fair, Cecilie for Expo."""
    logged = make_logged_segment("SM-7")
    of_it = {
        number: CampaignEntry.objects.create(
            campaign=Campaign.objects.create(number=number, description=number),
            date=NOW.date(),
            logged_segment=logged,
        )
        for number in ("FAIR", "EXPO")
    }
    for name, number in (("Anna", "FAIR"), ("Bo", "FAIR"), ("Cecilie", "EXPO")):
        entry = of_it[number]
        make_entry(
            make_person(name),
            logged_segment=logged,
            campaign_entry=entry,
            campaign=entry.campaign,
        )
    return logged


def entries(*names):
    return InteractionLogEntry.objects.filter(contact__name__in=names)


def cancelled():
    """Return who is cancelled: contacts, campaigns, and segments."""
    return [
        *InteractionLogEntry.objects.filter(cancelled=True)
        .order_by("pk")
        .values_list("contact__name", flat=True),
        *CampaignEntry.objects.filter(cancelled=True)
        .order_by("pk")
        .values_list("campaign__number", flat=True),
    ]


def cancel(*names, user=None, reason="Wrong list"):
    return cancel_entries(entries=entries(*names), reason=reason, user=user, at=NOW)


def cancel_fair(logged):
    return cancel_campaign_entry(
        campaign_entry=logged.campaign_entries.get(campaign__number="FAIR"),
        reason="No fair",
        user=None,
        at=NOW,
    )


def cancel_all(logged, user=None):
    return cancel_logged_segment(
        logged_segment=logged, reason="Twice", user=user, at=NOW
    )


def back(cancellation):
    return take_back(cancellation=cancellation, user=None, at=LATER)


def fair_back(fair):
    fair.refresh_from_db()
    return take_back_campaign_entry(campaign_entry=fair, user=None, at=LATER)


class TestInteractions:
    def test_it_is_kept_who_cancelled_them_when_and_why(self, spring, anne):
        made = cancel("Anna", "Bo", user=anne)
        assert cancelled() == ["Anna", "Bo"]
        assert {entry.cancellation for entry in entries("Anna", "Bo")} == {made}
        assert (made.kind, made.user, made.at, made.reason, made.taken_back_at) == (
            "entries",
            anne,
            NOW,
            "Wrong list",
            None,
        )

    def test_taken_back_they_count_again_and_the_story_stays(self, spring, anne):
        made = cancel("Anna", "Bo")
        assert take_back(cancellation=made, user=anne, at=LATER) == TakenBack(2)
        assert cancelled() == []
        made.refresh_from_db()
        assert (made.taken_back_by, made.taken_back_at) == (anne, LATER)
        assert entries("Anna").get().cancellation == made
        assert Cancellation.objects.count() == 1

    def test_who_is_cancelled_already_keeps_the_reason_of_then(self, spring):
        first = cancel("Anna", reason="Moved")
        second = cancel("Anna", "Bo")
        assert entries("Anna").get().cancellation == first
        back(second)
        assert cancelled() == ["Anna"]

    def test_drafts_are_not_cancelled(self):
        make_entry(make_person("Dag"), postponed=True)
        with pytest.raises(NothingToCancel):
            cancel("Dag")
        assert not Cancellation.objects.exists()

    def test_nothing_is_cancelled_twice_nor_taken_back_twice(self, spring):
        made = cancel("Anna")
        with pytest.raises(NothingToCancel):
            cancel("Anna")
        back(made)
        with pytest.raises(NothingToTakeBack):
            back(made)
        assert list(Cancellation.objects.all()) == [made]

    def test_some_of_them_alone_are_told_apart_from_the_others(self, spring, anne):
        made = cancel("Anna", "Bo", "Cecilie", user=anne)
        taken = take_back_entries(entries=entries("Anna"), user=None, at=LATER)
        assert (taken, cancelled()) == (TakenBack(1), ["Bo", "Cecilie"])
        of_anna = entries("Anna").get().cancellation
        assert (of_anna.part_of, of_anna.taken_back_at) == (made, LATER)
        assert (of_anna.reason, of_anna.at, of_anna.user) == ("Wrong list", NOW, anne)
        made.refresh_from_db()
        assert made.taken_back_at is None
        # The others are the rest of it, and Anna's part is not theirs.
        assert back(made) == TakenBack(2)
        made.refresh_from_db()
        assert made.taken_back_at == LATER
        assert {one.cancellation for one in entries("Bo", "Cecilie")} == {made}

    def test_who_was_cancelled_before_reasons_were_kept_is_taken_back_too(self):
        make_entry(make_person("Dag"), cancelled=True)
        taken = take_back_entries(entries=entries("Dag"), user=None, at=LATER)
        assert (taken, cancelled()) == (TakenBack(1), [])

    def test_it_takes_as_many_statements_for_many_as_for_one(
        self, spring, django_assert_num_queries
    ):
        for chosen in (["Anna"], ["Anna", "Bo", "Cecilie"]):
            with django_assert_num_queries(4):
                made = cancel(*chosen)
            with django_assert_num_queries(10):
                back(made)


class TestLoggedSegment:
    def test_its_interactions_and_campaign_entries_go_along(self, spring, anne):
        made = cancel_all(spring, user=anne)
        spring.refresh_from_db()
        assert (spring.cancelled, spring.cancellation) == (True, made)
        assert cancelled() == ["Anna", "Bo", "Cecilie", "FAIR", "EXPO"]

    def test_others_are_left_alone(self, spring):
        autumn = make_logged_segment("SM-8")
        make_entry(make_person("Dag"), logged_segment=autumn)
        CampaignEntry.objects.create(
            campaign=Campaign.objects.get(number="FAIR"),
            date=NOW.date(),
            logged_segment=autumn,
        )
        cancel_all(spring)
        autumn.refresh_from_db()
        assert not autumn.cancelled
        assert not autumn.interactions.get().cancelled
        assert not autumn.campaign_entries.get().cancelled

    def test_taken_back_gives_back_what_it_took_and_nothing_else(self, spring):
        cancel("Bo")
        cancel_fair(spring)
        made = cancel_all(spring)
        assert back(made) == TakenBack(1)
        spring.refresh_from_db()
        assert not spring.cancelled
        # Bo was cancelled alone and Anna with the fair: neither was its doing.
        assert cancelled() == ["Anna", "Bo", "FAIR"]

    def test_nothing_of_it_counts_again_by_itself(self, spring):
        """6.5.2"""
        of_bo, of_fair = cancel("Bo"), cancel_fair(spring)
        cancel_all(spring)
        for chosen in (of_bo, of_fair):
            with pytest.raises(StillHeld):
                back(chosen)
        with pytest.raises(StillHeld):
            take_back_entries(
                entries=InteractionLogEntry.objects.all(), user=None, at=LATER
            )
        assert cancelled() == ["Anna", "Bo", "Cecilie", "FAIR", "EXPO"]

    def test_it_is_not_cancelled_twice(self, spring):
        cancel_all(spring)
        with pytest.raises(NothingToCancel):
            cancel_all(spring)
        assert Cancellation.objects.count() == 1

    def test_nor_taken_back_twice_and_the_story_of_others_stays(self, spring):
        of_bo, made = cancel("Bo"), cancel_all(spring)
        back(made)
        with pytest.raises(NothingToTakeBack):
            back(made)
        of_bo.refresh_from_db()
        assert (cancelled(), of_bo.taken_back_at) == (["Bo"], None)


class TestCampaignEntry:
    def test_its_interactions_go_along_and_come_back(self, spring):
        cancel("Bo")
        made = cancel_fair(spring)
        assert cancelled() == ["Anna", "Bo", "FAIR"]
        assert back(made) == TakenBack(1)
        assert cancelled() == ["Bo"]

    def test_it_is_neither_cancelled_nor_taken_back_twice(self, spring):
        made = cancel_fair(spring)
        with pytest.raises(NothingToCancel):
            cancel_fair(spring)
        back(made)
        with pytest.raises(NothingToTakeBack):
            back(made)
        assert list(Cancellation.objects.all()) == [made]

    def test_it_comes_back_with_what_it_took_once(self, spring):
        fair = spring.campaign_entries.get(campaign__number="FAIR")
        with pytest.raises(NothingToTakeBack):
            fair_back(fair)
        cancel("Bo")
        cancel_fair(spring)
        assert fair_back(fair) == TakenBack(1)
        assert cancelled() == ["Bo"]
        with pytest.raises(NothingToTakeBack):
            fair_back(fair)

    def test_one_whose_interactions_count_by_themselves_comes_back(self, spring):
        cancel("Anna", "Bo")
        cancel_fair(spring)
        fair = spring.campaign_entries.get(campaign__number="FAIR")
        assert fair_back(fair) == TakenBack(0)
        assert cancelled() == ["Anna", "Bo"]

    def test_one_whose_interactions_were_deleted_does_not(self, spring):
        cancel_all(spring)
        sum(delete_entries(entries("Anna", "Bo")))
        sum(delete_segments(LoggedSegment.objects.all()))
        fair = CampaignEntry.objects.get(campaign__number="FAIR")
        with pytest.raises(NothingLeft):
            fair_back(fair)
        assert cancelled() == ["Cecilie", "FAIR", "EXPO"]

    def test_another_segment_that_is_cancelled_does_not_hold_it(self, spring):
        autumn = make_logged_segment("SM-8")
        CampaignEntry.objects.create(
            campaign=Campaign.objects.get(number="FAIR"),
            date=NOW.date(),
            logged_segment=autumn,
        )
        cancel_all(autumn)
        made = cancel_fair(spring)
        assert back(made) == TakenBack(2)
        assert not spring.campaign_entries.filter(cancelled=True).exists()
        assert autumn.campaign_entries.get().cancelled

    def test_who_is_held_by_it_is_counted_and_stays(self, spring):
        cancel("Anna", "Cecilie")
        cancel_fair(spring)
        taken = take_back_entries(
            entries=entries("Anna", "Cecilie"), user=None, at=LATER
        )
        assert (taken, cancelled()) == (TakenBack(1, held=1), ["Anna", "Bo", "FAIR"])


def test_what_is_queued_waits_until_it_counts_again(spring):
    for entry in entries("Anna", "Bo"):
        Delivery.objects.create(entry=entry, channel="email", status="queued")
    made = cancel("Anna")
    due = Delivery.objects.due(NOW).values_list("entry__contact__name", flat=True)
    assert list(due) == ["Bo"]
    back(made)
    assert sorted(due.all()) == ["Anna", "Bo"]


def test_a_person_who_is_forgotten_takes_the_reason_along(spring):
    alone, together = cancel("Anna", reason="Anna died"), cancel("Bo", "Cecilie")
    for name in ("Anna", "Bo"):
        forget_contact(entries(name).get().contact, NOW)
    assert list(Cancellation.objects.order_by("pk").values_list("pk", "reason")) == [
        (alone.pk, ""),
        (together.pk, "Wrong list"),
    ]
