"""All letters in one document."""

import io

import docx
import pytest
from docx.enum.section import WD_HEADER_FOOTER, WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from lxml import etree

from interactions.merge import RenderError, compile_template
from interactions.merge.wordxml import RELATIONS
from interactions.tests.factories import letter

from .ooxml import assert_sound
from .word import complex_field, in_runs, members, opened, record, saved

PEOPLE = [
    record(contact_name="Åse & co", contact_city="Bergen", salesperson_name="Jon"),
    record(contact_name="Bo", contact_city="Umeå", salesperson_name="Eva"),
    record(contact_name="Cy <x>", contact_city="Åbo", salesperson_name="Jon"),
]
NUMBERS = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def merged(data, people=PEOPLE):
    out = io.BytesIO()
    assert compile_template(data).merge_document(people, out) == len(people)
    assert_sound(out.getvalue())
    return out.getvalue()


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


def body(data):
    return etree.fromstring(members(data)["word/document.xml"])[0]


def values(root, name, attribute="val"):
    """An attribute of every such element, in order."""
    return [each.get(qn(f"w:{attribute}")) for each in root.iter(qn(f"w:{name}"))]


def test_every_letter_is_there_in_order():
    result = opened(merged(letter("Dear {{ contact_name }},", "Bye")))
    assert texts(result) == [
        "Dear Åse & co,",
        "Bye",
        "Dear Bo,",
        "Bye",
        "Dear Cy <x>,",
        "Bye",
    ]


def test_every_letter_is_a_section_that_begins_on_page_1():
    result = opened(merged(letter("{{ contact_name }}")))
    assert [
        (section.start_type, section._sectPr.find(qn("w:pgNumType")).get(qn("w:start")))
        for section in result.sections
    ] == [(WD_SECTION.NEW_PAGE, "1")] * 3


def test_the_section_stands_in_the_last_paragraph_and_at_the_end():
    root = body(merged(letter("{{ contact_name }}", "Bye")))
    shapes = [
        [child.tag.partition("}")[2] for child in paragraph.iter()]
        for paragraph in root
    ]
    assert ["sectPr" in shape for shape in shapes] == [
        *(False, True, False, True, False, False, True)
    ]
    assert root[-1].tag == qn("w:sectPr")


def test_one_letter_alone_has_one_section():
    result = opened(merged(letter("{{ contact_name }}"), PEOPLE[:1]))
    assert texts(result) == ["Åse & co"]
    assert len(result.sections) == 1


def test_a_letter_that_ends_in_a_table_gets_the_smallest_paragraph():
    document = docx.Document()
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{{ contact_name }}"
    result = opened(merged(saved(document)))
    names = [table.cell(0, 0).text for table in result.tables]
    assert names == ["Åse & co", "Bo", "Cy <x>"]
    assert [paragraph.text for paragraph in result.paragraphs] == ["", "", ""]
    assert result.paragraphs[0].paragraph_format.line_spacing == Pt(1)


def test_a_letter_that_ends_in_a_condition_keeps_its_section():
    result = opened(
        merged(
            letter(
                "{{ contact_name }}",
                "{%p if contact_city == 'Umeå' %}",
                "North",
                "{%p endif %}",
            )
        )
    )
    assert texts(result) == ["Åse & co", "", "Bo", "North", "", "Cy <x>", ""]
    assert len(result.sections) == 3


def test_a_letter_that_ends_in_a_field_with_a_choice_keeps_its_section():
    document = docx.Document()
    last = document.add_paragraph()
    complex_field(last, " IF ", [" MERGEFIELD contact_city "], ' = "Umeå" "S" "N" ')
    result = opened(merged(saved(document)))
    assert texts(result) == ["N", "S", "N"]
    assert len(result.sections) == 3


def test_headers_that_say_the_same_are_shared_and_others_are_not():
    document = docx.Document()
    document.add_paragraph("{{ contact_name }}")
    section = document.sections[0]
    section.header.paragraphs[0].text = "Our ref. {{ salesperson_name }}"
    section.footer.paragraphs[0].text = "To {{ contact_city }}"
    data = merged(saved(document))
    result = opened(data)
    assert [
        (section.header.paragraphs[0].text, section.footer.paragraphs[0].text)
        for section in result.sections
    ] == [
        ("Our ref. Jon", "To Bergen"),
        ("Our ref. Eva", "To Umeå"),
        ("Our ref. Jon", "To Åbo"),
    ]
    names = [name for name in members(data) if name.startswith("word/header")]
    assert len(names) == 2


def test_a_header_without_fields_is_one_part(tmp_path):
    document = docx.Document()
    document.add_paragraph("{{ contact_name }}")
    document.sections[0].header.paragraphs[0].text = "Demo Ltd."
    data = merged(saved(document))
    headers = [section.header for section in opened(data).sections]
    assert [header.paragraphs[0].text for header in headers] == ["Demo Ltd."] * 3
    assert len([name for name in members(data) if "header" in name]) == 1


def test_a_picture_in_a_header_that_differs_stays(picture):
    document = docx.Document()
    document.add_paragraph("Hello")
    paragraph = document.sections[0].header.paragraphs[0]
    paragraph.add_run("{{ contact_city }}").add_picture(picture)
    data = merged(saved(document))
    cities = ["Bergen", "Umeå", "Åbo"]
    for section, city in zip(opened(data).sections, cities, strict=True):
        assert section.header.paragraphs[0].text == city
        (image,) = (
            relation
            for relation in section.header.part.rels.values()
            if relation.reltype.endswith("/image")
        )
        assert image.target_part.blob.startswith(b"\x89PNG")
    assert len([name for name in members(data) if "media" in name]) == 1


def test_pictures_have_ids_of_their_own(picture):
    document = docx.Document()
    document.add_paragraph("{{ contact_name }}")
    document.add_picture(picture)
    document.add_picture(picture)
    ids = [
        each.get("id")
        for each in body(merged(saved(document))).iter(
            "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
        )
    ]
    assert len(ids) == len(set(ids)) == 6


def test_sections_of_a_letter_stay_and_take_nothing_from_the_letter_before():
    document = docx.Document()
    document.add_paragraph("Letter to {{ contact_name }}")
    wide = document.add_section(WD_SECTION.NEW_PAGE)
    wide.orientation = WD_ORIENT.LANDSCAPE
    wide.header.is_linked_to_previous = False
    wide.header.paragraphs[0].text = "Enclosure"
    document.add_paragraph("Table for {{ contact_city }}")
    result = opened(merged(saved(document), PEOPLE[:2]))
    assert [
        (section.orientation, section.header.paragraphs[0].text)
        for section in result.sections
    ] == [
        (WD_ORIENT.PORTRAIT, ""),
        (WD_ORIENT.LANDSCAPE, "Enclosure"),
    ] * 2
    starts = [
        section._sectPr.find(qn("w:pgNumType")) is not None
        for section in result.sections
    ]
    assert starts == [True, False, True, False]


def number_directly(paragraph, number, level="0"):
    own = OxmlElement("w:numPr")
    for name, value in (("w:ilvl", level), ("w:numId", number)):
        element = OxmlElement(name)
        element.set(qn("w:val"), value)
        own.append(element)
    paragraph._p.get_or_add_pPr().append(own)


def test_numbered_lists_begin_again_in_every_letter():
    document = docx.Document()
    document.add_paragraph("{{ contact_name }}")
    document.add_paragraph("one", style="List Number")
    document.add_paragraph("two", style="List Number")
    document.add_paragraph("dot", style="List Bullet")
    data = merged(saved(document))
    used = values(body(data), "numId")
    assert len(used) == 6
    assert used[0] == used[1]
    assert len({used[0], used[2], used[4]}) == 3
    numbering = etree.fromstring(members(data)["word/numbering.xml"])
    numbers = {each.get(qn("w:numId")): each for each in numbering.iter(qn("w:num"))}
    first, second, third = (numbers[number] for number in used[::2])
    kinds = {
        each.find(qn("w:abstractNumId")).get(qn("w:val"))
        for each in (first, second, third)
    }
    assert len(kinds) == 1
    assert values(first, "startOverride") == []
    assert values(second, "startOverride") == values(third, "startOverride")
    assert set(values(second, "startOverride")) == {"1"}


def test_lists_of_one_kind_count_on_within_a_letter():
    document = docx.Document()
    numbering = document.part.numbering_part.element
    (kind,) = {
        number.abstractNumId.val
        for number in numbering.num_lst
        if number.numId == number_of_style(document, "List Number")
    }
    other = numbering.add_num(kind)
    document.add_paragraph("one", style="List Number")
    number_directly(document.add_paragraph("two"), str(other.numId))
    data = merged(saved(document), PEOPLE[:2])
    used = values(body(data), "numId")
    part = etree.fromstring(members(data)["word/numbering.xml"])
    numbers = {each.get(qn("w:numId")): each for each in part.iter(qn("w:num"))}
    assert len(set(used)) == 4
    assert [bool(values(numbers[number], "startOverride")) for number in used] == [
        *(False, False, True, False)
    ]


def number_of_style(document, name):
    properties = document.styles[name].element.pPr
    return properties.numPr.numId.val


def test_bookmarks_that_are_referred_to_get_a_name_per_letter():
    document = docx.Document()
    paragraph = document.add_paragraph("{{ contact_name }} see ")
    complex_field(paragraph, " REF price \\h ", shown="10")
    for number, name in enumerate(("price", "_GoBack")):
        target = document.add_paragraph("Price")
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(number))
        start.set(qn("w:name"), name)
        target._p.insert(0, start)
        target._p.append(end)
    root = body(merged(saved(document)))
    names = values(root, "bookmarkStart", "name")
    ids = values(root, "bookmarkStart", "id")
    assert len(names) == len(set(names)) == 3
    assert len(set(ids)) == 3
    assert values(root, "bookmarkEnd", "id") == ids
    fields = [each.text for each in root.iter(qn("w:instrText"))]
    assert fields == [f" REF {name} \\h " for name in names]


def test_no_letters_are_refused_before_anything_is_written():
    out = io.BytesIO()
    with pytest.raises(RenderError, match="no letters"):
        compile_template(letter("{{ contact_name }}")).merge_document([], out)
    assert out.getvalue() == b""


def test_the_records_may_come_from_a_generator_into_a_file_that_only_writes(tmp_path):
    class Pipe:
        def __init__(self):
            self.data = b""

        def write(self, data):
            self.data += data

    pipe = Pipe()
    template = compile_template(in_runs("{{ contact_", "no }}"))
    people = (record(contact_no=str(number)) for number in range(50))
    assert template.merge_document(people, pipe) == 50
    assert texts(opened(pipe.data)) == [str(number) for number in range(50)]


def test_the_same_letters_are_the_same_bytes():
    data = letter("{{ contact_name }}")
    assert merged(data) == merged(data)


def test_a_header_that_two_references_share_is_told_apart():
    document = docx.Document()
    document.add_paragraph("{{ contact_name }}")
    section = document.sections[0]
    section.header.paragraphs[0].text = "To {{ contact_city }}"
    part = section.header.part
    same = document.part.rels.get_or_add(f"{RELATIONS}/header", part).rId
    other = document.part.rels._next_rId
    document.part.rels.add_relationship(f"{RELATIONS}/header", part, other)
    assert same != other
    section._sectPr.add_headerReference(WD_HEADER_FOOTER.FIRST_PAGE, other)
    section.different_first_page_header_footer = True
    sections = opened(merged(saved(document))).sections
    assert [
        (each.header.paragraphs[0].text, each.first_page_header.paragraphs[0].text)
        for each in sections
    ] == [(f"To {city}",) * 2 for city in ("Bergen", "Umeå", "Åbo")]
