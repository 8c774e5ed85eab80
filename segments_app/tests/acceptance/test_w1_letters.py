"""W1: letters of Word templates, as Business Central's own tests tell."""

import io

import pytest

from contacts.tests.factories import make_company
from interactions.choices import EmailForm
from interactions.models import Delivery
from interactions.services.letters import letter_of
from interactions.services.printing import Output
from interactions.services.reading import text_of
from interactions.tests.factories import make_document, make_template
from segments_app.services import log_segment
from segments_app.services.prepare_run import prepare_run
from segments_app.services.print_letters import print_runs
from segments_app.tests.factories import NOW, make_segment
from segments_app.tests.runs.conftest import files_in, paragraphs

pytestmark = pytest.mark.django_db


@pytest.fixture
def template():
    return make_template(
        default_language="en",
        correspondence_type="hard_copy",
        ignore_contact_correspondence_type=True,
        languages={"en": make_document("Dear {{ contact_name }}")},
    )


@pytest.fixture
def by_email(template):
    template.correspondence_type = "email"
    template.save()
    return template


def segment_of(template, *names):
    companies = [
        make_company(name, address="Bakken 1", city="Voss", email=f"{n}@example.no")
        for n, name in enumerate(names)
    ]
    return make_segment(
        *companies, number="SM-7", template=template, correspondence_type="email"
    )


class TestMInteractionLogSegmentWithWordTemplate2Lines1PZip:
    """MInteraction.LogSegmentWithWordTemplate2Lines1PZip

    The letters are printed from the log, as documents of Word.
    """

    def test_one_download_with_a_file_for_each_contact(self, template):
        logged = log_segment(
            segment=segment_of(template, "Kaffe AS", "Fjell AS"), user=None, at=NOW
        )
        out = io.BytesIO()
        output = Output(each=True, pattern="{name}")
        merged = print_runs(runs=list(logged.runs.all()), output=output, out=out)
        assert files_in(out.getvalue()) == {
            "Kaffe AS.docx": ["Dear Kaffe AS"],
            "Fjell AS.docx": ["Dear Fjell AS"],
        }
        assert merged.suffix == ".zip"
        kinds = logged.interactions.values_list("correspondence_type", flat=True)
        assert set(kinds) == {"hard_copy"}


class TestMInteractionLogSegmentWithWordAttachment1Line1Pdf:
    """MInteraction.LogSegmentWithWordAttachment1Line1Pdf

    No zip for a single letter.
    """

    def test_one_letter_is_one_document(self, template):
        logged = log_segment(
            segment=segment_of(template, "Kaffe AS"), user=None, at=NOW
        )
        out = io.BytesIO()
        merged = print_runs(runs=list(logged.runs.all()), output=Output(), out=out)
        assert merged.suffix == ".docx"
        assert paragraphs(out.getvalue()) == ["Dear Kaffe AS"]


class TestMInteractionLogSegmentWithEmailWordAttachment:
    """MInteraction.LogSegmentWithEmailWordAttachment

    The e-mail waits in the outbox until it is sent, and nobody has to look at it.
    """

    def test_it_is_one_entry_with_an_e_mail_that_waits(self, by_email):
        logged = log_segment(
            segment=segment_of(by_email, "Kaffe AS"), deliver=True, user=None, at=NOW
        )
        entry = logged.interactions.get()
        assert (entry.correspondence_type, entry.delivery_status) == ("email", "queued")
        assert Delivery.objects.get().entry == entry


class TestMInteractionLogSegmentWithWordTemplateAndSendAsAttachmentToggle:
    """MInteraction.LogSegmentWithWordTemplateAndSendAsAttachmentToggle

    What the toggle is there, the form of the e-mail is here.
    """

    @pytest.mark.parametrize("form", EmailForm.values)
    def test_it_is_one_entry_in_whatever_form(self, by_email, form):
        by_email.email_form = form
        by_email.save()
        logged = log_segment(
            segment=segment_of(by_email, "Kaffe AS"), deliver=True, user=None, at=NOW
        )
        entry = logged.interactions.get()
        assert (entry.email_form, text_of(letter_of(entry)).body) == (
            form,
            ["Dear Kaffe AS"],
        )


class TestMInteractionVerifyAttachmentExistsOnInteraction:
    """MInteraction.VerifyAttachmentExistsOnInteractionWhenSegmentPostedWithWordTemplat\
AndTwoContacts
    """

    @pytest.mark.parametrize("prepared", [True, False])
    def test_every_entry_has_its_own_letter(self, template, prepared):
        segment = segment_of(template, "Kaffe AS", "Fjell AS")
        if prepared:
            prepare_run(segment=segment, user=None, at=NOW)
        logged = log_segment(segment=segment, user=None, at=NOW)
        letters = [
            text_of(letter_of(entry)).body for entry in logged.interactions.all()
        ]
        assert sorted(letters) == [["Dear Fjell AS"], ["Dear Kaffe AS"]]
