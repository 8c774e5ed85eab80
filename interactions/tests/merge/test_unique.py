"""What is there once in a document is another one in every letter."""

import re

from lxml import etree

from .merging import PEOPLE, merged, part, pictures, said, single, values
from .ooxml import R, w
from .word import members, packed
from .wordlike import (
    DRAWING,
    LETTER,
    OFFICE,
    PAGE,
    drawing,
    field,
    one_section,
    paragraph,
    simple,
    text,
    wordlike,
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


def test_a_letter_says_how_many_pages_it_has_itself():
    footer = part(merged(one_section()), "word/footer_default.xml")
    assert values(footer, "fldSimple", "instr") == [" SECTIONPAGES "]
    footer = part(single(one_section()), "word/footer_default.xml")
    assert values(footer, "fldSimple", "instr") == [" NUMPAGES "]


def test_pages_of_the_one_section_are_counted_as_libreoffice_can():
    data = one_section(
        paragraph(text("{{ contact_name }}"), field(" SECTIONPAGES \\* ARABIC ", "7")),
        paragraph(simple("SECTIONPAGES", "7")),
    )
    alone, all_of_them = part(single(data)), part(merged(data))
    assert codes(alone) == [" NUMPAGES \\* ARABIC ", " NUMPAGES "]
    assert codes(all_of_them) == [
        *[" SECTIONPAGES \\* ARABIC "] * 3,
        *[" SECTIONPAGES "] * 3,
    ]


def test_pages_of_a_section_among_others_are_left_to_word():
    pages = paragraph(
        simple("SECTIONPAGES", "7"), properties=f"<w:sectPr>{PAGE}</w:sectPr>"
    )
    data = one_section(pages, paragraph(text("{{ contact_name }}")))
    assert codes(part(single(data))) == [" SECTIONPAGES "]


def codes(root):
    """The codes of the fields in the body: complex ones, then simple ones."""
    complex_ones = [each.text for each in root.iter(w("instrText")) if each.text]
    return complex_ones + values(root, "fldSimple", "instr")
