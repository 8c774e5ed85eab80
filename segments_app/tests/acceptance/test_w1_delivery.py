"""W1: letters by e-mail, as Business Central's own tests tell.

What is attached, and what is the body, is the form of the e-mail; a Word template and
an attached document are one thing here, and there is no editor and no wizard action.
"""

import pytest
from django.core import mail
from django.utils import timezone

from contacts.tests.factories import make_company
from interactions.choices import EmailForm
from interactions.delivery.outbox import send_due
from interactions.tests.factories import make_document, make_template
from segments_app.services import log_segment
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def logged_and_sent(form, **values):
    """Log a segment of one contact with delivery and send what is due."""
    template = make_template(
        default_language="en",
        correspondence_type="email",
        email_form=form,
        languages={"en": make_document("Dear {{ contact_name }}")},
    )
    company = make_company("Kaffe AS", email="post@kaffe.example")
    segment = make_segment(company, template=template, **values)
    logged = log_segment(segment=segment, deliver=True, user=None, at=NOW)
    list(send_due(at=timezone.now()))
    return logged


@pytest.mark.parametrize(
    ("form", "attached"), [(EmailForm.DOCX, ["Spring.docx"]), (EmailForm.BODY, [])]
)
class TestMInteractionLogSegmentWithEmailWordAttachment:
    """MInteraction.LogSegmentWithEmailWordAttachment,
    LogSegmentWithWordTemplateAndSendAsAttachmentToggle,
    LogSegmentWithWordTemplateAndWizardActionOpen, ..Merge, ..Empty
    """

    def test_one_entry_and_one_e_mail(self, form, attached):
        logged = logged_and_sent(form, subject="Spring")
        (entry,) = logged.interactions.all()
        assert (entry.delivery_status, entry.contact_via) == (
            *("sent", "post@kaffe.example"),
        )
        (message,) = mail.outbox
        names = [getattr(each, "filename", "") for each in message.attachments]
        assert names == attached


class TestMInteractionLogSegmentWithEmailTextAttachment:
    """MInteraction.LogSegmentWithEmailTextAttachment"""

    def test_it_goes_to_the_contact_with_the_subject_of_the_segment(self):
        logged_and_sent(EmailForm.DOCX, subject="Hello {{ contact_name }}")
        (message,) = mail.outbox
        assert (message.to, message.subject) == (
            *(["post@kaffe.example"], "Hello Kaffe AS"),
        )

    def test_the_log_has_the_subject_as_it_was_read(self):
        logged = logged_and_sent(EmailForm.DOCX, subject="Hello {{ contact_name }}")
        assert logged.interactions.get().subject == "Hello Kaffe AS"
