"""Word's own merge fields, as Word writes them."""

import copy
import time

import docx
import pytest

from interactions.merge import compile_template

from .word import (
    complex_field,
    in_runs,
    members,
    opened,
    paragraphs,
    problems_of,
    record,
    saved,
    simple_field,
    with_field,
)

ÅSE = record(contact_name="Åse Vik", contact_city="Bergen")


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


ASKS = "it asks a question for every letter"
LOADS = "it loads something from outside the document"
RUNS = "it runs or prints something"
COUNTS = "it works something out from other fields"
DRAWS = "only Word draws bar codes, and letters as PDF would lack them"
NEXT = "it goes on to the next contact, and a letter is for one contact"


@pytest.mark.parametrize(
    ("instruction", "reason"),
    [
        ("NEXT", NEXT),
        ('NEXTIF a = "b"', NEXT),
        ('ASK Name "What?"', ASKS),
        ('FILLIN "What?"', ASKS),
        ('INCLUDETEXT "C:\\\\secret.docx"', LOADS),
        ('INCLUDEPICTURE "http://example.com/x.png"', LOADS),
        ('IMPORT "x.wmf"', LOADS),
        ('DATABASE \\d "x"', LOADS),
        ("DDE excel x", LOADS),
        ("DDEAUTO excel x", LOADS),
        ('LINK Excel "x"', LOADS),
        ("MACROBUTTON x y", RUNS),
        ('PRINT "x"', RUNS),
        ('COMPARE a = "b"', COUNTS),
        ('QUOTE "x"', COUNTS),
        ("MERGEBARCODE contact_no QR", DRAWS),
    ],
)
def test_a_field_that_cannot_be_merged_is_refused_by_its_text(instruction, reason):
    assert problems_of(with_field(f" {instruction} ")) == [
        f"Document, near “To: «x»”: The field {{ {instruction} }} cannot be merged: "
        f"{reason}. Take it out of the document."
    ]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("= 2 * ", "", COUNTS),
        ('DISPLAYBARCODE "', '" QR', DRAWS),
        ('XE "', '"', "a merge field stands where only Word fills in"),
        ('ASK Name "', '?"', ASKS),
    ],
)
def test_a_merge_field_inside_another_field_is_refused(before, after, reason):
    data = with_field(f" {before}", [" MERGEFIELD contact_no "], f"{after} ")
    (problem,) = problems_of(data)
    assert problem.endswith(
        f"The field {{ {before}{{ MERGEFIELD contact_no }}{after} }} cannot be merged: "
        f"{reason}. Take it out of the document."
    )


def test_a_bookmark_set_to_a_merge_field_is_refused_with_what_to_write_instead():
    data = with_field(" SET Name ", [" MERGEFIELD contact_no "])
    (problem,) = problems_of(data)
    assert problem.endswith(
        f"The field {{ SET Name {{ MERGEFIELD contact_no }} }} cannot be merged: "
        f"{COUNTS}. Take it out, and write the merge field itself wherever its "
        "bookmark stands."
    )


def test_a_field_over_two_paragraphs_is_refused():
    document = opened(with_field(" MERGEFIELD contact_name "))
    (paragraph,) = document.paragraphs
    document.add_paragraph()._p.append(paragraph.runs[-1]._r)
    assert problems_of(saved(document)) == [
        "Document, near “To: «x»”: The field { MERGEFIELD contact_name } goes over "
        "several paragraphs. Keep the whole field in one paragraph: delete it and "
        "insert it again."
    ]


def test_a_field_in_the_header_is_refused_with_its_place():
    document = docx.Document()
    document.add_paragraph("Dear all,")
    header = document.sections[0].header.paragraphs[0]
    header.add_run("No. ")
    simple_field(header, ' FILLIN "Number?" ')
    assert problems_of(saved(document)) == [
        'Header, near “No. «x»”: The field { FILLIN "Number?" } cannot be merged: it '
        "asks a question for every letter. Take it out of the document."
    ]


def test_a_date_of_word_stays_with_a_warning():
    template = compile_template(with_field(' DATE \\@ "d MMMM" '))
    kinds = [warning.kind for warning in template.warnings]
    assert kinds == ["changing_field", "no_field"]


class TestLinks:
    """HYPERLINK with merge fields in its address."""

    def link(self, value, *, address=('"https://example.com/?no=', '"')):
        document = docx.Document()
        paragraph = document.add_paragraph("See ")
        before, after = address
        code = (f" HYPERLINK {before}", [" MERGEFIELD contact_no "], f"{after} ")
        complex_field(paragraph, *code, shown="our site")
        template = compile_template(saved(document))
        letter = template.render_letter(record(contact_no=value))
        xml = members(letter)["word/document.xml"]
        assert paragraphs(letter) == ["See our site"]
        root = docx.oxml.parse_xml(xml)
        texts = root.iter(docx.oxml.ns.qn("w:instrText"))
        return "".join(text.text for text in texts)

    @pytest.mark.parametrize(
        ("value", "written"),
        [
            ("C-17", "C-17"),
            ('" \\o "x', "%22%20%5Co%20%22x"),
            ("Åse & <co>\n", "%C3%85se%20%26%20%3Cco%3E"),
        ],
    )
    def test_the_value_is_in_the_address_and_cannot_end_it(self, value, written):
        address = f' HYPERLINK "https://example.com/?no={written}" '
        assert self.link(value) == address

    def test_a_whole_address_stays_one(self):
        value = "https://example.com/a?b=c#d"
        assert self.link(value, address=('"', '"')) == f' HYPERLINK "{value}" '

    def test_the_text_of_a_link_is_merged(self):
        document = docx.Document()
        paragraph = document.add_paragraph()
        run = complex_field(paragraph, ' HYPERLINK "https://example.com" ')
        simple_field(paragraph, " MERGEFIELD contact_name ")
        run._r.addnext(paragraph._p[-1])
        template = compile_template(saved(document))
        assert paragraphs(template.render_letter(ÅSE)) == ["«x»Åse Vik"]

    def test_a_link_in_a_text_of_a_condition_comes_with_it(self):
        document = docx.Document()
        link = [' HYPERLINK "https://example.com/', [" MERGEFIELD contact_no "], '"']
        code = ("IF ", [" MERGEFIELD contact_city "], ' = "Oslo" "', link, '" "none"')
        complex_field(document.add_paragraph(), *code)
        template = compile_template(saved(document))
        letters = [
            template.render_letter(record(contact_city=city, contact_no="C-1"))
            for city in ("Oslo", "Bergen")
        ]
        assert [paragraphs(letter) for letter in letters] == [["«inner»"], ["none"]]
        xml = members(letters[0])["word/document.xml"]
        assert (xml.count(b"fldChar "), xml.count(b">C-1<")) == (3, 1)


def test_fields_in_text_boxes_are_merged_in_both_of_their_forms():
    document = docx.Document()
    paragraph = document.add_paragraph("Before ")
    paragraph._p.append(docx.oxml.parse_xml(TEXT_BOX))
    xml = members(compile_template(saved(document)).render_letter(ÅSE))
    letter = xml["word/document.xml"].decode()
    assert (letter.count("Åse Vik"), letter.count("fldChar")) == (2, 0)


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
BOX = (
    "<w:txbxContent><w:p>"
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    "<w:r><w:instrText> MERGEFIELD contact_name </w:instrText></w:r>"
    '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    '<w:r><w:t>«x»</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    "</w:p></w:txbxContent>"
)
TEXT_BOX = (
    f'<w:r xmlns:w="{WORD}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent>'
    f'<mc:Choice Requires="wps"><wps:txbx>{BOX}</wps:txbx></mc:Choice>'
    f"<mc:Fallback><w:pict><v:shape><v:textbox>{BOX}</v:textbox></v:shape></w:pict>"
    "</mc:Fallback></mc:AlternateContent></w:r>"
)


def test_a_text_box_in_a_text_of_a_condition_is_merged_too():
    document = docx.Document()
    paragraph = document.add_paragraph()
    code = ("IF ", [" MERGEFIELD contact_city "], ' = "Oslo" "see ', "box", '" ""')
    complex_field(paragraph, *code)
    box = next(run for run in paragraph.runs if "box" in run._r.xml)
    box._r.addprevious(docx.oxml.parse_xml(TEXT_BOX))
    template = compile_template(saved(document))
    xml = [
        members(template.render_letter({**ÅSE, "contact_city": city}))
        for city in ("Oslo", "Bergen")
    ]
    found = [each["word/document.xml"].decode() for each in xml]
    assert [(each.count("Åse Vik"), each.count("fldChar")) for each in found] == [
        (2, 0),
        (0, 0),
    ]


def test_locked_and_dirty_fields_are_merged():
    document = docx.Document()
    paragraph = document.add_paragraph()
    complex_field(paragraph, " MERGEFIELD contact_name ")
    for name in ("w:fldLock", "w:dirty"):
        paragraph.runs[0]._r[0].set(docx.oxml.ns.qn(name), "true")
    simple_field(paragraph, " MERGEFIELD contact_city ")
    paragraph._p[-1].set(docx.oxml.ns.qn("w:fldLock"), "true")
    letter = compile_template(saved(document)).render_letter(ÅSE)
    assert paragraphs(letter) == ["Åse VikBergen"]
    assert b"fldLock" not in members(letter)["word/document.xml"]


def test_a_plain_field_is_the_tag_and_needs_nothing_worked_out():
    document = docx.Document()
    complex_field(document.add_paragraph(), " MERGEFIELD contact_name ")
    simple_field(document.add_paragraph(), " MERGEFIELD First_Name \\* MERGEFORMAT ")
    template = compile_template(saved(document))
    assert template.fields == {"contact_name", "contact_first_name"}
    values = record(contact_name="Åse")
    assert template._words.complete(values, number=1, letter=1) is values


def test_the_same_field_twice_is_worked_out_once():
    document = docx.Document()
    for _time in range(2):
        complex_field(document.add_paragraph(), " MERGEFIELD contact_name \\* Upper ")
    template = compile_template(saved(document))
    assert len(template._words.entries) == 1
    (values,) = template.letters([ÅSE])
    assert list(template.letters([values])) == [values]
    assert template._words.complete(values, number=2, letter=2) is values
    assert paragraphs(template.render_letter(ÅSE)) == ["ÅSE VIK", "ÅSE VIK"]


def test_values_are_text_whatever_is_in_them():
    code = (" IF ", [" MERGEFIELD personal_text "], ' = "" "" "')
    code = (*code, [" MERGEFIELD personal_text \\* Upper "], '"')
    template = compile_template(with_field(*code))
    letter = template.render_letter(record(personal_text="{{ a }} <b> & \x00“c”\nd"))
    assert paragraphs(letter) == ["To: {{ A }} <B> & “C”\nD"]


def test_characters_that_stand_for_fields_mean_nothing_in_a_template():
    forged = "\ufdd40\ufdd8 \ufdd50\ufdd8\ufdd6\ufdd7{{ contact_name }}"
    letter = compile_template(in_runs(forged)).render_letter(ÅSE)
    assert paragraphs(letter) == ["0 0Åse Vik"]


def test_names_of_our_own_are_no_tags():
    data = in_runs("{{ _word_0 }}")
    (problem,) = problems_of(data)
    assert "There is no merge field “_word_0”." in problem


def test_fields_in_each_other_without_end_are_refused():
    document = docx.Document()
    paragraph = document.add_paragraph("x")
    for _level in range(2_000):
        complex_field(paragraph, " IF ")
        for run in paragraph.runs[-3:]:
            paragraph._p.remove(run._r)
    assert len(problems_of(saved(document))) > 0


def test_more_fields_than_a_letter_needs_are_refused():
    document = docx.Document()
    paragraph = document.add_paragraph("x")
    simple_field(paragraph, " MERGEFIELD contact_no ")
    for _number in range(3_000):
        paragraph._p.append(copy.deepcopy(paragraph._p[-1]))
    problems = problems_of(saved(document))
    assert problems[0] == (
        "Document: There are more than 3000 fields. Make the letter simpler."
    )


def test_many_unknown_fields_are_dealt_with_quickly():
    document = docx.Document()
    for number in range(2_000):
        simple_field(document.add_paragraph(), f" MERGEFIELD contact_nmae{number} ")
    data = saved(document)
    started = time.process_time()
    assert len(problems_of(data)) == 100
    assert time.process_time() - started < 5


def test_a_code_that_is_too_long_is_refused():
    data = with_field(" MERGEFIELD contact_no ", "x" * 20_000)
    (problem,) = problems_of(data)
    assert "it is too long" in problem


def test_an_unknown_field_is_refused_with_the_nearest_name():
    document = docx.Document()
    document.add_paragraph("Dear {{ contact_nmae }}, of {{ contact_cty }}")
    simple_field(document.add_paragraph(), " MERGEFIELD Zodiac ")
    document.sections[0].header.paragraphs[0].text = "{{ company_nam }}"
    assert problems_of(saved(document)) == [
        "Document, near “«x»”: There is no merge field “Zodiac”. Choose a field "
        "from the list of merge fields.",
        "Document, near “Dear {{ contact_nmae }}, of {{ contact_cty }}”: There is no "
        "merge field “contact_nmae”. Did you mean contact_name (Name of the contact)?",
        "Document, near “Dear {{ contact_nmae }}, of {{ contact_cty }}”: There is no "
        "merge field “contact_cty”. Did you mean contact_city (City of the contact)?",
        "Header, near “{{ company_nam }}”: There is no merge field “company_nam”. "
        "Did you mean company_name (Our name)?",
    ]


def test_a_field_without_an_end_is_refused():
    document = opened(with_field(" MERGEFIELD contact_name "))
    paragraph = document.paragraphs[0]
    paragraph._p.remove(paragraph.runs[-1]._r)
    assert problems_of(saved(document)) == [
        "Document, near “To: «x»”: The field { MERGEFIELD contact_name } does not end "
        "where it begins. Keep the whole field in one paragraph: delete it and insert "
        "it again."
    ]


def test_tracked_changes_are_refused():
    document = opened(in_runs("{{ contact_name }}", " gone"))
    paragraph = document.paragraphs[0]
    change = docx.oxml.OxmlElement("w:del")
    paragraph._p.append(change)
    change.append(paragraph.runs[1]._r)
    (problem,) = problems_of(saved(document))
    assert "The document has changes that are tracked." in problem
