"""Letters of one's own: looked at, stepped through, edited in Word, reset."""

import io

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from interactions.models import InteractionTemplateLanguage, LetterSnapshot
from interactions.services.letters import letter_of
from interactions.tests.factories import letter, make_document
from segments_app.models import SegmentLine
from segments_app.services import add_by_hand, log_segment, remove_by_hand
from segments_app.services.preflight import preflight
from segments_app.tests.factories import NOW, these

from .log_side import letter_segment, text

pytestmark = pytest.mark.django_db


def url(name, line, *more):
    return reverse(f"segments:{name}", args=[line.segment_id, line.pk, *more])


def page_of(name, segment, *more):
    return reverse(f"segments:{name}", args=[segment.pk, *more])


def paragraphs(data):
    document = docx.Document(io.BytesIO(data))
    return [each.text for each in document.paragraphs if each.text]


def upload(*lines, name="Edited by hand.docx", data=None):
    return SimpleUploadedFile(name, letter(*lines) if data is None else data)


def write(browser, line, *lines, data=None):
    """Upload an edited letter from the page of the letter, as the page has it."""
    form = browser.get(url("letter", line)).context["document_form"]
    carried = {name: form[name].value() or "" for name in ("written_on", "seen")}
    carried["document"] = upload(*lines, data=data)
    return browser.post(url("letter_own", line), carried, follow=True)


def taken(browser, line):
    return paragraphs(browser.get(url("letter_document", line)).content)


def new_version(segment, *lines):
    """The letter of the segment's template becomes another one."""
    languages = InteractionTemplateLanguage.objects.filter(template=segment.template)
    languages.update(document=make_document(*lines))


@pytest.fixture
def segment():
    return letter_segment(people=3)


@pytest.fixture
def lines(segment):
    return list(segment.lines.order_by("position"))


class TestAnOwnDocument:
    def test_what_came_back_from_word_is_what_the_contact_gets(self, anne, lines):
        first, second, _third = lines
        page = write(anne, first, "Dear Person, good to see you!", "Kari")
        assert "Person No001 gets this document from now on." in text(page)
        assert taken(anne, first) == ["Dear Person, good to see you!", "Kari"]
        assert taken(anne, second) == ["Dear Person No002", "See you!"]
        first.refresh_from_db()
        written = InteractionTemplateLanguage.objects.get().document
        assert (first.document_base, first.document_by.username) == (written, "anne")
        assert first.document_at is not None

    def test_fields_left_in_it_are_filled_in(self, anne, lines):
        write(anne, lines[0], "Hello {{ contact_name }}")
        assert taken(anne, lines[0]) == ["Hello Person No001"]

    def test_a_faulty_or_hostile_file_is_refused_at_the_field(self, anne, lines):
        for lines_, data in (
            (["{{ contact_nam }}"], None),
            (["{{ cycler.__init__ }}"], None),
            ([], b"PK\x03\x04 not a document"),
        ):
            page = write(anne, lines[0], *lines_, data=data)
            assert page.status_code == 200
            assert page.context["document_form"].errors["document"]
            assert SegmentLine.objects.filter(document__isnull=False).count() == 0

    def test_who_reads_may_look_and_nothing_else(self, rolf, lines):
        assert rolf.get(url("letter", lines[0])).status_code == 200
        for name in ("letter_text", "letter_own", "letter_reset", "letter_keep"):
            assert rolf.post(url(name, lines[0])).status_code == 403
        reset = page_of("personal_reset", lines[0].segment, "document")
        assert rolf.get(reset).status_code == 403

    def test_of_two_who_upload_the_second_is_told(self, anne, lines):
        form = anne.get(url("letter", lines[0])).context["document_form"]
        carried = {"written_on": form["written_on"].value(), "seen": ""}
        write(anne, lines[0], "Mine")
        page = anne.post(
            url("letter_own", lines[0]), {**carried, "document": upload("Yours")}
        )
        assert "Somebody else changed the own document" in text(page)
        assert taken(anne, lines[0]) == ["Mine"]

    def test_where_another_reset_it_meanwhile_the_next_upload_is_taken(
        self, anne, lines
    ):
        write(anne, lines[0], "Mine")
        form = anne.get(url("letter", lines[0])).context["document_form"]
        for said in ("Somebody else changed the own document", "gets this document"):
            carried = {name: form[name].value() for name in ("written_on", "seen")}
            lines[0].refresh_from_db()
            if lines[0].document_id:
                seen = {"seen": lines[0].document_id}
                anne.post(url("letter_reset", lines[0]), seen)
            carried["document"] = upload("Yours")
            page = anne.post(url("letter_own", lines[0]), carried, follow=True)
            assert said in text(page)
            form = page.context["document_form"]
        assert taken(anne, lines[0]) == ["Yours"]

    def test_a_new_version_of_the_letter_warns_everywhere(self, anne, segment, lines):
        write(anne, lines[0], "Mine")
        kinds = {each.kind for each in preflight(segment=segment, deliver=False)}
        assert "own_document_old" not in kinds
        assert "earlier version" not in text(anne.get(url("line_edit", lines[0])))
        new_version(segment, "Quite another letter to {{ contact_name }}")
        said = "on an earlier version of the letter"
        assert said in text(anne.get(url("letter", lines[0])))
        assert said in text(anne.get(url("line_edit", lines[0])))
        assert said not in text(anne.get(url("line_edit", lines[1])))
        assert said in text(anne.get(page_of("personal_letters", segment)))
        assert said in text(anne.get(page_of("log", segment)))
        assert taken(anne, lines[0]) == ["Mine"]
        assert taken(anne, lines[1]) == ["Quite another letter to Person No002"]

    def test_it_may_be_said_to_be_right_all_the_same(self, anne, segment, lines):
        write(anne, lines[0], "Mine")
        new_version(segment, "Another")
        lines[0].refresh_from_db()
        seen_document = {"seen": lines[0].document_id}
        page = anne.post(url("letter_keep", lines[0]), seen_document, follow=True)
        assert "The own document stays as it is." in text(page)
        assert "on an earlier version" not in text(page)
        assert taken(anne, lines[0]) == ["Mine"]

    def test_edited_while_the_letter_changed_it_is_of_the_earlier(
        self, anne, segment, lines
    ):
        form = anne.get(url("letter", lines[0])).context["document_form"]
        carried = {"written_on": form["written_on"].value(), "seen": ""}
        new_version(segment, "Another")
        carried["document"] = upload("Mine")
        page = anne.post(url("letter_own", lines[0]), carried, follow=True)
        assert "on an earlier version of the letter" in text(page)

    def test_it_is_reset_by_who_has_seen_it(self, anne, lines):
        write(anne, lines[0], "Mine")
        page = anne.post(url("letter_reset", lines[0]), {"seen": 0}, follow=True)
        assert "Somebody changed this own document meanwhile." in text(page)
        lines[0].refresh_from_db()
        seen_document = {"seen": lines[0].document_id}
        page = anne.post(url("letter_reset", lines[0]), seen_document, follow=True)
        assert "The own document is taken away." in text(page)
        assert taken(anne, lines[0]) == ["Dear Person No001", "See you!"]

    def test_all_are_reset_or_none(self, anne, segment, lines):
        for line in lines[:2]:
            write(anne, line, f"Only for {line.pk}")
        reset = page_of("personal_reset", segment, "document")
        page = anne.post(reset, {"kind": "document", "expected": 1}, follow=True)
        assert "Somebody else changed this segment" in text(page)
        assert segment.lines.filter(document__isnull=False).count() == 2
        page = anne.post(reset, {"kind": "document", "expected": 2}, follow=True)
        assert "2 letters are reset." in text(page)
        assert "No personal letters" in text(page)
        origin = ("document", "document_base", "document_by", "document_at")
        assert set(segment.lines.values_list(*origin)) == {(None,) * 4}

    def test_it_goes_along_when_the_contact_leaves_and_comes_again(
        self, anne, segment, lines
    ):
        write(anne, lines[0], "Mine")
        lines[0].refresh_from_db()
        contact = these(lines[0].contact)
        remove_by_hand(segment=segment, contacts=contact, user=None, at=NOW)
        add_by_hand(segment=segment, contacts=contact, user=None, at=NOW)
        again = segment.lines.live().get(contact=lines[0].contact)
        kept = ("document_id", "document_base_id", "document_by_id", "document_at")
        assert again.pk != lines[0].pk
        assert [getattr(again, name) for name in kept] == [
            getattr(lines[0], name) for name in kept
        ]

    def test_it_is_kept_with_the_log_and_printed_again(self, anne, segment, lines):
        write(anne, lines[0], "Only for one: {{ contact_name }}")
        log_segment(segment=segment, deliver=False, user=None, at=NOW)
        snapshot = LetterSnapshot.objects.get(item__contact=lines[0].contact)
        assert snapshot.document.name == "Edited by hand.docx"
        assert paragraphs(letter_of(snapshot.item.entry)) == [
            "Only for one: Person No001"
        ]


class TestAPersonalText:
    def test_it_is_written_where_the_letter_is_read(self, anne, segment, lines):
        new_version(segment, "Dear {{ contact_name }}", "{{ personal_text }}")
        page = anne.post(
            url("letter_text", lines[0]) + "?order=risk",
            {"personal_text": "Good to see you!", "initial-personal_text": ""},
            follow=True,
        )
        assert page.redirect_chain[0][0].endswith("?order=risk")
        assert page.context["text"].body == ["Dear Person No001", "Good to see you!"]
        assert "has no place for a personal text" not in text(page)

    def test_a_letter_without_the_field_says_so(self, anne, lines):
        said = "The document of this letter has no place for a personal text"
        assert said in text(anne.get(url("letter", lines[0])))

    def test_of_two_who_write_the_second_is_told(self, anne, segment, lines):
        segment.lines.update(personal_text="Theirs")
        page = anne.post(
            url("letter_text", lines[0]),
            {"personal_text": "Mine", "initial-personal_text": ""},
        )
        assert "Somebody else changed this to “Theirs”; you want “Mine”." in text(page)
        assert segment.lines.filter(personal_text="Theirs").count() == 3


class TestLookingAtALetter:
    def test_as_html_in_a_frame_where_nothing_runs(self, rolf, segment, lines):
        new_version(segment, "Dear {{ contact_name }}")
        contact = lines[0].contact
        contact.name = "<script>alert(1)</script>"
        contact.save()
        page = rolf.get(url("letter_html", lines[0]))
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text(page)
        assert "<script" not in text(page)
        policy = page["Content-Security-Policy"]
        assert "sandbox" in policy
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert page["X-Frame-Options"] == "SAMEORIGIN"

    def test_without_libreoffice_the_page_has_the_simplified_view(
        self, rolf, lines, settings
    ):
        settings.SOFFICE = "no-such-office"
        page = rolf.get(url("letter", lines[0]) + "?view=pdf")
        assert "Word formatting is simplified; pages may differ." in text(page)
        assert "As printed" not in text(page)
        said = "LibreOffice is not installed"
        assert said in text(rolf.get(url("letter_pdf", lines[0])))

    @pytest.mark.libreoffice
    def test_as_pdf_kept_with_the_next_ones(self, rolf, lines, settings):
        answer = rolf.get(url("letter_pdf", lines[0]))
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
        settings.SOFFICE = "no-such-office"
        for line in lines:
            assert rolf.get(url("letter_pdf", line)).content.startswith(b"%PDF")
        lines[0].contact.name = "Another Name"
        lines[0].contact.save()
        said = "LibreOffice is not installed"
        assert said in text(rolf.get(url("letter_pdf", lines[0])))

    def test_who_must_not_be_written_to_is_not_shown(self, rolf, lines):
        lines[0].contact.privacy_blocked = True
        lines[0].contact.save()
        for name in ("letter_html", "letter_pdf"):
            said = "This contact must not be written to."
            assert said in text(rolf.get(url(name, lines[0])))

    def test_a_stranger_is_sent_to_log_in(self, stranger, lines):
        for name in ("letter", "letter_html", "letter_pdf"):
            assert stranger.get(url(name, lines[0])).status_code == 302


class TestSteppingThrough:
    def test_a_name_a_number_or_a_place_is_jumped_to(self, rolf, segment, lines):
        find = page_of("letter_find", segment)
        for asked, line in (
            ("no003", lines[2]),
            (lines[1].contact.number, lines[1]),
            ("2", lines[1]),
            ("", lines[0]),
        ):
            answer = rolf.get(find, {"find": asked, "order": "risk", "view": "html"})
            assert answer["Location"] == url("letter", line) + "?order=risk&view=html"
        page = rolf.get(find, {"find": "zz", "line": lines[1].pk}, follow=True)
        assert "No letter of this segment fits “zz”." in text(page)
        assert page.context["line"] == lines[1]
        for hostile in ("0", "9" * 40, "\x00", "²"):
            assert rolf.get(find, {"find": hostile}).status_code == 302

    def test_the_riskiest_come_first_with_their_reasons(self, rolf, segment, lines):
        odd = lines[2].contact
        odd.name = "Øyvind 😀 " + "x" * 40
        odd.save()
        segment.lines.filter(pk=lines[1].pk).update(personal_text="Hi")
        page = rolf.get(page_of("riskiest", segment))
        assert [(line.pk, reasons) for line, reasons in page.context["letters"]] == [
            (
                lines[2].pk,
                [
                    "A character that the font of the letter may not have.",
                    f"The longest line has {len(odd.name)} characters.",
                ],
            ),
            (
                lines[1].pk,
                [
                    "There is a personal text, but the letter has no place for it.",
                    "A personal text.",
                ],
            ),
        ]
        page = rolf.get(url("letter", lines[2]) + "?order=risk")
        assert page.context["place"].number == 1
        assert page.context["place"].next["pk"] == lines[1].pk

    @pytest.mark.parametrize("people", [2, 30])
    def test_a_fixed_number_of_queries(self, rolf, people, django_assert_num_queries):
        segment = letter_segment(people=people)
        segment.lines.update(personal_text="Hi")
        rolf.get(page_of("riskiest", segment))
        with django_assert_num_queries(12):
            rolf.get(page_of("riskiest", segment))
        with django_assert_num_queries(10):
            rolf.get(page_of("personal_letters", segment))


def test_a_segment_that_was_logged_leads_there(anne, segment, lines):
    log_segment(segment=segment, deliver=False, user=None, at=NOW)
    for name in ("letter", "letter_own"):
        answer = anne.post if name == "letter_own" else anne.get
        page = answer(url(name, lines[0]), follow=True)
        assert "logged" in text(page)
        assert page.redirect_chain
