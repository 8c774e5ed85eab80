"""Paragraphs of nothing but empty merge fields: Word's merge leaves them out."""

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from interactions.merge import compile_template
from interactions.merge.wordxml import WORD

from .merging import merged
from .ooxml import assert_sound
from .word import complex_field, opened, paragraphs, record, saved, simple_field

ÅSE = record(contact_name="Åse Vik", contact_city="Bergen")
KAFFE = record(contact_company_name="Kaffe AS", contact_city="Voss")


def address(*, keep=None):
    """A letter that begins with an address of one field a line."""
    document = docx.Document()
    for name in ("contact_company_name", "contact_name", "contact_address_2"):
        simple_field(document.add_paragraph(), f" MERGEFIELD {name} ")
    complex_field(document.add_paragraph(), " MERGEFIELD contact_city \\* Upper ")
    document.add_paragraph("Hello")
    if keep is not None:
        document.settings.element.insert(
            1,
            parse_xml(
                f'<w:mailMerge xmlns:w="{WORD}"><w:mainDocumentType w:val="formLetters"'
                f"/><w:doNotSuppressBlankLines{keep}/></w:mailMerge>"
            ),
        )
    return saved(document)


def lines(data, values):
    letter = compile_template(data).render_letter(values)
    assert_sound(letter)
    return paragraphs(letter)


def test_a_line_whose_field_is_empty_goes():
    assert lines(address(), ÅSE) == ["Åse Vik", "BERGEN", "Hello"]
    assert lines(address(), KAFFE) == ["Kaffe AS", "VOSS", "Hello"]
    assert lines(address(), record()) == ["Hello"]


def test_in_one_document_every_letter_has_its_own_lines():
    assert paragraphs(merged(address(), [ÅSE, KAFFE, record()])) == [
        *("Åse Vik", "BERGEN", "Hello"),
        *("Kaffe AS", "VOSS", "Hello"),
        "Hello",
    ]


@pytest.mark.parametrize("keep", ["", ' w:val="1"', ' w:val="on"'])
def test_a_document_may_ask_for_its_blank_lines(keep):
    assert lines(address(keep=keep), ÅSE) == ["", "Åse Vik", "", "BERGEN", "Hello"]


@pytest.mark.parametrize("off", [' w:val="0"', ' w:val="false"', ' w:val="off"'])
def test_a_document_may_say_that_it_wants_none(off):
    assert lines(address(keep=off), ÅSE) == ["Åse Vik", "BERGEN", "Hello"]


def test_several_fields_go_together_and_only_if_all_are_empty():
    document = docx.Document()
    paragraph = document.add_paragraph()
    complex_field(paragraph, ' MERGEFIELD contact_post_code \\f " " ')
    simple_field(paragraph, " MERGEFIELD contact_city ")
    document.add_paragraph("Hello")
    assert lines(saved(document), ÅSE) == ["Bergen", "Hello"]
    assert lines(saved(document), record(contact_post_code="5003")) == [
        "5003 ",
        "Hello",
    ]
    assert lines(saved(document), record()) == ["Hello"]


@pytest.mark.parametrize("field", [" ADDRESSBLOCK ", " GREETINGLINE "])
def test_a_block_of_word_that_is_empty_goes(field):
    document = docx.Document()
    complex_field(document.add_paragraph(), field)
    document.add_paragraph("Hello")
    assert lines(saved(document), record()) == ["Hello"]


@pytest.mark.parametrize("beside", [" ", ",", "Att: "])
def test_whatever_else_is_written_keeps_the_line(beside):
    document = docx.Document()
    paragraph = document.add_paragraph(beside)
    simple_field(paragraph, " MERGEFIELD contact_name ")
    document.add_paragraph("Hello")
    assert lines(saved(document), record()) == [beside, "Hello"]


def test_a_picture_keeps_the_line(picture):
    document = docx.Document()
    paragraph = document.add_paragraph()
    paragraph.add_run().add_picture(picture)
    simple_field(paragraph, " MERGEFIELD contact_name ")
    document.add_paragraph("Hello")
    assert lines(saved(document), record()) == ["", "Hello"]


@pytest.mark.parametrize("before", [True, False])
def test_a_condition_keeps_the_line(before):
    document = docx.Document()
    paragraph = document.add_paragraph()
    name = [" MERGEFIELD contact_name "]
    condition = ("IF ", name, ' = "Bo" ', name, ' ""')
    if before:
        complex_field(paragraph, *condition)
    simple_field(paragraph, " MERGEFIELD contact_city ")
    if not before:
        complex_field(paragraph, *condition)
    document.add_paragraph("Hello")
    assert lines(saved(document), record()) == ["", "Hello"]
    assert lines(saved(document), record(contact_name="Bo")) == ["Bo", "Hello"]


def test_a_tag_keeps_its_line_which_may_say_itself_that_it_goes():
    document = docx.Document()
    document.add_paragraph("{{ contact_name }}")
    document.add_paragraph("Hello")
    assert lines(saved(document), record()) == ["", "Hello"]


def test_a_cell_a_header_and_the_letter_keep_their_last_paragraph():
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    for paragraph in (
        cell.paragraphs[0],
        document.sections[0].header.paragraphs[0],
        document.add_paragraph(),
    ):
        simple_field(paragraph, " MERGEFIELD contact_name ")
    letter = compile_template(saved(document)).render_letter(record())
    assert_sound(letter)
    shown = opened(letter)
    assert [paragraph.text for paragraph in shown.paragraphs] == [""]
    assert [each.text for each in shown.tables[0].cell(0, 0).paragraphs] == [""]
    assert [each.text for each in shown.sections[0].header.paragraphs] == [""]


def test_a_line_stays_before_a_table_and_at_the_end_of_a_section():
    document = docx.Document()
    simple_field(document.add_paragraph(), " MERGEFIELD contact_name ")
    document.add_table(rows=1, cols=1)
    simple_field(document.add_paragraph(), " MERGEFIELD contact_name ")
    document.add_section()
    (properties,) = document.element.body.xpath("./w:p/w:pPr[w:sectPr]")
    ending = properties.getparent()
    ending.getprevious().append(properties)
    ending.getparent().remove(ending)
    document.add_paragraph("Hello")
    assert lines(saved(document), record()) == ["", "", "Hello"]


def test_a_bookmark_goes_with_its_line_and_half_of_one_keeps_it():
    document = docx.Document()
    whole, half = document.add_paragraph(), document.add_paragraph()
    for paragraph, name in ((whole, "_GoBack"), (half, "address")):
        start = OxmlElement("w:bookmarkStart")
        start.set(qn("w:id"), name[-1])
        start.set(qn("w:name"), name)
        paragraph._p.append(start)
        simple_field(paragraph, " MERGEFIELD contact_name ")
    for paragraph, number in ((whole, "k"), (document.add_paragraph("Hello"), "s")):
        end = OxmlElement("w:bookmarkEnd")
        end.set(qn("w:id"), number)
        paragraph._p.append(end)
    assert lines(saved(document), record()) == ["", "Hello"]
