"""Word's own merge fields, as Word writes them."""

import docx
import pytest

from interactions.merge import TemplateError, compile_template

from .word import (
    complex_field,
    in_runs,
    members,
    opened,
    paragraphs,
    record,
    saved,
    simple_field,
    with_field,
)

ÅSE = record(contact_name="Åse Vik", contact_city="Bergen")


def problems_of(data):
    with pytest.raises(TemplateError) as caught:
        compile_template(data)
    return [
        (problem.kind, problem.place, problem.message)
        for problem in caught.value.problems
    ]


@pytest.mark.parametrize(
    "instruction",
    [
        (" MERGEFIELD contact_name ",),
        (" MERGE", "FIELD  Contact_", "Name ", " \\* MERGE", "FORMAT "),
        (' MERGEFIELD "Contact Name" \\* MERGEFORMAT ',),
        (" mergefield CONTACT_NAME \\*mergeformat",),
    ],
)
def test_a_field_becomes_the_value(instruction):
    template = compile_template(with_field(*instruction))
    assert template.fields == {"contact_name"}
    assert paragraphs(template.render_letter(ÅSE)) == ["To: Åse Vik"]


def test_a_field_of_one_element_becomes_the_value():
    document = docx.Document()
    paragraph = document.add_paragraph("To: ")
    simple_field(paragraph, " MERGEFIELD Contact_City ")
    paragraph.add_run(".")
    letter = compile_template(saved(document)).render_letter(ÅSE)
    assert paragraphs(letter) == ["To: Bergen."]
    assert b"fldSimple" not in members(letter)["word/document.xml"]


def test_the_value_has_the_format_of_the_result():
    document = docx.Document()
    paragraph = document.add_paragraph("To: ")
    complex_field(paragraph, " MERGEFIELD contact_name ").bold = True
    paragraph.add_run(" of ")
    complex_field(paragraph, " MERGEFIELD contact_city ").italic = True
    letter = compile_template(saved(document)).render_letter(ÅSE)
    runs = opened(letter).paragraphs[0].runs
    assert [(run.text, run.bold, run.italic) for run in runs] == [
        ("To: ", None, None),
        ("Åse Vik", True, None),
        (" of ", None, None),
        ("Bergen", None, True),
    ]


def test_fields_in_headers_and_tables_are_merged():
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    complex_field(cell.paragraphs[0], " MERGEFIELD contact_name ")
    header = document.sections[0].header.paragraphs[0]
    simple_field(header, " MERGEFIELD contact_city ")
    letter = opened(compile_template(saved(document)).render_letter(ÅSE))
    assert letter.tables[0].cell(0, 0).text == "Åse Vik"
    assert letter.sections[0].header.paragraphs[0].text == "Bergen"


def test_fields_that_word_fills_in_stay():
    document = docx.Document()
    paragraph = document.add_paragraph()
    for instruction in (
        " PAGE ",
        " NUMPAGES ",
        ' DATE \\@ "d MMMM" ',
        ' HYPERLINK "x"',
    ):
        complex_field(paragraph, instruction, shown="7")
    complex_field(paragraph, " MERGEFIELD contact_name ")
    letter = compile_template(saved(document)).render_letter(ÅSE)
    xml = members(letter)["word/document.xml"].decode()
    assert paragraphs(letter) == ["7777Åse Vik"]
    assert xml.count("instrText") // 2 == 4
    assert "MERGEFIELD" not in xml


@pytest.mark.parametrize(
    "instruction",
    [
        ' IF x = "y" "a" "b" ',
        " NEXT ",
        ' NEXTIF a = "b" ',
        ' SKIPIF a = "b" ',
        ' ASK Name "What?" ',
        ' FILLIN "What?" ',
        ' INCLUDETEXT "C:\\\\secret.docx" ',
        ' INCLUDEPICTURE "http://example.com/x.png" ',
        ' DATABASE \\d "x" ',
        " DDE excel x ",
        " DDEAUTO excel x ",
        ' LINK Excel "x" ',
        " ADDRESSBLOCK \\f x ",
        ' GREETINGLINE \\f "x" ',
        " MERGESEQ ",
        " MACROBUTTON x y ",
    ],
)
def test_a_field_that_cannot_be_merged_is_refused_by_its_text(instruction):
    shown = " ".join(instruction.split())
    assert problems_of(with_field(instruction)) == [
        (
            "unsupported_field",
            "Document, near “To: «x»”",
            f"The field {{ {shown} }} cannot be merged.",
        )
    ]


@pytest.mark.parametrize(
    "switches", ["\\* Upper", "\\b before", '\\@ "d MMMM yyyy"', "\\m", "\\# 0,00"]
)
def test_a_switch_that_is_not_supported_is_refused(switches):
    data = with_field(f" MERGEFIELD contact_name {switches} ")
    assert problems_of(data) == [
        (
            "unsupported_field",
            "Document, near “To: «x»”",
            f"The field {{ MERGEFIELD contact_name {switches} }} has switches that "
            "are not supported.",
        )
    ]


def test_a_merge_field_inside_another_field_is_refused():
    document = docx.Document()
    paragraph = document.add_paragraph("Link ")
    data = saved(document)
    document = opened(data)
    paragraph = document.paragraphs[0]
    inner = docx.Document().add_paragraph()
    complex_field(paragraph, ' HYPERLINK "http://x/', shown="here")
    complex_field(inner, " MERGEFIELD contact_no ")
    runs = paragraph.runs
    for run in inner.runs:
        runs[2]._r.addnext(run._r)
        runs[2] = run
    assert problems_of(saved(document)) == [
        (
            "unsupported_field",
            "Document, near “Link «x»here”",
            'The field { HYPERLINK "http://x/ } cannot be merged.',
        )
    ]


def test_an_unknown_field_is_refused_with_the_nearest_name():
    document = docx.Document()
    document.add_paragraph("Dear {{ contact_nmae }}, of {{ contact_cty }}")
    simple_field(document.add_paragraph(), " MERGEFIELD Titel ")
    document.sections[0].header.paragraphs[0].text = "{{ company_nam }}"
    with pytest.raises(TemplateError) as caught:
        compile_template(saved(document))
    assert [str(problem) for problem in caught.value.problems] == [
        "Document, near “«x»”: There is no merge field “Titel”. Choose a field from "
        "the list of merge fields.",
        "Document, near “Dear {{ contact_nmae }}, of {{ contact_cty }}”: There is no "
        "merge field “contact_nmae”. Did you mean contact_name?",
        "Document, near “Dear {{ contact_nmae }}, of {{ contact_cty }}”: There is no "
        "merge field “contact_cty”. Did you mean contact_city?",
        "Header, near “{{ company_nam }}”: There is no merge field “company_nam”. "
        "Did you mean company_name?",
    ]


def test_a_field_without_an_end_is_refused():
    document = opened(with_field(" MERGEFIELD contact_name "))
    paragraph = document.paragraphs[0]
    paragraph._p.remove(paragraph.runs[-1]._r)
    assert problems_of(saved(document)) == [
        (
            "unsupported_field",
            "Document, near “To: «x»”",
            "The field { MERGEFIELD contact_name } does not end where it begins.",
        )
    ]


def test_tracked_changes_are_refused():
    document = opened(in_runs("{{ contact_name }}", " gone"))
    paragraph = document.paragraphs[0]
    change = docx.oxml.OxmlElement("w:del")
    paragraph._p.append(change)
    change.append(paragraph.runs[1]._r)
    assert [kind for kind, _place, _message in problems_of(saved(document))] == [
        "tracked_changes"
    ]
