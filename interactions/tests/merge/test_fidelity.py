"""Nothing of a template changes but its fields, and Word finds nothing to repair."""

import io
import re

import docx
import pytest
from lxml import etree

from interactions.merge import TemplateError, compile_template
from interactions.merge.fields import CODES
from interactions.tests.factories import letter

from .ooxml import R, assert_sound, w
from .word import changed, members, packed, record, saved
from .wordlike import (
    DRAWING,
    LETTER,
    OFFICE,
    drawing,
    field,
    merge,
    note,
    one_section,
    paragraph,
    simple,
    text,
    wordlike,
)

PEOPLE = [
    record(
        contact_no=f"C-{number}",
        contact_name=name,
        contact_first_name=name.partition(" ")[0],
        contact_city=city,
    )
    for number, (name, city) in enumerate(
        [("Åse Vik", "Bergen"), ("Bo & co", "Umeå"), ("Cy <x>", "Bergen")]
    )
]
# What a letter has not: marks of who edited it and when, where pages broke for them,
# their remarks, and where their data came from.
LEFT_OUT = (
    *("proofErr", "lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd"),
    *("commentReference", "mailMerge", "rsids"),
)
FORGOTTEN = re.compile(r"\}(?:rsid\w*|paraId|textId)$|\}space$")
REMARKS = "word/comments.xml"


def merged(data, people=PEOPLE):
    out = io.BytesIO()
    assert compile_template(data).merge_document(people, out) == len(people)
    assert_sound(out.getvalue())
    return out.getvalue()


def single(data, values=PEOPLE[0]):
    result = compile_template(data).render_letter(values)
    assert_sound(result)
    return result


def part(data, name="word/document.xml"):
    return etree.fromstring(members(data)[name])


def values(root, name, attribute="val"):
    """An attribute of every such element, in order."""
    return [each.get(w(attribute)) for each in root.iter(w(name))]


def said(root):
    return "".join(each.text or "" for each in root.iter(w("t")))


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


def test_notes_are_those_of_the_letter_and_count_from_1_in_each():
    data = merged(wordlike())
    root = part(data)
    for kind, texts in (
        ("footnote", [" For Åse Vik", " Terms of our house"]),
        ("endnote", [" For Åse Vik"]),
    ):
        notes = {
            each.get(w("id")): said(each)
            for each in part(data, f"word/{kind}s.xml").iterchildren()
            if each.get(w("type")) is None
        }
        used = values(root, f"{kind}Reference", "id")
        names = ("Åse Vik", "Bo & co", "Cy <x>")
        assert [notes.pop(each) for each in used] == [
            said.replace("Åse Vik", name) for name in names for said in texts
        ]
        assert notes == {}
        restarts = [
            values(section, "numRestart") for section in root.iter(w(f"{kind}Pr"))
        ]
        assert restarts == [["eachSect"]] * 3
    settings = part(data, "word/settings.xml").find(w("endnotePr"))
    assert values(settings, "pos") == ["sectEnd"]
    # What the document says of endnotes a section has to repeat.
    assert values(root, "numFmt") == ["lowerRoman"] * 3
    held_back = [
        each.find(w("noEndnote")) is not None for each in root.iter(w("sectPr"))
    ]
    assert held_back == [True, False] * 3


def test_notes_that_a_condition_leaves_out_are_in_no_letter():
    data = one_section(
        paragraph(text("{%p if contact_city == 'Umeå' %}")),
        paragraph(note("footnote", 1)),
        paragraph(text("{%p endif %}")),
        paragraph(note("footnote", 2), note("endnote", 1)),
    )

    def notes(result):
        root = part(result, "word/footnotes.xml")
        return [said(each) for each in root if each.get(w("type")) is None]

    first, second = " For Bo & co", " Terms of our house"
    assert notes(single(data, PEOPLE[0])) == [second]
    assert notes(single(data, PEOPLE[1])) == [first, second]
    assert notes(merged(data)) == [second, first, second, second]


def test_a_note_in_a_loop_is_refused_with_its_place():
    data = one_section(
        paragraph(text("{%p for person in people %}")),
        paragraph(text("Dear all"), note("footnote", 1)),
        paragraph(text("{%p endfor %}")),
    )
    with pytest.raises(TemplateError) as raised:
        compile_template(data)
    (problem,) = raised.value.problems
    assert (problem.kind, problem.place) == (
        "unsupported_note",
        "Document, near “Dear all”",
    )


def test_what_a_loop_repeats_has_ids_of_its_own():
    data = one_section(
        paragraph(drawing(7)),
        paragraph(text("{%p for person in people %}")),
        paragraph(
            '<w:bookmarkStart w:id="5" w:name="x"/>',
            drawing(9),
            '<w:bookmarkEnd w:id="5"/>',
            text("{{ person.name }}"),
        ),
        paragraph(text("{%p endfor %}")),
    )
    people = {"people": [{"name": "Åse"}, {"name": "Bo"}]}
    rows = [{**person, **people} for person in PEOPLE]
    assert said(part(single(data, rows[0]))) == "ÅseBo"
    assert pictures(part(single(data, rows[0]))) == ["7", "10", "11"]
    assert len(set(pictures(part(merged(data, rows))))) == 9


def pictures(root):
    name = f"{{{DRAWING}/wordprocessingDrawing}}docPr"
    return [each.get("id") for each in root.iter(name)]


def test_pictures_text_boxes_and_controls_differ_from_letter_to_letter():
    root = part(merged(wordlike()))
    assert len(set(pictures(root))) == 9
    controls = [values(each, "id") for each in root.iter(w("sdtPr"))]
    assert len({each for (each,) in controls}) == 6
    assert "Picture 7" in etree.tostring(root).decode()


def test_fields_and_links_lead_to_the_place_in_their_own_letter():
    data = merged(one_section())
    root = part(data)
    names = values(root, "bookmarkStart", "name")
    assert len(set(names)) == 3
    fields = [each.text for each in root.iter(w("instrText")) if each.text]
    assert fields == [
        code
        for name in names
        for code in (f" REF {name} \\h ", f" PAGEREF {name} \\h ")
    ]
    assert values(root, "hyperlink", "anchor") == names
    footers = [
        said(etree.fromstring(content)) + "".join(etree.fromstring(content).itertext())
        for name, content in members(data).items()
        if name.startswith("word/footer_first")
    ]
    assert len(footers) == 3
    assert [name for name in names if not any(name in each for each in footers)] == []


def test_a_bookmark_called_as_a_field_is_not_taken_for_it():
    data = one_section(
        paragraph(
            '<w:bookmarkStart w:id="1" w:name="Page"/>',
            text("x"),
            '<w:bookmarkEnd w:id="1"/>',
            field(" PAGE ", "1"),
            field(" REF page ", "x"),
        )
    )
    root = part(merged(data))
    (first, *_others) = values(root, "bookmarkStart", "name")
    codes = [each.text for each in root.iter(w("instrText")) if each.text]
    assert codes[:2] == [" PAGE ", f" REF {first} "]


def test_a_letter_says_how_many_pages_it_has_itself():
    footer = part(merged(one_section()), "word/footer_default.xml")
    assert values(footer, "fldSimple", "instr") == [" SECTIONPAGES "]
    footer = part(single(one_section()), "word/footer_default.xml")
    assert values(footer, "fldSimple", "instr") == [" NUMPAGES "]


def test_figures_are_counted_from_1_in_every_letter():
    data = one_section(
        *(paragraph(field(" SEQ Figure \\* ARABIC ", "1")) for _each in range(2)),
        paragraph(simple("SEQ Table", "1"), simple("SEQ table \\r 5", "5")),
    )
    root = part(merged(data, PEOPLE[:2]))
    codes = [each.text for each in root.iter(w("instrText")) if each.text]
    assert codes == [" SEQ Figure \\* ARABIC \\r 1 ", " SEQ Figure \\* ARABIC "] * 2
    tables = values(root, "fldSimple", "instr")
    assert tables == [" SEQ Table \\r 1 ", " SEQ table \\r 5 "] * 2


def test_a_template_says_whether_its_letters_are_converted_one_by_one():
    assert compile_template(one_section()).converts_singly
    assert compile_template(with_tags()).converts_singly is False


def test_every_letter_has_its_own_copy_of_a_chart():
    data = with_chart()
    root = part(merged(data))
    ids = [each.get(f"{{{R}}}id") for each in root.iter(f"{{{DRAWING}/chart}}chart")]
    contents = members(merged(data))
    relations = {
        each.get("Id"): each.get("Target")
        for each in part(merged(data), "word/_rels/document.xml.rels")
    }
    assert [relations[each] for each in ids] == [
        *("charts/chart1.xml", "charts/chart1_letter2.xml"),
        "charts/chart1_letter3.xml",
    ]
    for name in ("chart1_letter2.xml", "_rels/chart1_letter3.xml.rels"):
        plain = re.sub(r"_letter\d", "", name)
        assert contents[f"word/charts/{name}"] == contents[f"word/charts/{plain}"]


def with_chart():
    chart = (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent '
        'cx="360000" cy="360000"/><wp:docPr id="1" name="Chart 1"/><a:graphic xmlns:a="'
        f'{DRAWING}/main"><a:graphicData uri="{DRAWING}/chart"><c:chart xmlns:c="'
        f'{DRAWING}/chart" r:id="rIdChart"/></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )
    contents = members(one_section(LETTER[0], paragraph(chart)))
    name = "word/_rels/document.xml.rels"
    contents[name] = contents[name].replace(
        b"</Rel",
        f'<Relationship Id="rIdChart" Type="{OFFICE}/relationships/chart" '
        'Target="charts/chart1.xml"/></Rel'.encode(),
    )
    contents["[Content_Types].xml"] = contents["[Content_Types].xml"].replace(
        b"</Types",
        b'<Override PartName="/word/charts/chart1.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.drawingml.chart+xml"/></Types',
    )
    contents["word/charts/chart1.xml"] = (
        f'<c:chartSpace xmlns:c="{DRAWING}/chart"><c:chart><c:plotArea/></c:chart>'
        "</c:chartSpace>"
    ).encode()
    contents["word/charts/_rels/chart1.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        b'relationships"/>'
    )
    return packed(contents)


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
    data = one_section(LETTER[0], paragraph(drawing(7)), end)
    root = part(merged(data))
    blocks = [each for each in root[0] if each.tag == w("p")]
    assert [each.find(f".//{w('drawing')}") is not None for each in blocks] == [
        *(False, True) * 3
    ]


def test_lists_begin_again_in_every_letter_also_those_of_a_style():
    data = merged(wordlike())
    used = values(part(data), "numId")
    assert len(used) == 9
    assert len(set(used)) == 6
    numbering = part(data, "word/numbering.xml")
    begun = {
        each.get(w("numId")): set(values(each, "startOverride"))
        for each in numbering.iter(w("num"))
    }
    assert [begun[each] for each in used[:3]] == [set(), set(), set()]
    assert [begun[each] for each in used[3:]] == [{"1"}] * 6
