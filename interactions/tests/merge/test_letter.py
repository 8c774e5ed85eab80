"""One letter: every way to write a field, and values that could break a document."""

import io

import docx
import pytest
from docxtpl import DocxTemplate

from interactions.merge import RenderError, TemplateError, compile_template
from interactions.tests.factories import letter

from .word import (
    changed,
    in_runs,
    members,
    opened,
    packed,
    paragraphs,
    record,
    saved,
)

DOCUMENT_RELATIONS = "word/_rels/document.xml.rels"
NOTE = b'<w:footnoteReference w:id="2"/>'
ÅSE = record(
    contact_name="Åse Vik",
    contact_first_name="Åse",
    contact_city="Bergen",
    company_name="Fox & Sons <Ltd>",
)


def merged(data, values=ÅSE):
    return compile_template(data).render_letter(values)


def said(*texts, values=ÅSE):
    return paragraphs(merged(letter(*texts), values))


def test_a_field_becomes_the_contacts_value():
    assert said("Dear {{ contact_name }}, of {{contact_city}}.", "Bye") == [
        "Dear Åse Vik, of Bergen.",
        "Bye",
    ]


def test_names_of_business_central_mean_the_same_in_any_case():
    assert said("{{ Contact_First_Name }} {{ CONTACT_CITY }}") == ["Åse Bergen"]


@pytest.mark.parametrize(
    "runs",
    [
        ("Dear {{ contact_", "first_name }}!"),
        ("Dear {", "{ contact_first_name }", "}!"),
        ("Dear ", "{{", " contact", "_first", "_name", " ", "}}", "!"),
        ("Dear {{contact_first_name}}", "!"),
    ],
)
def test_a_tag_cut_into_runs_is_one_tag(runs):
    assert paragraphs(merged(in_runs(*runs))) == ["Dear Åse!"]


def test_a_value_has_the_format_of_the_run_its_tag_begins_in():
    document = docx.Document()
    paragraph = document.add_paragraph("Dear ")
    paragraph.add_run("{{ contact_").bold = True
    paragraph.add_run("first_name }}, how are you").italic = True
    result = opened(merged(saved(document))).paragraphs[0]
    assert [(run.text, run.bold, run.italic) for run in result.runs] == [
        ("Dear ", None, None),
        ("Åse", True, None),
        (", how are you", None, True),
    ]


def test_tables_text_boxes_headers_and_footers_are_merged():
    document = docx.Document()
    table = document.add_table(rows=1, cols=2)
    table.cell(0, 0).text = "{{ contact_city }}"
    table.cell(0, 1).add_table(rows=1, cols=1).cell(0, 0).text = "{{ contact_name }}"
    document.sections[0].header.paragraphs[0].text = "From {{ company_name }}"
    document.sections[0].footer.paragraphs[0].text = "To {{ contact_name }}"
    result = opened(merged(saved(document)))
    cells = result.tables[0].rows[0].cells
    assert cells[0].text == "Bergen"
    assert cells[1].tables[0].cell(0, 0).text == "Åse Vik"
    assert result.sections[0].header.paragraphs[0].text == "From Fox & Sons <Ltd>"
    assert result.sections[0].footer.paragraphs[0].text == "To Åse Vik"


def test_a_header_and_a_document_of_constant_tags_say_the_constant():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = '{{ "House of " }}{{ "tea" }}'
    document.add_paragraph("Dear {{ 'all' }}")
    result = opened(merged(saved(document)))
    assert result.sections[0].header.paragraphs[0].text == "House of tea"
    assert [paragraph.text for paragraph in result.paragraphs] == ["Dear all"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Æ ø å ß 漢 😀", "Æ ø å ß 漢 😀"),
        (
            "Fox & Sons <Ltd> \"quoted\" 'single'",
            "Fox & Sons <Ltd> \"quoted\" 'single'",
        ),
        ("1 < 2 && 3 > 2 &amp; &#65;", "1 < 2 && 3 > 2 &amp; &#65;"),
        ("</w:t></w:r></w:p>", "</w:t></w:r></w:p>"),
        ("one\ntwo\r\nthree\rfour", "one\ntwo\nthree\nfour"),
        ("a\tb", "a\tb"),
        ("  spaces  ", "  spaces  "),
        ("bell\x07 null\x00 escape\x1b \ufffe\ud800.", "bell null escape ."),
        ("{{ contact_city }} {% if %} {# #}", "{{ contact_city }} {% if %} {# #}"),
        ("x" * 70_000, "x" * 70_000),
        ("", ""),
    ],
)
def test_any_value_comes_out_as_it_is(value, shown):
    result = said("[{{ personal_text }}]", values=record(personal_text=value))
    assert result == [f"[{shown}]"]


def test_text_with_braces_that_are_no_tags_stays():
    texts = ["a {b} c } {", "% 5 {", "# one }} two %} three", "{_{ x }_} {_% y %_}"]
    assert said("{{ contact_city }}", *texts) == [
        "Bergen",
        *texts[:3],
        "{{ x }} {% y %}",
    ]


def test_a_remark_is_left_out():
    assert said("{{ contact_city }}{# check this! #}.") == ["Bergen."]


def test_a_condition_inside_a_paragraph():
    text = (
        "Dear {% if contact_first_name and not contact_surname %}"
        "{{ contact_first_name }}{% elif contact_name == 'Bo' %}B"
        "{% else %}you{% endif %}!"
    )
    assert said(text) == ["Dear Åse!"]
    assert said(text, values=record(contact_name="Bo")) == ["Dear B!"]
    assert said(text, values=record()) == ["Dear you!"]


def test_a_condition_takes_its_paragraphs_along():
    texts = [
        "Before",
        "{%p if contact_city == “Bergen” %}",
        "Rain",
        "{%p else %}",
        "Sun",
        "{%p endif %}",
        "After",
    ]
    assert said(*texts) == ["Before", "Rain", "After"]
    assert said(*texts, values=record()) == ["Before", "Sun", "After"]


def test_a_condition_takes_its_rows_along():
    document = docx.Document()
    table = document.add_table(rows=5, cols=1)
    rows = [
        *("First", "{%tr if contact_city %}", "{{ contact_city }}"),
        *("{%tr endif %}", "Last"),
    ]
    for cell, text in zip(table.columns[0].cells, rows, strict=True):
        cell.text = text
    template = compile_template(saved(document))

    def column(values):
        result = opened(template.render_letter(values))
        return [cell.text for cell in result.tables[0].columns[0].cells]

    assert column(ÅSE) == ["First", "Bergen", "Last"]
    assert column(record()) == ["First", "Last"]


def test_a_table_that_could_lose_every_row_is_refused():
    document = docx.Document()
    table = document.add_table(rows=3, cols=1)
    rows = ["{%tr if contact_city %}", "{{ contact_city }}", "{%tr endif %}"]
    for cell, text in zip(table.columns[0].cells, rows, strict=True):
        cell.text = text
    with pytest.raises(TemplateError, match="may lose all its rows"):
        compile_template(saved(document))


def test_footnotes_are_merged():
    note = (
        '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/'
        'main"><w:footnote w:id="2"><w:p><w:r><w:t>See {{ contact_city }}</w:t></w:r>'
        "</w:p></w:footnote></w:footnotes>"
    )
    relation = (
        b'<Relationship Id="rId90" Target="footnotes.xml" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/footnotes"/>'
    )
    kind = (
        b'<Override PartName="/word/footnotes.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.wordprocessingml.footnotes+xml"/>'
    )
    data = letter("{{ contact_name }}")
    data = changed(data, "word/document.xml", b"</w:r>", NOTE + b"</w:r>")
    data = changed(data, DOCUMENT_RELATIONS, b"</Rel", relation + b"</Rel")
    data = changed(data, "[Content_Types].xml", b"</Types", kind + b"</Types")
    data = packed({**members(data), "word/footnotes.xml": note.encode()})
    template = compile_template(data)
    result = members(template.render_letter(ÅSE))
    assert template.fields == {"contact_name", "contact_city"}
    assert (
        b'<w:t xml:space="preserve">See Bergen</w:t>' in (result["word/footnotes.xml"])
    )


def test_a_cell_that_a_condition_empties_keeps_a_paragraph():
    document = docx.Document()
    cell = document.add_table(rows=1, cols=1).cell(0, 0)
    cell.text = "{%p if contact_city %}"
    cell.add_paragraph("{{ contact_city }}")
    cell.add_paragraph("{%p endif %}")
    template = compile_template(saved(document))
    shown = [
        opened(template.render_letter(values)).tables[0].cell(0, 0)
        for values in (ÅSE, record())
    ]
    assert [cell.text.strip() for cell in shown] == ["Bergen", ""]
    assert [len(cell.paragraphs) for cell in shown] == [2, 1]


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ("upper", "ÅSE VIK"),
        ("lower", "åse vik"),
        ("lower|title", "Åse Vik"),
        ("lower | capitalize", "Åse vik"),
        ("trim", "Åse Vik"),
        ("default('friend')", "Åse Vik"),
    ],
)
def test_filters(filters, shown):
    assert said(f"{{{{ contact_name|{filters} }}}}") == [shown]


def test_a_default_stands_in_for_a_blank():
    text = "Dear {{ contact_name | default(“friend & < neighbour”) }}"
    assert said(text, values=record()) == ["Dear friend & < neighbour"]


def test_docxtpl_reads_the_same_text():
    texts = [
        "Dear {{ contact_name|upper }} & co { } < >,",
        "{% if contact_city == 'Bergen' %}Rain{% else %}Sun{% endif %}.",
        "{%p if contact_county %}",
        "{{ contact_county }}",
        "{%p endif %}",
        "{{ personal_text }} {_{ x }_}",
    ]
    values = {**ÅSE, "personal_text": "a\nb & <c>"}
    peer = DocxTemplate(io.BytesIO(letter(*texts)))
    peer.render(values, autoescape=True)
    assert said(*texts, values=values) == paragraphs(saved(peer))


def test_the_letter_keeps_what_the_template_has():
    data = letter("{{ contact_name }}")
    before, after = members(data), members(merged(data))
    same = {name for name in before if before[name] == after[name]}
    assert before.keys() == after.keys()
    assert before.keys() - same == {
        "[Content_Types].xml",
        "word/document.xml",
        "word/settings.xml",
    }


def test_the_same_letter_is_the_same_bytes():
    data = letter("{{ contact_name }}")
    assert merged(data) == merged(data)


def test_a_template_knows_its_fields_and_its_hash():
    document = docx.Document()
    document.add_paragraph("{{ Contact_Name }} {% if contact_city %}x{% endif %}")
    document.sections[0].footer.paragraphs[0].text = "{{ company_name|upper }}"
    template = compile_template(saved(document))
    assert template.fields == {"contact_name", "contact_city", "company_name"}
    assert len(template.sha256) == 64


def test_a_letter_without_fields_is_a_letter():
    assert said("Dear all,") == ["Dear all,"]


def test_a_record_that_lacks_a_field_is_refused():
    template = compile_template(letter("{{ contact_name }}"))
    with pytest.raises(RenderError, match="contact_name"):
        template.render_letter({"contact_city": "Bergen"})


def test_remarks_and_data_sources_of_the_author_are_not_sent():
    data = changed(
        letter("{{ contact_name }}"),
        "word/settings.xml",
        b"<w:zoom",
        b'<w:mailMerge><w:dataType w:val="textFile"/><w:query w:val="C:\\secret"/>'
        b"</w:mailMerge><w:zoom",
    )
    settings = members(merged(data))["word/settings.xml"]
    assert b"secret" not in settings
    assert b"w:zoom" in settings
