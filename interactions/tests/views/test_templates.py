"""Making a template with its Word documents, and getting rid of it again."""

import io
from decimal import Decimal

import docx
import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.tests.factories import make_person
from contacts.tests.opened import opened
from interactions.models import (
    Attachment,
    Campaign,
    InteractionGroup,
    InteractionTemplate,
    InteractionTemplateLanguage,
)
from interactions.services.templates import save_template
from interactions.services.versions import keep_first
from interactions.tests.factories import (
    letter,
    lose,
    make_document,
    make_entry,
    make_template,
)
from interactions.views import templates as templates_view

pytestmark = pytest.mark.django_db

LOST = (
    "The file of the document “lost.docx” is gone from the storage. Upload the "
    "document again."
)
CREATE = reverse("interactions:template_create")


@pytest.fixture
def letters():
    return InteractionGroup.objects.create(code="LETTERS", description="Letters")


def word_file(*paragraphs, name="spring.docx"):
    return SimpleUploadedFile(name, letter(*paragraphs))


def filled_in(group, *languages, **values):
    """Return the form of a template as posted: a row per language."""
    data = {
        "code": "spring",
        "description": "Spring letter",
        "group": group.pk,
        "correspondence_type": "email",
        "email_form": "docx",
        "unit_cost": "1.20",
        "unit_duration": "2",
        "languages-TOTAL_FORMS": len(languages),
        "languages-INITIAL_FORMS": sum("id" in language for language in languages),
    }
    for number, language in enumerate(languages):
        for name, value in language.items():
            data[f"languages-{number}-{name}"] = value
    return data | values


def stored(code="SPRING"):
    """Return the languages of a template and what their documents say."""
    return {
        language.language: paragraphs(language.document.read())
        for language in InteractionTemplateLanguage.objects.filter(template__code=code)
    }


def paragraphs(data):
    document = docx.Document(io.BytesIO(data))
    return [paragraph.text for paragraph in document.paragraphs]


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def url(name, *args):
    return reverse(f"interactions:{name}", args=args)


class TestMakingOne:
    def test_mona_makes_a_template_with_a_document_in_two_languages(
        self, mona, letters
    ):
        spring = Campaign.objects.create(description="Spring")
        response = mona.post(
            CREATE,
            filled_in(
                letters,
                {"language": "EN", "file": word_file("Dear {{ contact_name }}")},
                {"language": "nb-no", "file": word_file("Hei {{ contact_name }}")},
                campaign=spring.pk,
                campaign_target="on",
            ),
        )
        template = InteractionTemplate.objects.get()
        assert response["Location"] == template.get_absolute_url()
        assert said(response) == ["SPRING is saved."]
        assert (template.code, template.description) == ("SPRING", "Spring letter")
        assert (template.unit_cost, template.unit_duration) == (Decimal("1.20"), 2)
        assert (template.campaign, template.campaign_target) == (spring, True)
        assert template.default_language == "en"
        assert stored() == {
            "en": ["Dear {{ contact_name }}"],
            "nb-NO": ["Hei {{ contact_name }}"],
        }

    def test_a_letter_without_a_merge_field_is_saved_with_a_warning(
        self, mona, letters
    ):
        form = filled_in(letters, {"language": "en", "file": word_file("Dear all")})
        response = mona.post(CREATE, form)
        assert stored() == {"en": ["Dear all"]}
        assert said(response) == [
            "SPRING is saved.",
            "spring.docx: There is no merge field: everybody gets the same letter, "
            "word for word.",
        ]

    def test_a_kind_of_interaction_needs_no_letter(self, mona, letters):
        mona.post(CREATE, filled_in(letters, {"language": ""}, code="CALL"))
        assert InteractionTemplate.objects.get().code == "CALL"
        assert stored("CALL") == {}

    def test_saving_may_lead_straight_to_the_next_language(self, mona, letters):
        response = mona.post(CREATE, filled_in(letters, another="1"))
        template = InteractionTemplate.objects.get()
        assert response["Location"] == url("template_edit", template.pk)

    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_stored(
        self, mona, letters
    ):
        make_template("SPRING")
        response = mona.post(
            CREATE,
            filled_in(letters, {"language": "xx", "file": word_file()}, unit_cost="-1"),
        )
        assert set(response.context["form"].errors) == {"code", "unit_cost"}
        (language,) = response.context["languages"].errors
        assert language == {
            "language": ["“xx” is no language. Write it as nb, da or pt-BR."]
        }
        assert InteractionTemplate.objects.count() == 1
        assert not Attachment.objects.exists()


class TestTheDocument:
    def test_every_problem_of_a_letter_is_said_at_once_at_the_file(self, mona, letters):
        faulty = word_file("Dear {{ contact_nam }}", "{{ salesperson_nme }}")
        response = mona.post(
            CREATE, filled_in(letters, {"language": "en", "file": faulty})
        )
        (language,) = response.context["languages"].errors
        assert list(language) == ["file"]
        assert len(language["file"]) == 2
        page = response.content.decode()
        for name in ("contact_nam", "contact_name", "salesperson_nme"):
            assert name in page
        assert not InteractionTemplate.objects.exists()
        assert not Attachment.objects.exists()

    @pytest.mark.parametrize(
        "data", [b"", b"Dear all", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old Word"]
    )
    def test_what_is_no_word_document_is_refused_at_the_file(self, mona, letters, data):
        upload = SimpleUploadedFile("letter.docx", data)
        good = {"language": "nb", "file": word_file()}
        response = mona.post(
            CREATE, filled_in(letters, good, {"language": "en", "file": upload})
        )
        assert [list(errors) for errors in response.context["languages"].errors] == [
            [],
            ["file"],
        ]
        assert not InteractionTemplate.objects.exists()
        assert not Attachment.objects.exists()

    def test_a_new_language_needs_a_document(self, mona, letters):
        response = mona.post(CREATE, filled_in(letters, {"language": "en"}))
        assert response.context["languages"].errors == [
            {"file": ["Choose a Word document."]}
        ]

    def test_the_default_language_must_have_a_document(self, mona, letters):
        response = mona.post(
            CREATE,
            filled_in(
                letters,
                {"language": "en", "file": word_file()},
                default_language="nb",
            ),
        )
        assert response.context["form"].errors == {
            "default_language": [
                "There is no document in the default language nb. Add one below, or "
                "choose a language that has one."
            ]
        }
        assert not InteractionTemplate.objects.exists()


class TestChangingOne:
    @pytest.fixture
    def template(self):
        return make_template(
            "SPRING",
            default_language="en",
            languages={
                "en": make_document("Dear {{ contact_name }}"),
                "nb": make_document("Hei {{ contact_name }}"),
            },
        )

    def rows(self, template):
        """Return the languages as the form has them, by their tag."""
        return {
            row.language: {"id": row.pk, "language": row.language}
            for row in template.languages.all()
        }

    def test_a_replaced_document_stays_for_what_was_written_with_it(
        self, mona, template
    ):
        entry = make_entry(
            make_person(), document=template.languages.get(language="nb").document
        )
        rows = self.rows(template)
        rows["nb"]["file"] = word_file("God dag {{ contact_name }}")
        response = mona.post(
            url("template_edit", template.pk),
            filled_in(
                template.group, *rows.values(), default_language="en", unit_cost=3
            ),
        )
        assert response["Location"] == template.get_absolute_url()
        assert stored() == {
            "en": ["Dear {{ contact_name }}"],
            "nb": ["God dag {{ contact_name }}"],
        }
        entry.refresh_from_db()
        assert paragraphs(entry.document.read()) == ["Hei {{ contact_name }}"]
        template.refresh_from_db()
        assert template.unit_cost == 3

    def test_a_language_goes_but_not_the_default_one(self, mona, template):
        rows = self.rows(template)
        gone = filled_in(
            template.group,
            rows["en"],
            rows["nb"] | {"DELETE": "on"},
            default_language="en",
        )
        mona.post(url("template_edit", template.pk), gone)
        assert set(stored()) == {"en"}
        refused = filled_in(
            template.group, rows["en"] | {"DELETE": "on"}, default_language="en"
        )
        response = mona.post(url("template_edit", template.pk), refused)
        assert list(response.context["form"].errors) == ["default_language"]
        assert set(stored()) == {"en"}

    def test_a_document_may_turn_out_to_be_in_another_language(self, mona, template):
        rows = self.rows(template)
        rows["nb"]["language"] = "nn"
        mona.post(
            url("template_edit", template.pk),
            filled_in(template.group, *rows.values(), default_language="nn"),
        )
        assert stored() == {
            "en": ["Dear {{ contact_name }}"],
            "nn": ["Hei {{ contact_name }}"],
        }

    def test_a_language_that_somebody_added_meanwhile_stays(self, mona, template):
        rows = self.rows(template)
        InteractionTemplateLanguage.objects.create(
            template=template, language="da", document=make_document("Kære")
        )
        mona.post(
            url("template_edit", template.pk),
            filled_in(template.group, *rows.values(), default_language="da"),
        )
        assert set(stored()) == {"da", "en", "nb"}

    def test_a_language_is_there_once(self, mona, template):
        rows = self.rows(template)
        twice = {"language": "nb", "file": word_file("Hallo")}
        response = mona.post(
            url("template_edit", template.pk),
            filled_in(template.group, *rows.values(), twice, default_language="en"),
        )
        assert response.status_code == 200
        assert response.context["languages"].total_error_count() > 0
        assert set(stored()) == {"en", "nb"}
        assert not Attachment.objects.filter(name="spring.docx").exists()

    def test_a_template_of_another_is_not_changed_by_a_forged_row(self, mona, template):
        other = make_template("OTHER", languages={"da": make_document("Kære")})
        row = self.rows(other)["da"]
        mona.post(
            url("template_edit", template.pk),
            filled_in(template.group, row, default_language="en"),
        )
        assert stored("OTHER") == {"da": ["Kære"]}


class TestDeletingOne:
    def test_an_unused_template_goes_with_its_languages(self, mona):
        template = make_template(languages={"en": make_document()})
        page = mona.get(url("template_delete", template.pk)).content.decode()
        assert "Delete the interaction template LETTER A letter?" in page
        response = mona.post(url("template_delete", template.pk))
        assert response["Location"] == url("templates")
        assert not InteractionTemplate.objects.exists()
        assert not InteractionTemplateLanguage.objects.exists()

    def test_a_used_template_stays_and_the_page_says_what_uses_it(self, mona):
        entry = make_entry(make_person())
        for response in (
            mona.get(url("template_delete", entry.template_id)),
            mona.post(url("template_delete", entry.template_id)),
        ):
            assert response.context["uses"] == [("interaction log entries", 1)]
            assert "cannot be deleted" in response.content.decode()
        assert InteractionTemplate.objects.count() == 1


class TestReading:
    def test_the_list_asks_as_many_questions_for_ten_templates_as_for_one(self, rolf):
        def make(*codes):
            for code in codes:
                make_template(
                    code, languages={"en": make_document(), "nb": make_document()}
                )

        def queries():
            with CaptureQueriesContext(connection) as asked:
                rolf.get(url("templates"))
            return len(asked)

        make("A")
        few = queries()
        make(*"BCDEFGHIJ")
        assert (queries(), few) == (few, 6)

    @pytest.mark.parametrize("tags", [["en"], ["da", "en", "fi", "nb", "nl", "sv"]])
    def test_a_template_asks_as_much_in_six_languages_as_in_one(self, mona, tags):
        document = make_document()
        template = make_template(languages=dict.fromkeys(tags, document))
        asked = {}
        for name in ("template", "template_edit", "template_delete"):
            with CaptureQueriesContext(connection) as queries:
                mona.get(url(name, template.pk))
            asked[name] = len(queries)
        assert asked == {
            "template": 8,
            "template_edit": 8,
            "template_delete": 8,
        }

    def test_the_page_shows_the_documents_and_the_fields_for_the_next(self, rolf):
        template = make_template(
            default_language="en", languages={"en": make_document(name="hello.docx")}
        )
        page = rolf.get(template.get_absolute_url()).content.decode()
        language = template.languages.get()
        assert f'href="{url("template_document", language.pk)}">hello.docx' in page
        assert 'data-copy="{{ formal_salutation }}"' in page

    def test_a_document_comes_back_as_it_was_uploaded(self, rolf):
        template = make_template(
            languages={"en": make_document("Dear all", name="hello.docx")}
        )
        language = template.languages.get()
        response = rolf.get(url("template_document", language.pk))
        assert response.content == language.document.read()
        assert response["Content-Disposition"] == 'attachment; filename="hello.docx"'

    @pytest.mark.parametrize("name", ["template_document", "template_preview"])
    def test_a_document_that_is_gone_from_the_storage_is_said(self, rolf, name):
        template = make_template(
            languages={"en": make_document("Lost, all", name="lost.docx")}
        )
        language = template.languages.get()
        lose(language.document)
        response = rolf.get(url(name, language.pk))
        assert response["Location"] == template.get_absolute_url()
        assert said(response) == [LOST]

    def test_a_preview_of_what_the_merge_takes_no_more_says_why(self, rolf):
        template = make_template(languages={"en": make_document("{{ long_ago }}")})
        response = rolf.get(url("template_preview", template.languages.get().pk))
        assert response["Location"] == template.get_absolute_url()
        assert "long_ago" in said(response)[0]

    def test_the_preview_says_the_letter_with_sample_values(self, rolf):
        template = make_template(
            languages={"en": make_document("Dear {{ contact_name }}", "1 < 2")}
        )
        preview = url("template_preview", template.languages.get().pk)
        page = rolf.get(preview)
        assert page.context["letter"].body == ["Dear Åse Vik", "1 < 2"]
        assert "1 &lt; 2" in page.content.decode()
        assert "<h1>LETTER in en</h1>" in page.content.decode()
        assert paragraphs(rolf.get(preview + "?file").content) == [
            "Dear Åse Vik",
            "1 < 2",
        ]

    @pytest.mark.parametrize("asked", ["", "?tags"])
    def test_the_starter_letter_is_a_template_that_can_be_uploaded_at_once(
        self, mona, letters, asked
    ):
        starter = mona.get(url("template_starter") + asked)
        upload = SimpleUploadedFile("starter.docx", starter.content)
        mona.post(CREATE, filled_in(letters, {"language": "en", "file": upload}))
        language = InteractionTemplateLanguage.objects.get()
        preview = mona.get(url("template_preview", language.pk))
        body = preview.context["letter"].body
        assert {"Dear Ms. Åse Vik,", "Jon Berg", "Kind regards,"} <= set(body)


class TestWhoMay:
    @pytest.fixture
    def pages(self):
        """Return every page of templates, with who may see it."""
        template = make_template(languages={"en": make_document()})
        language = template.languages.get()
        keep_first(language)
        version = language.versions.get()
        read = [
            url("templates"),
            url("template", template.pk),
            url("template_languages", template.pk),
            url("template_starter"),
            url("design"),
            url("data_source", "docx"),
            url("data_source", "csv"),
            url("check"),
            url("template_check", language.pk),
            url("template_versions", language.pk),
            url("version", version.pk),
            url("template_document", language.pk),
            url("template_preview", language.pk),
        ]
        write = [
            CREATE,
            url("template_edit", template.pk),
            url("template_delete", template.pk),
            url("version_restore", version.pk),
        ]
        return read, write

    def test_a_stranger_must_log_in_first(self, stranger, pages):
        for page in [*pages[0], *pages[1]]:
            response = stranger.get(page)
            assert response["Location"] == f"{reverse('login')}?next={page}"

    def test_rolf_reads_and_changes_nothing(self, rolf, pages):
        read, write = pages
        assert {rolf.get(page).status_code for page in read} == {200}
        assert {rolf.get(page).status_code for page in write} == {403}
        assert {rolf.post(page).status_code for page in write} == {403}
        assert InteractionTemplate.objects.count() == 1

    def test_somebody_without_rights_sees_no_page_and_gets_no_file(self, nobody, pages):
        for page in [*pages[0], *pages[1]]:
            assert nobody.get(page).status_code == 403

    def test_mona_opens_every_page(self, mona, pages):
        assert {mona.get(page).status_code for page in [*pages[0], *pages[1]]} == {200}

    def test_the_store_itself_has_no_address(self, mona, pages):
        for path in ("/media/", "/attachments/"):
            stored = Attachment.objects.get().file.name
            assert mona.get(path + stored).status_code == 404


class TestTwoEditors:
    """Two people have one template open."""

    @pytest.fixture
    def template(self):
        return make_template(
            "SPRING",
            languages={"nb": make_document(name="brev.docx")},
            description="Old",
            default_language="nb",
            unit_cost=1,
        )

    def test_each_keeps_what_the_other_changed(self, mona, template):
        edit = url("template_edit", template.pk)
        first, second = (opened(mona.get(edit)) for _ in range(2))
        hers = {"description": "New", "languages-0-description": "Bokmål"}
        mine = {"unit_cost": "2", "languages-0-language": "nn"}
        mona.post(edit, first | hers)
        done = mona.post(edit, second | mine | {"default_language": "nn"})
        assert done["Location"] == template.get_absolute_url()
        template.refresh_from_db()
        (language,) = template.languages.all()
        assert (template.description, template.unit_cost) == ("New", 2)
        assert (language.language, language.description) == ("nn", "Bokmål")

    def test_what_both_changed_is_refused_at_its_field_once(self, mona, template):
        edit = url("template_edit", template.pk)
        first, second = (opened(mona.get(edit)) for _ in range(2))
        mona.post(edit, first | {"languages-0-description": "Hers"})
        refused = mona.post(
            edit, second | {"languages-0-description": "Mine", "unit_cost": "2"}
        )
        (errors, _new) = refused.context["languages"].errors
        assert errors["description"] == [
            "Somebody else changed this to “Hers”; you want “Mine”. Save again to put "
            "yours in its place."
        ]
        assert errors["description"][0] in refused.content.decode()
        template.refresh_from_db()
        assert template.unit_cost == 1
        assert mona.post(edit, opened(refused)).status_code == 302
        template.refresh_from_db()
        assert template.unit_cost == 2
        assert template.languages.get().description == "Mine"

    def test_a_document_of_the_other_is_not_replaced_unseen(self, mona, template):
        edit = url("template_edit", template.pk)
        first, second = (opened(mona.get(edit)) for _ in range(2))
        mona.post(edit, first | {"languages-0-file": word_file("Hers")})
        refused = mona.post(edit, second | {"languages-0-file": word_file("Mine")})
        (errors, _new) = refused.context["languages"].errors
        assert list(errors) == ["__all__", "file"]
        assert stored() == {"nb": ["Hers"]}

    def test_a_template_deleted_meanwhile_is_said(self, mona, template, monkeypatch):
        edit = url("template_edit", template.pk)
        sent = opened(mona.get(edit))

        def somebody_is_faster(**values):
            InteractionTemplate.objects.all().delete()
            return save_template(**values)

        monkeypatch.setattr(templates_view, "save_template", somebody_is_faster)
        page = mona.post(edit, sent | {"unit_cost": "2"})
        assert "was deleted meanwhile" in page.content.decode()
        assert not InteractionTemplate.objects.exists()
