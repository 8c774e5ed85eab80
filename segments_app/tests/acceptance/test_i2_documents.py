"""I2: documents of templates and of lines, as Business Central's own tests tell.

What a contact reads is a Word document here. Where BC edits the text of an attachment,
our user edits the letter in Word and uploads it as the contact's own.
"""

import pytest
from django.urls import reverse

from contacts.tests.factories import make_person
from interactions.models import Attachment, InteractionTemplateLanguage
from interactions.services.documents import compiled
from interactions.services.reading import text_of
from interactions.services.templates import (
    NewDocument,
    delete_template,
    save_template,
)
from interactions.services.versions import keep_version
from interactions.tests.factories import letter, make_document, make_template
from segments_app.services.change_line import change_line
from segments_app.services.letters import letter_of_line, letters_of
from segments_app.services.personal_letters import write_own_document
from segments_app.tests.factories import NOW, make_segment

pytestmark = pytest.mark.django_db

# 2,600 characters, of which some mean something in a document.
LONG = "Åse & Bo <said> “hello”, " * 104


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def template():
    return make_template(
        default_language="en",
        languages={"en": make_document("Dear {{ contact_name }}")},
    )


@pytest.fixture
def line(template):
    segment = make_segment(make_person("Anna Dahl"), template=template)
    return segment.lines.get()


def write(line, *paragraphs):
    """The contact gets this from now on."""
    write_own_document(
        line=line,
        upload=NewDocument(data=letter(*paragraphs), name="own.docx"),
        written_on=None,
        seen={"document": line.document_id},
        user=None,
        at=NOW,
    )
    line.refresh_from_db()


def read(line):
    """What the contact reads."""
    (found,) = letters_of(line.segment)
    return text_of(letter_of_line(found)).body


def new_version(template, *paragraphs):
    """The template has another document, and keeps the former as a version."""
    language = template.languages.get()
    keep_version(language=language, note="", user=None, at=NOW)
    language.document = make_document(*paragraphs)
    language.save()
    keep_version(language=language, note="", user=None, at=NOW)


class TestMInteractionRemoveAttachment:
    """MInteraction.RemoveAttachment"""

    def test_the_template_has_no_document_any_more(self, template):
        save_template(
            template=template,
            values={"default_language": ""},
            languages=[],
            removed=[template.languages.get()],
            user=None,
            at=NOW,
        )
        assert not template.languages.exists()
        assert not Attachment.objects.exists()


class TestMInteractionDeleteInteractionTmplWithEmailMergeAttachment:
    """MInteraction.DeleteInteractionTmplWithEmailMergeAttachment"""

    @pytest.fixture
    def other(self):
        return make_template("OTHER", languages={"en": make_document("Quite another")})

    def test_no_document_is_left_without_a_template(
        self, template, other, tmp_path, django_capture_on_commit_callbacks
    ):
        new_version(template, "Hello {{ contact_name }}")
        InteractionTemplateLanguage.objects.create(
            template=template, language="nb", document=make_document("Hei")
        )
        assert Attachment.objects.count() == 4
        with django_capture_on_commit_callbacks(execute=True):
            delete_template(template=template)
        assert Attachment.objects.get() == other.languages.get().document
        assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1

    def test_what_is_used_elsewhere_stays(self, template, line):
        kept = template.languages.get().document
        change_line(line=line, values={"document": kept}, user=None, at=NOW)
        other = make_template("OTHER", languages={"en": make_document("Another")})
        line.segment.template = other
        line.segment.save()
        delete_template(template=template)
        assert read(line) == ["Dear Anna Dahl"]


class TestMInteractionSegmentLinePreviewHTMLContent:
    """MInteraction.SegmentLine_PreviewHTMLContent"""

    def test_the_preview_of_the_letter_opens(self, client, admin_user, line):
        client.force_login(admin_user)
        place = [line.segment_id, line.pk]
        page = client.get(reverse("segments:letter", args=place), {"view": "html"})
        frame = reverse("segments:letter_html", args=place)
        assert frame in page.content.decode()
        assert "Dear Anna Dahl" in client.get(frame).content.decode()


class TestMInteractionSegmentLineLoadContentBodyText:
    """MInteraction.SegmentLine_LoadContentBodyText"""

    def test_a_long_text_comes_back_as_it_was_written(self, line):
        write(line, LONG)
        assert read(line) == [LONG]
        assert compiled(line.document).fields == set()


class TestMInteractionSegmentLineUpdateContentBodyText:
    """MInteraction.SegmentLine_UpdateContentBodyText"""

    def test_another_long_text_takes_its_place(self, line):
        write(line, LONG)
        write(line, LONG[::-1])
        assert read(line) == [LONG[::-1]]


class TestMInteractionAttachmentNotLoadedWhenItAlreadyExists:
    """MInteraction.AttachmentNotLoadedWhenItAlreadyExists"""

    def test_what_was_edited_stays_though_the_template_has_another(
        self, template, line
    ):
        write(line, "Edited for Anna")
        new_version(template, "Another letter")
        assert read(line) == ["Edited for Anna"]


class TestMInteractionAttachmentLoadedWhenLoadWithForceAttachment:
    """MInteraction.AttachmentLoadedWhenLoadWithForceAttachment"""

    def test_reset_it_is_the_letter_of_the_template_again(self, template, line):
        write(line, "Edited for Anna")
        new_version(template, "Another letter to {{ contact_name }}")
        change_line(line=line, values={"document": None}, user=None, at=NOW)
        assert read(line) == ["Another letter to Anna Dahl"]
