"""What an e-mail is made of: attached or in the body, from whom, how to get out."""

import io

import docx
import pytest
from docx.shared import Mm
from PIL import Image

from interactions.models import Attachment, Delivery, MailText, Run
from interactions.models.attachment import DOCX
from interactions.services.mail_texts import mail_texts
from interactions.tests.pdf.office import needs_libreoffice

from .outbox import states

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("server")]


def letter_with(*pictures):
    """Return a stored letter that has these pictures."""
    document = docx.Document()
    document.add_paragraph("Dear {{ contact_name }}")
    document.add_paragraph("Read on: & <more>")
    for each in pictures:
        document.add_paragraph().add_run().add_picture(each, width=Mm(20))
    out = io.BytesIO()
    document.save(out)
    return Attachment.objects.store(data=out.getvalue(), name="letter.docx")


def picture(kind, size=4):
    out = io.BytesIO()
    Image.effect_noise((size, size), 90).save(out, kind)
    out.seek(0)
    return out


@pytest.fixture
def mail(queue, send, server):
    """Send one letter and return what arrived."""

    def one(**values):
        queue("Anna Dahl", **values)
        assert send() == "1 sent, 0 failed."
        return server.taken[-1]

    return one


def shape(part):
    """The kinds of a message and of what is in it."""
    if part.is_multipart():
        return [part.get_content_subtype(), *map(shape, part.iter_parts())]
    return part.get_content_type()


class TestAttached:
    def test_as_a_word_document_beside_a_text(self, mail):
        message = mail(email_form="docx")
        assert shape(message) == ["mixed", "text/plain", DOCX]

    @pytest.mark.libreoffice
    @needs_libreoffice[1]
    def test_as_pdf(self, mail):
        message = mail(email_form="pdf", subject="Merry Christmas")
        (letter,) = message.iter_attachments()
        assert (letter.get_filename(), letter.get_content_type()) == (
            *("Merry_Christmas.pdf", "application/pdf"),
        )
        assert letter.get_content().startswith(b"%PDF-")

    def test_without_libreoffice_the_reason_is_clear(
        self, queue, send, server, settings
    ):
        settings.SOFFICE = "/nowhere/soffice"
        queue("Anna Dahl", email_form="pdf")
        queue("Bo Lie", email_form="docx")
        assert send() == "1 sent, 1 failed."
        assert states()[0] == ("Anna Dahl", "failed", "failed")
        said = "LibreOffice is not installed, so there is no PDF."
        assert Delivery.objects.get(status="failed").error == said

    def test_the_text_beside_it_is_that_of_the_language_and_of_the_day(
        self, queue, send, server
    ):
        MailText.objects.create(
            language="nb", text="Hei!\n\nBrevet ligger ved.", unsubscribe="Nok? "
        )
        queue("Anna Dahl")
        Run.objects.update(mail_texts=mail_texts())
        MailText.objects.all().delete()
        assert send() == "1 sent, 0 failed."
        text = server.taken[0].get_body(("plain",)).get_content().splitlines()
        assert text[:4] == ["Hei!", "", "Brevet ligger ved.", ""]
        assert text[4].rstrip() == "Nok?"


class TestInTheBody:
    def test_the_letter_is_html_and_plain_text(self, mail):
        message = mail(email_form="body", document=letter_with())
        assert shape(message) == ["alternative", "text/plain", "text/html"]
        text = message.get_body(("plain",)).get_content()
        html = message.get_body(("html",)).get_content()
        assert text.startswith("Dear Anna Dahl\r\nRead on: & <more>")
        assert "<p>Dear Anna Dahl</p><p>Read on: &amp; &lt;more&gt;</p>" in html
        assert html.rstrip().endswith("</body></html>")

    def test_pictures_travel_with_it(self, mail):
        message = mail(email_form="body", document=letter_with(picture("PNG")))
        assert shape(message) == [
            "related",
            ["alternative", "text/plain", "text/html"],
            "image/png",
        ]
        shown = list(message.iter_parts())[1]
        html = message.get_body(("html",)).get_content()
        assert f'src="cid:{shown["Content-ID"].strip("<>")}"' in html
        assert shown.get_content_disposition() == "inline"
        assert Image.open(io.BytesIO(shown.get_content())).size == (4, 4)
        assert "data:" not in html

    def test_a_picture_that_no_mail_program_shows_is_left_out(self, mail):
        message = mail(email_form="body", document=letter_with(picture("TIFF")))
        html = message.get_body(("html",)).get_content()
        assert shape(message) == ["alternative", "text/plain", "text/html"]
        assert "<img" not in html


class TestFromWhom:
    def test_our_company_and_the_salesperson_for_answers(self, queue, send, server):
        queue("Anna Dahl")
        Run.objects.update(
            own_company={"name": "Kaffe & Té, AS", "email": "post@kaffe.example"}
        )
        assert send() == "1 sent, 0 failed."
        (message,) = server.taken
        (sender,) = message["From"].addresses
        assert (sender.display_name, sender.addr_spec) == (
            *("Kaffe & Té, AS", "post@kaffe.example"),
        )
        assert message["Reply-To"] == "jon@example.no"
        assert server.envelopes == ["hello@kaffe.example"]

    def test_a_name_cannot_add_a_header(self, queue, send, server):
        queue("Anna Dahl")
        Run.objects.update(
            own_company={"name": "Kaffe\r\nBcc: x@y.example", "email": "a@b.example"}
        )
        send()
        assert all(message["Bcc"] is None for message in server.taken)


class TestSubject:
    def test_fields_are_filled_in(self, mail):
        message = mail(subject="Hello {{ contact_name }}!")
        assert message["Subject"] == "Hello Anna Dahl!"

    def test_a_subject_that_cannot_be_read_goes_as_it_is(self, mail):
        assert mail(subject="Hello {{ nobody }")["Subject"] == "Hello {{ nobody }"


class TestGettingOut:
    def test_by_one_click_and_by_a_link_in_the_text(self, mail, settings):
        settings.SITE_URL = "https://letters.example"
        message = mail(email_form="body")
        link = message["List-Unsubscribe"].strip(" <>")
        assert link.startswith("https://letters.example/interactions/unsubscribe/")
        assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert link in message.get_body(("plain",)).get_content()
        assert f'<a href="{link}">' in message.get_body(("html",)).get_content()
