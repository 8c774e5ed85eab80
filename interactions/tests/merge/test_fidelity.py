"""Nothing of a template changes but its fields, and Word finds nothing to repair."""

import re

import docx
import pytest
from lxml import etree

from interactions.merge import compile_template
from interactions.merge.fields import CODES
from interactions.tests.factories import letter

from .merging import PEOPLE, merged, part, said, single, values
from .ooxml import w
from .word import changed, members, saved
from .wordlike import (
    LETTER,
    drawing,
    field,
    merge,
    one_section,
    paragraph,
    wordlike,
)

# What a letter has not: marks of who edited it and when, where pages broke for them,
# their remarks, and where their data came from.
LEFT_OUT = (
    *("proofErr", "lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd"),
    *("commentReference", "mailMerge", "rsids"),
)
FORGOTTEN = re.compile(r"\}(?:rsid\w*|paraId|textId)$|\}space$")
REMARKS = "word/comments.xml"


def canonical(content):
    """A part without what may differ, its merge fields as the text that they show."""
    root = etree.fromstring(content)
    for element in list(root.iter(etree.Element)):
        for name in [name for name in element.attrib if FORGOTTEN.search(name)]:
            del element.attrib[name]
        if etree.QName(element).localname in LEFT_OUT:
            element.getparent().remove(element)
        if element.get("PartName", element.get("Target", "")).endswith("comments.xml"):
            element.getparent().remove(element)
    for whole in list(root.iter(w("fldSimple"))):
        if "MERGEFIELD" in whole.get(w("instr")):
            whole.addprevious(whole[0])
            whole.getparent().remove(whole)
    for instruction in list(root.iter(w("instrText"))):
        if "MERGEFIELD" in (instruction.text or ""):
            _leave_what_is_shown(instruction.getparent())
    return etree.tostring(root, method="c14n2").decode()


def _leave_what_is_shown(run):
    while not run.xpath("*[@*[local-name() = 'fldCharType'] = 'begin']"):
        run = run.getprevious()
    ended = False
    while not ended:
        following = run.getnext()
        ended = bool(run.xpath("*[@*[local-name() = 'fldCharType'] = 'end']"))
        if run.find(w("t")) is None:
            run.getparent().remove(run)
        run = following


def with_tags():
    document = docx.Document()
    document.add_paragraph("Dear {{ contact_name }},\tthis is {{ contact_city }}. }")
    document.add_paragraph("first", style="List Number")
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 1).text = "{{ contact_no }}"
    document.sections[0].header.paragraphs[0].text = "For {{ contact_name }}"
    return saved(document)


@pytest.mark.parametrize(
    ("template", "shown"),
    [
        (wordlike, "«{}»"),
        (one_section, "«{}»"),
        (with_tags, "{{{{ {} }}}}"),
        (letter, "{{{{ {} }}}}"),
    ],
)
def test_a_letter_whose_values_are_its_fields_is_the_template(template, shown):
    before = members(template())
    values = {code: shown.format(code) for code in CODES}
    after = members(single(template(), values))
    assert before.keys() - after.keys() <= {REMARKS}
    for name, content in after.items():
        if name.endswith((".xml", ".rels")):
            assert canonical(content) == canonical(before[name]), name
        else:
            assert content == before[name]


@pytest.mark.parametrize("template", [wordlike, one_section, with_tags, letter])
def test_one_document_says_what_its_letters_say(template):
    data = template()
    letters = [said(part(single(data, person))) for person in PEOPLE]
    assert said(part(merged(data))) == "".join(letters)


def test_every_section_of_every_letter_keeps_its_settings():
    before = part(wordlike())
    sections = list(part(merged(wordlike())).iter(w("sectPr")))
    kept = ("pgSz", "pgMar", "pgBorders", "cols", "titlePg", "docGrid")
    assert [
        [
            etree.tostring(each)
            for each in section
            if etree.QName(each).localname in kept
        ]
        for section in sections
    ] == [
        [
            etree.tostring(each)
            for each in section
            if etree.QName(each).localname in kept
        ]
        for section in before.iter(w("sectPr"))
    ] * 3
    assert [values(section, "type") for section in sections] == [["nextPage"], []] * 3


def test_a_letter_that_begins_on_a_right_hand_page_always_does():
    turned = changed(one_section(), "word/document.xml", b"continuous", b"oddPage")
    assert values(part(merged(turned)), "type") == ["oddPage"] * 3


def test_headers_and_footers_are_those_of_the_letter():
    data = merged(wordlike())
    contents = members(data)
    targets = {
        each.get("Id"): f"word/{each.get('Target')}"
        for each in part(data, "word/_rels/document.xml.rels")
    }
    shown = []
    for section in list(part(data).iter(w("sectPr")))[::2]:
        references = [each for each in section if each.tag.endswith("Reference")]
        ids = [each.attrib.values()[1] for each in references]
        shown.append([said(etree.fromstring(contents[targets[each]])) for each in ids])
    assert [[texts[0], texts[1], texts[2]] for texts in shown] == [
        [f"Account C-{number}", f"Account C-{number}", f"Welcome {name}"]
        for number, name in enumerate(("Åse Vik", "Bo & co", "Cy <x>"))
    ]
    assert [texts[3] for texts in shown] == ["Even"] * 3


def test_a_template_says_whether_its_letters_are_converted_one_by_one():
    assert compile_template(one_section()).converts_singly
    assert compile_template(with_tags()).converts_singly is False


def test_controls_bound_to_data_stay_bound_unless_they_show_a_field():
    inner = LETTER[7]
    assert b"dataBinding" in inner.encode()
    both = (
        "<w:sdt><w:sdtPr><w:id w:val='7'/></w:sdtPr><w:sdtContent>"
        f"{inner}{paragraph(merge('contact_name'))}</w:sdtContent></w:sdt>"
    )
    root = part(single(one_section(both)))
    assert values(root, "dataBinding", "xpath") == ["/ns0:letter[1]/ns0:season[1]"]


def test_a_letter_may_end_in_a_picture_or_behind_a_bookmark():
    end = '<w:bookmarkStart w:id="9" w:name="end"/><w:bookmarkEnd w:id="9"/>'
    data = one_section(
        paragraph(field(" PAGEREF end ", "1")), paragraph(drawing(7)), end
    )
    root = part(merged(data))
    blocks = [each for each in root[0] if each.tag == w("p")]
    assert [each.find(f".//{w('drawing')}") is not None for each in blocks] == [
        *(False, True) * 3
    ]
