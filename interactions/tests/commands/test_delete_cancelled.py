"""The commands that delete what was cancelled: that, and nothing else."""

import datetime

import pytest
from django.core.management import CommandError, call_command

from contacts.tests.factories import make_person
from interactions.models import (
    Attachment,
    Campaign,
    CampaignEntry,
    Cancellation,
    Delivery,
    InteractionComment,
    InteractionLogEntry,
    LetterSnapshot,
    LoggedSegment,
)
from interactions.services import delete_cancelled
from interactions.services.cancel import cancel_entries, cancel_logged_segment
from interactions.tests.factories import (
    freeze_letter,
    make_document,
    make_entry,
    make_logged_segment,
    make_template,
)

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 5, 4, 9, tzinfo=datetime.UTC)
ENTRIES, SEGMENTS = "delete_cancelled_interactions", "delete_logged_segments"


@pytest.fixture
def anna():
    return make_person("Anna Dahl")


def run(capsys, command, *asked):
    call_command(command, *asked)
    return capsys.readouterr().out.strip()


def left():
    return sorted(InteractionLogEntry.objects.values_list("description", flat=True))


class TestInteractions:
    def test_what_counts_and_drafts_stay(self, anna, capsys):
        make_entry(anna, description="Counts")
        make_entry(anna, description="Draft", postponed=True)
        for number in range(3):
            make_entry(anna, description=f"Cancelled {number}", cancelled=True)
        said = run(capsys, ENTRIES, "--dry-run")
        assert said == "3 cancelled interactions would be deleted."
        assert len(left()) == 5
        assert run(capsys, ENTRIES) == "3 cancelled interactions deleted."
        assert left() == ["Counts", "Draft"]

    def test_all_that_hangs_on_it_goes_and_what_others_need_stays(self, anna):
        """MInteraction.DeleteInteractionLogEntryWithAttachment (I5)"""
        own, shared = make_document("Own"), make_document("Shared")
        make_template("KEPT", languages={"nb": shared})
        entry = make_entry(anna, document=own)
        make_entry(anna, description="Other", document=shared)
        item = freeze_letter(entry, "Own").item
        InteractionComment.objects.create(entry=entry, text="She moved")
        Delivery.objects.create(entry=entry, channel="email", status="sent")
        cancel_entries(
            entries=InteractionLogEntry.objects.all(), reason="No", user=None, at=NOW
        )
        call_command(ENTRIES)
        for model in (InteractionLogEntry, InteractionComment, Delivery):
            assert not model.objects.exists()
        assert not LetterSnapshot.objects.exists()
        assert not Cancellation.objects.exists()
        assert list(Attachment.objects.all()) == [shared]
        item.refresh_from_db()
        assert (item.entry, item.sequence) == (None, 3)

    def test_what_is_being_sent_stays_until_it_is_known_how_it_went(self, anna):
        entry = make_entry(anna, cancelled=True)
        Delivery.objects.create(entry=entry, channel="email", status="sending")
        call_command(ENTRIES)
        assert left() == ["Spring letter"]

    @pytest.mark.parametrize(
        ("asked", "stays"),
        [
            (["--from", "2026-03-02"], ["Old"]),
            (["--to", "2026-03-01"], ["New"]),
            (["--campaign", "fair"], ["Old"]),
            (["--template", "CALL"], ["Old"]),
            (["--group", "letters"], []),
        ],
    )
    def test_it_can_be_narrowed(self, anna, asked, stays):
        fair = Campaign.objects.create(number="FAIR", description="Fair")
        day = datetime.date(2026, 3, 1)
        make_entry(anna, description="Old", date=day, cancelled=True)
        make_entry(
            anna,
            description="New",
            template=make_template("CALL"),
            campaign=fair,
            cancelled=True,
        )
        call_command(ENTRIES, *asked)
        assert left() == stays

    def test_a_code_that_is_none_is_said(self):
        with pytest.raises(CommandError, match="There is no campaign NONE."):
            call_command(ENTRIES, "--campaign", "NONE")

    def test_it_goes_by_chunks(self, anna, monkeypatch):
        monkeypatch.setattr(delete_cancelled, "CHUNK", 2)
        for _number in range(5):
            make_entry(anna, cancelled=True)
        deleted = delete_cancelled.delete_entries(InteractionLogEntry.objects.all())
        assert list(deleted) == [2, 2, 1]
        assert left() == []


class TestLoggedSegments:
    @pytest.fixture
    def spring(self, anna):
        spring = make_logged_segment("SM-7", created_at=NOW)
        fair = Campaign.objects.create(number="FAIR", description="Fair")
        entry = CampaignEntry.objects.create(
            campaign=fair, date=NOW.date(), logged_segment=spring
        )
        make_entry(anna, logged_segment=spring, campaign_entry=entry)
        return spring

    def test_the_register_goes_and_what_it_did_stays_cancelled(self, spring, capsys):
        """MBatch.DeleteLogSegment (B1)"""
        cancel_logged_segment(logged_segment=spring, reason="Twice", user=None, at=NOW)
        said = run(capsys, SEGMENTS, "sm-7", "--dry-run")
        assert said == "1 cancelled logged segment would be deleted."
        assert run(capsys, SEGMENTS) == "1 cancelled logged segment deleted."
        assert not LoggedSegment.objects.exists()
        for kept in (InteractionLogEntry.objects.get(), CampaignEntry.objects.get()):
            assert (kept.logged_segment, kept.cancelled) == (None, True)
            assert kept.cancellation.reason == "Twice"

    def test_with_the_last_of_it_goes_why_it_was_cancelled(self, spring, capsys):
        cancel_logged_segment(logged_segment=spring, reason="Twice", user=None, at=NOW)
        CampaignEntry.objects.all().delete()
        run(capsys, ENTRIES)
        assert Cancellation.objects.get().reason == "Twice"
        run(capsys, SEGMENTS)
        assert not Cancellation.objects.exists()

    def test_what_counts_stays(self, spring, capsys):
        assert run(capsys, SEGMENTS) == "0 cancelled logged segments deleted."
        with pytest.raises(CommandError, match="SM-7 is not cancelled, so it stays."):
            call_command(SEGMENTS, "SM-7")
        with pytest.raises(CommandError, match="There is no logged segment SM-8."):
            call_command(SEGMENTS, "SM-8")
        assert LoggedSegment.objects.get() == spring

    def test_one_that_counts_stays_while_another_goes(self, spring, capsys):
        autumn = make_logged_segment("SM-8", cancelled=True)
        assert run(capsys, SEGMENTS) == "1 cancelled logged segment deleted."
        assert list(LoggedSegment.objects.all()) == [spring]
        assert not LoggedSegment.objects.filter(pk=autumn.pk).exists()

    def test_it_can_be_narrowed_to_days(self, spring):
        LoggedSegment.objects.update(cancelled=True)
        call_command(SEGMENTS, "--from", "2026-05-05")
        call_command(SEGMENTS, "--to", "2026-05-03")
        assert LoggedSegment.objects.count() == 1
        call_command(SEGMENTS, "--from", "2026-05-04", "--to", "2026-05-04")
        assert LoggedSegment.objects.count() == 0


@pytest.mark.parametrize("command", [ENTRIES, SEGMENTS])
class TestDays:
    def test_a_day_is_typed_in_one_way(self, command):
        said = "argument --from: Write the day as 2026-11-22."
        with pytest.raises(CommandError, match=said):
            call_command(command, "--from", "22.11.2026")

    def test_days_that_cannot_be_are_not_taken_for_nothing_to_do(self, command):
        with pytest.raises(CommandError) as refused:
            call_command(command, "--from", "2026-03-02", "--to", "2026-03-01")
        said = "--from 2026-03-02 is after --to 2026-03-01."
        assert (str(refused.value), refused.value.returncode) == (said, 2)
