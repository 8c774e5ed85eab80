"""I7: how an interaction goes out, as Business Central's own tests ask."""

import pytest

from contacts.choices import CorrespondenceType
from contacts.models import Salesperson
from contacts.tests.factories import make_person
from interactions.choices import DeliveryStatus, RunKind
from interactions.models import Delivery, InteractionLogEntry, Run
from interactions.services.letters import letter_of
from interactions.services.paper_runs import mark_printed, post_run
from interactions.services.reading import text_of
from interactions.tests.factories import make_document, make_template
from segments_app.models import Segment
from segments_app.services import ProblemsFound, log_segment
from segments_app.services.alone import letter_alone
from segments_app.services.log_interaction import InteractionRefused, log_interaction
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db

EMAIL, HARD_COPY = CorrespondenceType.EMAIL, CorrespondenceType.HARD_COPY


@pytest.fixture
def anna():
    nina = Salesperson.objects.create(code="NINA", name="Nina Holm")
    return make_person(
        "Anna Dahl", salesperson=nina, email="anna@example.no", address="A 1", city="B"
    )


@pytest.fixture
def letter():
    document = make_document("Dear {{ contact_name }}", "{{ segment_number }}!")
    return make_template(
        correspondence_type=EMAIL, default_language="en", languages={"en": document}
    )


def log(deliver=False, **values):
    return log_interaction(values=values, deliver=deliver, user=None, at=NOW)


def test_an_email_without_an_address_is_logged_without_a_channel(letter, anna):
    """MInteraction.LogDocumentNoEmail, with a letter instead of an invoice"""
    berit = make_person("Berit Moe", salesperson=anna.salesperson)
    entry = log(contact=berit, template=letter)
    assert (entry.correspondence_type, entry.delivery_status) == ("", "")
    assert InteractionLogEntry.objects.get().contact == berit


def test_an_email_without_an_address_is_not_delivered(letter, anna):
    """MInteraction.LogSegmentEmailCorrTypeContNoEmail"""
    berit = make_person("Berit Moe", salesperson=anna.salesperson)
    segment = make_segment(berit, number="SM-7", template=letter)
    with pytest.raises(ProblemsFound, match="no e-mail address"):
        log_segment(segment=segment, deliver=True, user=None, at=NOW)
    with pytest.raises(InteractionRefused) as refused:
        log(deliver=True, contact=berit, template=letter)
    assert refused.value.faults == {
        "correspondence_type": "To be sent by e-mail, but there is no e-mail address."
    }
    assert not InteractionLogEntry.objects.exists()


def test_the_template_beats_the_contact_even_with_a_blank(admin_client, anna):
    """MIntUI.CreateInteractionIgnoreContactCorresType"""
    anna.correspondence_type = EMAIL
    anna.save()
    blank = make_template(
        correspondence_type="", ignore_contact_correspondence_type=True
    )
    page = admin_client.get(
        "/segments/interactions/create/",
        {"contact": anna.number, "template": blank.code},
    )
    assert page.context["form"].instance.effective_correspondence_type == ""
    assert log(contact=anna, template=blank).correspondence_type == ""


def test_an_email_needs_a_document(anna):
    """MIntUI.InteractionTemplateNoAttachmentError"""
    bare = make_template(correspondence_type="")
    with pytest.raises(InteractionRefused) as refused:
        log(deliver=True, contact=anna, template=bare, correspondence_type=EMAIL)
    assert refused.value.faults == {
        "own_document": "There is no document to send for the language."
    }


def test_what_is_delivered_has_a_channel(anna, letter):
    with pytest.raises(InteractionRefused) as refused:
        log(deliver=True, contact=anna, template=letter, correspondence_type="")
    assert refused.value.faults == {
        "correspondence_type": "Choose how the letter goes out."
    }


class TestALetterToOneContact:
    @pytest.mark.parametrize(
        ("channel", "kind", "to"),
        [(EMAIL, RunKind.SEND, "anna@example.no"), (HARD_COPY, RunKind.PRINT, "")],
    )
    def test_is_frozen_and_put_into_the_outbox(self, anna, letter, channel, kind, to):
        entry = log(
            deliver=True, contact=anna, template=letter, correspondence_type=channel
        )
        (run,) = Run.objects.all()
        assert (run.kind, run.segment_number, run.is_logged) == (kind, "", True)
        assert [(item.sequence, item.entry) for item in run.items.all()] == [(1, entry)]
        (delivery,) = Delivery.objects.all()
        assert (delivery.entry, delivery.channel, delivery.to_address) == (
            entry,
            channel,
            to,
        )
        assert (delivery.status, entry.delivery_status) == (
            DeliveryStatus.QUEUED,
            DeliveryStatus.QUEUED,
        )
        type(anna).objects.filter(pk=anna.pk).update(name="Somebody Else")
        assert text_of(letter_of(entry)).body == ["Dear Anna Dahl", "!"]
        assert not Segment.objects.exists()

    def test_on_paper_is_sent_once_it_is_posted(self, anna, letter):
        asked = {"template": letter, "correspondence_type": HARD_COPY}
        entry = log(deliver=True, contact=anna, **asked)
        log(contact=anna, **asked)
        run = entry.run_item.run
        assert list(Run.objects.in_progress()) == [run]
        mark_printed(run=run, user=None, at=NOW)
        post_run(run=run, posted_on=NOW.date(), user=None, at=NOW)
        entry.refresh_from_db()
        assert entry.delivery_status == DeliveryStatus.POSTED
        assert Delivery.objects.get().sent_at is not None
        assert not Run.objects.in_progress().exists()

    def test_by_email_is_the_outbox_s(self, anna, letter):
        log(deliver=True, contact=anna, template=letter)
        assert not Run.objects.in_progress().exists()
        assert not Run.objects.prepared().exists()

    def test_is_the_one_of_the_preview(self, anna, letter):
        values = {"contact": anna, "template": letter}
        preview = letter_alone(contact=anna, values=values)
        assert text_of(preview).body == ["Dear Anna Dahl", "!"]
        assert not Segment.objects.exists()
        entry = log(**values)
        assert text_of(letter_of(entry)).body == text_of(preview).body

    def test_may_be_a_document_of_its_own(self, anna, letter):
        own = make_document("For {{ contact_name }} alone")
        entry = log(contact=anna, template=letter, document=own)
        assert text_of(letter_of(entry)).body == ["For Anna Dahl alone"]
