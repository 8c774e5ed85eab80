"""What the check of a template says: where, the sentence, and how to mend it."""

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from interactions.merge import TemplateError, compile_template
from interactions.merge.findings import Finding, inspect
from interactions.tests.factories import letter

from .word import (
    complex_field,
    members,
    packed,
    paragraphs,
    record,
    saved,
    simple_field,
)
from .wordlike import DRAWING

WRITE = "Write fields as {{ field }} and conditions as {% if field %} … {% endif %}."


def found(data):
    """Return what was found, each as place, sentence with the mark, and message."""
    findings = inspect(data)
    return [
        (f"{one.part}, {one.position}", marked(one), one.message)
        for one in findings.problems
    ]


def marked(finding):
    return f"{finding.before}>{finding.marked}<{finding.after}"


def test_an_unknown_field_is_marked_in_its_sentence():
    data = letter("Oslo", "Dear {{ contact_nam }}, hello")
    assert inspect(data).problems == (
        Finding(
            "unknown_field",
            "There is no merge field “contact_nam”.",
            "Did you mean contact_name (Name of the contact)?",
            part="Document",
            position="paragraph 2",
            before="Dear {{ ",
            marked="contact_nam",
            after=" }}, hello",
        ),
    )


def test_everything_is_found_at_once_and_each_at_its_place():
    document = docx.Document()
    document.add_paragraph("Yours {{ contact_name and {{ contact_city }}")
    table = document.add_table(2, 2)
    table.cell(1, 0).text = "{% set x = 1 %} here"
    document.sections[0].header.paragraphs[0].text = "{{ nobody }}"
    simple_field(document.add_paragraph("To "), " MERGEFIELD Nobodys ", "«Nobodys»")
    assert [
        (place, sentence) for place, sentence, _message in found(saved(document))
    ] == [
        ("Document, paragraph 2", "To «>Nobodys<»"),
        ("Document, paragraph 1", "Yours >{{ contact_name and <{{ contact_city }}"),
        ("Document, table 1, row 2, cell 1", ">{% set x = 1 %}< here"),
        ("Header, paragraph 1", "{{ >nobody< }}"),
    ]


def test_the_same_mistake_in_two_paragraphs_is_told_twice():
    assert [
        place for place, *_rest in found(letter("{{ nobody }}", "{{ nobody }}"))
    ] == [
        "Document, paragraph 1",
        "Document, paragraph 2",
    ]


def test_a_long_sentence_is_shown_around_the_place():
    (finding,) = inspect(letter("a" * 500 + "{{ nobody }}" + "b" * 500)).problems
    assert marked(finding) == "…" + "a" * 77 + "{{ >nobody< }}" + "b" * 77 + "…"


def test_so_many_problems_are_listed_and_the_rest_is_counted():
    findings = inspect(letter(*(f"{{{{ nobody_{number} }}}}" for number in range(130))))
    assert (len(findings.problems), findings.more) == (100, 30)


def test_a_sound_template_says_which_fields_it_uses():
    findings = inspect(letter("{{ contact_name }} {{ Contact_City }}"))
    assert (findings.usable, findings.fields) == (
        True,
        ("contact_city", "contact_name"),
    )
    assert findings.warnings == ()


@pytest.mark.parametrize(
    ("instruction", "message"),
    [
        (
            ' DATE \\@ "d MMMM" ',
            'The field { DATE \\@ "d MMMM" } shows another day whenever the letter is '
            "opened.",
        ),
        (
            " time ",
            "The field { time } shows another day whenever the letter is opened.",
        ),
        (
            " FILENAME \\p ",
            "The field { FILENAME \\p } changes with who opens the letter.",
        ),
    ],
)
def test_a_field_that_changes_on_opening_is_a_warning(instruction, message):
    document = docx.Document()
    complex_field(document.add_paragraph("{{ contact_city }}, "), instruction)
    simple_field(document.add_paragraph(), " PAGE ")
    (warning,) = inspect(saved(document)).warnings
    assert (warning.kind, warning.message) == ("changing_field", message)
    assert warning.position == "paragraph 1"


@pytest.mark.parametrize(
    "typed", ["«contact_name»", "<<Contact Name>>", "[contact_name]", "{contact_name}"]
)
def test_a_field_that_was_only_typed_is_a_warning(typed):
    (warning,) = inspect(letter("{{ contact_city }}", f"Dear {typed}")).warnings
    assert (warning.kind, marked(warning)) == ("typed_field", f"Dear >{typed}<")


def test_what_is_left_of_a_field_that_is_refused_is_no_warning_too():
    document = docx.Document()
    line = document.add_paragraph()
    complex_field(line, ' DISPLAYBARCODE "', [" MERGEFIELD contact_no "], '" QR ')
    (inner,) = (run for run in line.runs if run.text == "«inner»")
    inner.text = "«contact_no»"
    document.add_paragraph("Dear «contact_city»")
    findings = inspect(saved(document))
    assert [one.kind for one in findings.problems] == ["unsupported_field"]
    assert [marked(one) for one in findings.warnings] == ["Dear >«contact_city»<"]


def test_quotes_and_brackets_round_other_words_are_no_warning():
    data = letter(
        "{{ contact_city }}", "«Hei» [1] <<x>> {so} {% if contact_no %}y{% endif %}"
    )
    assert inspect(data).warnings == ()


def test_a_letter_without_a_field_is_a_warning():
    assert [one.kind for one in inspect(letter("Dear all")).warnings] == ["no_field"]


class TestLinkedPictures:
    """They would be fetched by whoever opens the letter."""

    TARGET = "http://10.0.0.1/pixel.png"

    @pytest.fixture
    def linked(self, picture):
        """A document with a picture of its own, and one that is only linked."""
        document = docx.Document()
        document.add_paragraph("Dear {{ contact_name }}").add_run().add_picture(picture)
        paragraph = document.add_paragraph("Look: ")
        run = paragraph.add_run()
        run.add_picture(picture)
        link = document.part.relate_to(
            self.TARGET, RELATIONSHIP_TYPE.IMAGE, is_external=True
        )
        (blip,) = run._r.xpath(".//a:blip")
        embed = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
        return document, blip, embed, link

    def test_a_linked_picture_is_left_out_and_that_is_said(self, linked):
        document, blip, names, link = linked
        del blip.attrib[f"{names}embed"]
        blip.set(f"{names}link", link)
        data = saved(document)
        (warning,) = inspect(data).warnings
        assert (warning.kind, warning.position) == ("linked_picture", "paragraph 2")
        assert warning.message == (
            f"A picture that lies outside the document is left out: {self.TARGET}"
        )
        result = compile_template(data).render_letter(record(contact_name="Åse"))
        assert paragraphs(result) == ["Dear Åse", "Look: "]
        contents = members(result)
        assert contents["word/document.xml"].count(b"<w:drawing>") == 1
        assert b"10.0.0.1" not in b"".join(contents.values())

    def test_a_picture_that_is_linked_and_embedded_stays(self, linked):
        document, blip, names, link = linked
        blip.set(f"{names}link", link)
        data = saved(document)
        assert [one.kind for one in inspect(data).warnings] == ["linked_picture"]
        contents = members(compile_template(data).render_letter(record()))
        assert contents["word/document.xml"].count(b"<w:drawing>") == 2
        assert b"10.0.0.1" not in b"".join(contents.values())


def test_a_video_of_the_web_is_left_out_and_its_picture_stays(picture):
    document = docx.Document()
    document.add_paragraph("Dear {{ contact_name }}")
    document.add_paragraph("Look: ").add_run().add_picture(picture)
    (blip,) = document.element.body.xpath(".//a:blip")
    blip.append(
        etree.fromstring(
            f'<a:extLst xmlns:a="{DRAWING}/main">'
            '<a:ext uri="{C809E66F-F1BF-436E-b5F7-EEA9579F0CBA}"><wp15:webVideoPr '
            'xmlns:wp15="http://schemas.microsoft.com/office/word/2012/'
            'wordprocessingDrawing" embeddedHtml="&lt;iframe src=&quot;'
            'http://10.0.0.1/&quot;/&gt;" h="9" w="16"/></a:ext></a:extLst>'
        )
    )
    data = saved(document)
    (warning,) = inspect(data).warnings
    assert (warning.kind, warning.position) == ("linked_video", "paragraph 2")
    assert warning.message == (
        "A video that lies outside the document is left out; its picture stays."
    )
    letter_made = compile_template(data).render_letter(record(contact_name="Åse"))
    assert paragraphs(letter_made) == ["Dear Åse", "Look: "]
    contents = members(letter_made)
    assert contents["word/document.xml"].count(b"<w:drawing>") == 1
    assert b"10.0.0.1" not in b"".join(contents.values())


def test_add_ins_are_left_out_and_that_is_said():
    kind = "http://schemas.microsoft.com/office/2011/relationships/webextension"
    relation = '<Relationship Id="rId90" Type="{}" Target="{}"/></Relationships>'
    contents = members(letter("{{ contact_name }}"))
    relations = contents["_rels/.rels"].decode()
    added = relation.format(f"{kind}taskpanes", "word/webextensions/taskpanes.xml")
    contents["_rels/.rels"] = relations.replace("</Relationships>", added).encode()
    contents["word/webextensions/taskpanes.xml"] = b"<taskpanes/>"
    contents["word/webextensions/_rels/taskpanes.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{relation.format(kind, "webextension1.xml")}'
    ).encode()
    contents["word/webextensions/webextension1.xml"] = b"<webextension/>"
    data = packed(contents)
    assert [one.message for one in inspect(data).warnings] == [
        "The add-ins of Word are left out."
    ]
    made = members(compile_template(data).render_letter(record()))
    assert [name for name in made if "webextension" in name] == []
    assert b"webextension" not in made["_rels/.rels"]


def test_the_link_to_a_list_of_recipients_is_left_out_and_that_is_said():
    document = docx.Document()
    document.add_paragraph("{{ contact_name }}")
    (settings,) = (
        relation.target_part
        for relation in document.part.rels.values()
        if relation.reltype == RELATIONSHIP_TYPE.SETTINGS
    )
    settings.relate_to(
        "file:///C:/people.xlsx",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
        "mailMergeSource",
        is_external=True,
    )
    data = saved(document)
    assert [one.message for one in inspect(data).warnings] == [
        "The link to a list of recipients is left out."
    ]
    letters = members(compile_template(data).render_letter(record()))
    assert b"people.xlsx" not in b"".join(letters.values())


def test_warnings_are_told_beside_the_problems():
    document = docx.Document()
    complex_field(document.add_paragraph("{{ nobody }}"), " DATE ")
    with pytest.raises(TemplateError) as caught:
        compile_template(saved(document))
    kinds = [one.kind for one in (*caught.value.problems, *caught.value.warnings)]
    assert kinds == ["unknown_field", "changing_field"]
