"""What people take to Word: a starter, recipients, and a check of what they made."""

import csv
import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from contacts.tests.factories import make_person
from interactions.merge import FIELDS, LISTS
from interactions.merge.fields import code_of
from interactions.models import Attachment
from interactions.services.data_source import (
    LONGEST_NAME,
    MOST_COLUMNS,
    column_name,
)
from interactions.tests.factories import letter, lose, make_document, make_template

pytestmark = pytest.mark.django_db
CHECK = reverse("interactions:check")


def recipients(client, kind, asked=""):
    """Return the rows of the recipients as Word reads them."""
    page = client.get(reverse("interactions:data_source", args=[kind]) + asked)
    if kind == "csv":
        return list(csv.reader(io.StringIO(page.content.decode("utf-8-sig"))))
    (table,) = docx.Document(io.BytesIO(page.content)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.mark.parametrize("kind", ["docx", "csv"])
def test_three_made_up_recipients_have_a_value_for_every_field(rolf, kind):
    names, ordinary, long, unknown = recipients(rolf, kind)
    assert names == [field.code for field in FIELDS]
    assert ordinary[names.index("contact_name")] == "Åse Vik"
    assert len(long[names.index("contact_name")]) > 50
    assert unknown[names.index("contact_job_title")] == ""
    assert unknown[names.index("company_name")] == ordinary[names.index("company_name")]


def test_a_row_of_the_text_file_is_one_line(rolf):
    page = rolf.get(reverse("interactions:data_source", args=["csv"]))
    assert len(page.content.decode().splitlines()) == 4


@pytest.mark.parametrize("language", ["en", "nb", "da", "fi", "nl"])
def test_the_columns_are_called_in_words_that_word_takes(language):
    with override(language):
        names = [column_name(field, captions=True) for field in FIELDS]
    assert len(set(names)) == len(names) <= MOST_COLUMNS
    assert all(name.isidentifier() and len(name) <= LONGEST_NAME for name in names)
    assert [code_of(name) for name in names] == [field.code for field in FIELDS]


def test_in_words_the_first_row_differs_and_nothing_else(rolf):
    words = recipients(rolf, "docx", "?captions")
    assert words[0][:2] == ["Mail_address_several_lines", "Contact_number"]
    assert words[1:] == recipients(rolf, "docx")[1:]


def test_there_is_no_other_kind_of_recipients(rolf):
    page = reverse("interactions:data_source", args=["exe"])
    assert rolf.get(page).status_code == 404


def test_every_field_and_list_is_there_to_copy(rolf):
    page = rolf.get(reverse("interactions:design")).content.decode()
    for field in FIELDS:
        assert f'data-copy="{{{{ {field.code} }}}}"' in page
        assert f'data-copy="{field.code}"' in page
    for each in LISTS:
        assert f'data-copy="{each.snippet}"' in page


class TestChecking:
    def test_a_document_is_checked_and_not_kept(self, rolf):
        upload = SimpleUploadedFile("x.docx", letter("Dear {{ contact_nam }},"))
        page = rolf.post(CHECK, {"file": upload})
        said = page.content.decode()
        assert "The document cannot be used yet: 1 thing is wrong." in said
        assert "Dear {{ <mark>contact_nam</mark> }}," in said
        assert "Did you mean contact_name (Name of the contact)?" in said
        assert not Attachment.objects.exists()

    def test_a_sound_one_says_what_it_uses(self, rolf):
        text = "{{ contact_name }} {% for answer in answers %}x{% endfor %}"
        page = rolf.post(CHECK, {"file": SimpleUploadedFile("x.docx", letter(text))})
        said = page.content.decode()
        assert "The document can be used." in said
        assert "<code>contact_name</code>" in said
        assert "Profile answers (<code>answers</code>)" in said
        assert not Attachment.objects.exists()

    def test_a_document_is_needed(self, rolf):
        assert list(rolf.post(CHECK, {}).context["form"].errors) == ["file"]

    def test_without_libreoffice_the_pages_are_not_offered(self, rolf, settings):
        settings.SOFFICE = "no-such-office"
        assert list(rolf.get(CHECK).context["form"].fields) == ["file"]
        page = stored_check(rolf, "{{ contact_name }}")
        assert "Not counted: LibreOffice is not installed." in page.content.decode()

    @pytest.mark.libreoffice
    def test_the_pages_are_counted_with_sample_values(self, rolf):
        page = stored_check(rolf, "{{ contact_name }}", asked="?pages")
        assert "1 page, with sample values" in page.content.decode()

    def test_a_stored_document_that_the_merge_takes_no_more_says_why(self, rolf):
        page = stored_check(rolf, "{{ long_ago }}")
        assert "<mark>long_ago</mark>" in page.content.decode()

    def test_languages_that_contacts_speak_and_it_has_not_are_named(self, rolf):
        for language in ("nb", "fi", "fi", "da", ""):
            make_person(language=language)
        template = make_template(
            languages={"en": make_document("{{ contact_name }}"), "nb": make_document()}
        )
        written = template.languages.get(language="en")
        page = rolf.get(reverse("interactions:template_check", args=[written.pk]))
        assert [
            (one.language, one.contacts) for one in page.context["missing_languages"]
        ] == [("fi", 2), ("da", 1)]
        said = " ".join(page.content.decode().split())
        assert "Languages of contacts without a document: fi (2), da (1)." in said

    def test_a_lost_document_is_said(self, rolf):
        document = make_document("{{ contact_name }}", name="lost.docx")
        template = make_template(languages={"en": document})
        lose(document)
        written = template.languages.get()
        page = rolf.get(reverse("interactions:template_check", args=[written.pk]))
        assert page["Location"] == template.get_absolute_url()


def stored_check(client, *paragraphs, asked=""):
    template = make_template(languages={"en": make_document(*paragraphs)})
    written = template.languages.get()
    return client.get(reverse("interactions:template_check", args=[written.pk]) + asked)
