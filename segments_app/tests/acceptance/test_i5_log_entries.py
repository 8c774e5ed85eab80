"""I5 and B1: log entries, as Business Central's own tests ask."""

import pytest
from django.core.management import call_command
from django.urls import reverse

from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.models import Attachment, InteractionLogEntry
from interactions.services.cancel import cancel_entries
from interactions.services.evaluate import evaluate
from interactions.tests.factories import make_document, make_entry, make_template
from segments_app.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return make_person("Anna Dahl")


@pytest.mark.parametrize(
    ("flow", "title"),
    [("", "TD"), ("outbound", "TD by Jon"), ("inbound", "TD from Anna Dahl")],
)
def test_the_title_says_by_whom_or_from_whom(anna, flow, title):
    """MInteraction.EmptyFlowEntryTitle, and its neighbours of 6.4.2"""
    entry = make_entry(
        anna,
        template=make_template("TD", description="TD"),
        information_flow=flow,
        salesperson=Salesperson.objects.create(code="JON", name="Jon"),
    )
    assert entry.title == title


def test_an_entry_is_evaluated(anna):
    """MInteraction.ContactInteractionSubformEvaluateInteraction"""
    entry = make_entry(anna)
    evaluate(entry=entry, evaluation="positive")
    entry.refresh_from_db()
    assert entry.get_evaluation_display() == "Positive"


def test_an_entry_is_cancelled(anna, admin_client):
    """MInteraction.ContactInteractionSubformToggleCanceled"""
    entry = make_entry(anna)
    admin_client.post(
        reverse("interactions:many", args=["cancel"]),
        {"entry": entry.pk, "reason": "Wrong", "expected": 1},
    )
    entry.refresh_from_db()
    assert entry.cancelled


class TestTwoCancelledEntriesShareADocument:
    @pytest.fixture
    def shared(self, anna):
        shared = make_document("Only once")
        template = make_template("CALL")
        make_entry(anna, document=shared)
        make_entry(anna, document=shared, template=template)
        cancel_entries(
            entries=InteractionLogEntry.objects.all(), reason="", user=None, at=NOW
        )
        return shared

    def test_it_goes_with_the_last_of_them(
        self, shared, django_capture_on_commit_callbacks
    ):
        """MInteraction.DeleteTwoCanceledInteractionLogEntriesWithOneAttachment"""
        with django_capture_on_commit_callbacks(execute=True):
            call_command("delete_cancelled_interactions")
        assert not Attachment.objects.exists()
        assert not shared.file.storage.exists(shared.file.name)

    def test_it_stays_while_one_of_them_does(self, shared):
        """MInteraction.DeleteOneOfTwoCanceledInteractionLogEntriesWithOneAttachment"""
        call_command("delete_cancelled_interactions", "--template", "CALL")
        assert InteractionLogEntry.objects.get().document == shared
        assert shared.file.storage.exists(shared.file.name)
