"""IF and SKIPIF of Word."""

import io

import docx
import pytest

from interactions.merge import (
    LetterArchive,
    LetterSkipped,
    RenderError,
    compile_template,
)
from interactions.tests.factories import letter

from .word import (
    complex_field,
    members,
    merged,
    opened,
    paragraphs,
    problems_of,
    record,
    saved,
    simple_field,
    with_field,
)

CITY = [" MERGEFIELD contact_city "]
TEXT = [" MERGEFIELD personal_text "]


@pytest.mark.parametrize(
    ("condition", "city", "said"),
    [
        (' = "Bergen" "yes" "no"', "Bergen", "yes"),
        (' = "Bergen" "yes" "no"', "Oslo", "no"),
        (' = "Bergen" "yes" "no"', "bergen", "no"),
        ('="Bergen" "yes" "no"', "Bergen", "yes"),
        ("=Bergen yes no", "Bergen", "yes"),
        (' <> "Bergen" "yes" "no"', "Oslo", "yes"),
        (' = "" "empty" "full"', "", "empty"),
        (' = "" "empty" "full"', "Oslo", "full"),
        (' = "B*n" "yes" "no"', "Bergen", "yes"),
        (' = "B*" "yes" "no"', "Oslo", "no"),
        (' <> "*gen" "yes" "no"', "Bergen", "no"),
        (' = "Osl?" "yes" "no"', "Oslo", "yes"),
        (' = "Osl?" "yes" "no"', "Osl", "no"),
        (' = "[O]slo*" "yes" "no"', "Oslo", "no"),
        (" = “Oslo” “yes” “no”", "Oslo", "yes"),
        (" = „Oslo“ „yes“ „no“", "Oslo", "yes"),
        (' = "Oslo" "say \\"yes\\"" "no"', "Oslo", 'say "yes"'),
        (' = "Oslo" "yes"', "Bergen", ""),
        (' = "Oslo" "" "no"', "Oslo", ""),
        (' = "Oslo" "yes" "no" \\* MERGEFORMAT', "Oslo", "yes"),
        (' = "Oslo" "yes" "no" \\* Upper', "Oslo", "YES"),
        (' > "Molde" "yes" "no"', "Oslo", "yes"),
        (' < "Molde" "yes" "no"', "Oslo", "no"),
    ],
)
def test_texts_are_compared(condition, city, said):
    assert merged(" IF ", CITY, f"{condition} ", contact_city=city) == said


@pytest.mark.parametrize(
    ("condition", "value", "said"),
    [
        ("= 9", "9.0", "yes"),
        ("= 150", "0150", "yes"),
        ("> 9", "10", "yes"),
        ("> 9", "9", "no"),
        (">= 9", "9", "yes"),
        (">=9", "9", "yes"),
        ("<= 1000", "1,000", "yes"),
        ("< 10", "9", "yes"),
        ("< -1", "-2.5", "yes"),
        ("<> 9", "09", "no"),
    ],
)
def test_numbers_are_compared_as_numbers(condition, value, said):
    code = (" IF ", TEXT, f' {condition} "yes" "no" ')
    assert merged(*code, personal_text=value) == said


def test_both_sides_and_both_texts_may_have_fields():
    code = (
        *(" IF ", CITY, " = ", [" MERGEFIELD company_city \\* Upper "]),
        *(' "here, ', [" MERGEFIELD contact_name \\* Upper "], '" "in '),
        *(CITY, '" '),
    )
    said = {
        merged(*code, company_city="Oslo", contact_city=city, contact_name="Åse")
        for city in ("OSLO", "Bergen")
    }
    assert said == {"here, ÅSE", "in Bergen"}


def test_conditions_stand_in_conditions():
    inner = [" IF ", TEXT, ' = "1" "one" "', [" MERGEFIELD subject "], '"']
    code = (" IF ", CITY, ' = "Oslo" "', inner, '!" "far" ')
    assert [
        merged(*code, contact_city=city, personal_text=text, subject="many")
        for city, text in (("Oslo", "1"), ("Oslo", "2"), ("Bergen", "1"))
    ] == ["one!", "many!", "far"]
    nested = (" IF ", [" IF ", CITY, ' = "Oslo" "1" "0" '], ' = 1 "near" "far" ')
    assert merged(*nested, contact_city="Oslo") == "near"


def test_the_texts_keep_the_format_of_their_words():
    document = docx.Document()
    paragraph = document.add_paragraph("You ")
    complex_field(paragraph, "IF ", CITY, ' = "Oslo" "may ', "come", '" "stay"')
    next(run for run in paragraph.runs if "come" in run._r.xml).bold = True
    template = compile_template(saved(document))
    letters = [
        opened(template.render_letter(record(contact_city=city))).paragraphs[0].runs
        for city in ("Oslo", "Bergen")
    ]
    assert [[(run.text, run.bold) for run in runs] for runs in letters] == [
        [("You ", None), ("may ", None), ("come", True)],
        [("You ", None), ("stay", None)],
    ]


def test_mergeformat_gives_the_texts_the_format_of_the_result():
    document = docx.Document()
    paragraph = document.add_paragraph()
    code = ("IF ", CITY, ' = "Oslo" "yes" "no" \\* MERGEFORMAT')
    complex_field(paragraph, *code).italic = True
    letter = compile_template(saved(document)).render_letter(record())
    runs = opened(letter).paragraphs[0].runs
    assert [(run.text, run.italic) for run in runs] == [("no", True)]


def test_breaks_and_pictures_in_a_text_come_with_it(picture):
    document = docx.Document()
    paragraph = document.add_paragraph()
    complex_field(paragraph, "IF ", CITY, ' = "Oslo" "one', "two", '" ""')
    before = next(run for run in paragraph.runs if "two" in run._r.xml)
    extra = document.add_paragraph().add_run()
    extra.add_picture(picture)
    extra.add_break()
    extra.add_tab()
    before._r.addprevious(extra._r)
    template = compile_template(saved(document))
    shown = [
        (paragraphs(letter)[0], members(letter)["word/document.xml"].count(b"<pic:pic"))
        for letter in (
            template.render_letter(record(contact_city=city)) for city in ("Oslo", "")
        )
    ]
    assert shown == [("one\n\ttwo", 1), ("", 0)]


def test_fields_of_word_in_a_text_stay_fields():
    document = docx.Document()
    paragraph = document.add_paragraph()
    complex_field(paragraph, "IF ", CITY, ' = "Oslo" "page ', [" PAGE "], '" ""')
    template = compile_template(saved(document))
    xml = [
        members(template.render_letter(record(contact_city=city)))["word/document.xml"]
        for city in ("Oslo", "Bergen")
    ]
    assert [(text.count(b" PAGE "), text.count(b"fldChar ")) for text in xml] == [
        (1, 3),
        (0, 0),
    ]


def test_a_condition_that_only_word_can_answer_stays():
    document = docx.Document()
    code = (" IF ", [" PAGE "], ' = 1 "first" "other" ')
    complex_field(document.add_paragraph(), *code, shown="first")
    simple_field(document.add_paragraph(), " MERGEFIELD contact_name ")
    letter = compile_template(saved(document)).render_letter(record())
    xml = members(letter)["word/document.xml"]
    assert (xml.count(b" IF "), xml.count(b" PAGE ")) == (1, 1)


@pytest.mark.parametrize(
    ("code", "shown", "reason"),
    [
        (
            (" IF ", CITY, " "),
            "IF { MERGEFIELD contact_city }",
            "its condition cannot be read. Write it as { IF { MERGEFIELD name } = "
            '"text" "yes" "no" }.',
        ),
        (
            (" IF ", CITY, ' = "Oslo" "a" "b" "c" '),
            'IF { MERGEFIELD contact_city } = "Oslo" "a" "b" "c"',
            "it needs one text or two behind the condition. Put each text of the field "
            "in quotation marks.",
        ),
        (
            (" IF ", CITY, ' = "Oslo" " no end '),
            'IF { MERGEFIELD contact_city } = "Oslo" " no end',
            "a quotation mark is missing. Delete the field and insert it again.",
        ),
        (
            (" IF ", [" PAGE "], ' = 1 "', CITY, '" '),
            'IF { PAGE } = 1 "{ MERGEFIELD contact_city }"',
            "it depends on a field that only Word can fill in. Take it out of the "
            "document.",
        ),
        (
            (" IF ", CITY, ' = "', [' FILLIN "?" '], '" "a" '),
            'IF { MERGEFIELD contact_city } = "{ FILLIN "?" }" "a"',
            "it asks a question for every letter. Take it out of the document.",
        ),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(code, shown, reason):
    (problem,) = problems_of(with_field(*code))
    place, said = problem.split(": The ")
    assert place.startswith("Document, near “To: «inner»")
    assert said == f"field {{ {shown} }} cannot be merged: {reason}"


def test_every_name_in_a_condition_is_checked():
    code = (" IF ", ["MERGEFIELD cty"], ' = "', ["MERGEFIELD Titel"], '" "a" "b" ')
    assert problems_of(with_field(*code)) == [
        "Document, near “To: «inner»«inner»«x»”: There is no merge field “cty”. Did "
        "you mean contact_city (City of the contact)?",
        "Document, near “To: «inner»«inner»«x»”: There is no merge field “Titel”. Mr. "
        "and Ms. belong to the salutation: use formal_salutation (Formal salutation).",
    ]


def test_a_condition_over_two_paragraphs_is_refused():
    document = docx.Document()
    first, second = document.add_paragraph("One "), document.add_paragraph()
    complex_field(first, "IF ", CITY, ' = "Oslo" "one', 'two" ')
    marker = next(run for run in first.runs if "two" in run._r.xml)
    for run in [marker._r, *marker._r.itersiblings()]:
        second._p.append(run)
    assert problems_of(saved(document)) == [
        "Document, near “One «inner»”: The field { IF { MERGEFIELD contact_city } = "
        '"Oslo" "onetwo" } goes over several paragraphs. Write it as tags: '
        '{%p if contact_city == "Oslo" %} before the text and {%p endif %} behind it, '
        "each in a paragraph of its own."
    ]


def test_what_is_written_instead_is_taken():
    data = letter(
        *("One", '{%p if contact_city == "Oslo" %}', "one", "two", "{%p endif %}")
    )
    template = compile_template(data)
    assert paragraphs(template.render_letter(record(contact_city="Oslo"))) == [
        *("One", "one", "two")
    ]
    assert paragraphs(template.render_letter(record())) == ["One"]


def test_a_condition_on_a_bookmark_is_refused_with_a_merge_field_and_stays_without():
    document = docx.Document()
    paragraph = document.add_paragraph()
    mark = docx.oxml.OxmlElement("w:bookmarkStart")
    mark.set(docx.oxml.ns.qn("w:name"), "Sum")
    paragraph._p.append(mark)
    complex_field(paragraph, ' IF Sum > 5 "a" "b" ')
    assert compile_template(saved(document)).fields == set()
    complex_field(paragraph, ' IF sum > 5 "', CITY, '" ')
    assert problems_of(saved(document)) == [
        "Document, near “«x»«inner»«x»”: The field { IF sum > 5 "
        '"{ MERGEFIELD contact_city }" } cannot be merged: it depends on a bookmark, '
        "which only Word can read. Compare the merge field itself instead of the "
        "bookmark."
    ]


class TestSkipif:
    PEOPLE = [
        record(contact_no=f"C-{number}", contact_city=city)
        for number, city in enumerate(("Oslo", "Bergen", "Oslo", "Molde"))
    ]

    @pytest.fixture
    def template(self):
        document = docx.Document()
        paragraph = document.add_paragraph()
        complex_field(paragraph, " SKIPIF ", CITY, ' = "Oslo" ')
        complex_field(paragraph, " MERGEFIELD contact_no ")
        for field in (" MERGESEQ ", " MERGEREC ", ' MERGESEQ \\# "000" '):
            paragraph.add_run("/")
            complex_field(paragraph, field)
        return compile_template(saved(document))

    def test_who_is_skipped_has_no_letter_and_the_others_count_on(self, template):
        out = io.BytesIO()
        assert template.merge_document(self.PEOPLE, out) == 2
        shown = [text for text in paragraphs(out.getvalue()) if text]
        assert shown == ["C-1/1/2/001", "C-3/2/4/002"]

    def test_who_is_skipped_has_no_file_and_the_others_count_on(self, template):
        out = io.BytesIO()
        pairs = [(person["contact_no"], person) for person in self.PEOPLE]
        assert template.merge_letters(pairs, out) == 2
        files = {
            name: paragraphs(file) for name, file in members(out.getvalue()).items()
        }
        assert files == {"C-1.docx": ["C-1/1/2/001"], "C-3.docx": ["C-3/2/4/002"]}

    def test_the_letter_of_who_is_skipped_says_why(self, template):
        reason = 'left out by { SKIPIF { MERGEFIELD contact_city } = "Oslo" }'
        with pytest.raises(LetterSkipped) as caught:
            template.render_letter(self.PEOPLE[0])
        assert str(caught.value) == template.why_skipped(self.PEOPLE[0]) == reason
        assert template.why_skipped(self.PEOPLE[1]) == ""

    def test_the_sample_is_never_skipped(self):
        document = docx.Document()
        paragraph = document.add_paragraph()
        complex_field(paragraph, " SKIPIF ", CITY, ' = "Bergen" ')
        complex_field(paragraph, ' MERGEFIELD document_date \\@ "dd.MM.yy" ')
        template = compile_template(saved(document))
        assert paragraphs(template.sample_letter()) == ["20.11.26"]

    def test_no_letters_at_all_are_no_document(self, template):
        with pytest.raises(RenderError, match="no letters"):
            template.merge_document(self.PEOPLE[:1], io.BytesIO())

    def test_a_record_may_know_its_numbers(self, template):
        known = {"_letter_number": "41", "_record_number": "57"}
        letter = template.render_letter({**self.PEOPLE[1], **known})
        assert paragraphs(letter) == ["C-1/41/57/041"]
        letter = template.render_letter({**self.PEOPLE[1], "sequence_no": "12"})
        assert paragraphs(letter) == ["C-1/12/12/012"]

    def test_letters_cut_into_documents_count_on(self, template):
        out = io.BytesIO()
        people = [record(contact_no=f"C-{number}") for number in range(3)]
        with LetterArchive(out) as archive:
            made = archive.add_document(
                template, [self.PEOPLE[0], *people], name="x", per_document=2
            )
        assert made == 3
        shown = [
            [text for text in paragraphs(file) if text]
            for file in members(out.getvalue()).values()
        ]
        assert shown == [["C-0/1/2/001", "C-1/2/3/002"], ["C-2/3/4/003"]]

    def test_headers_have_the_values_of_their_letter(self):
        document = docx.Document()
        header = document.sections[0].header.paragraphs[0]
        complex_field(
            header, " IF ", CITY, ' = "Oslo" "home ', [" MERGESEQ "], '" "away"'
        )
        document.add_paragraph("Hello")
        out = io.BytesIO()
        compile_template(saved(document)).merge_document(self.PEOPLE, out)
        sections = opened(out.getvalue()).sections
        shown = [section.header.paragraphs[0].text for section in sections]
        assert shown == ["home 1", "away", "home 3", "away"]

    def test_inside_another_field_it_is_refused(self):
        inner = [" SKIPIF ", CITY, ' = "Oslo" ']
        assert problems_of(with_field(" IF ", CITY, ' <> "" "', inner, '" ')) == [
            "Document, near “To: «inner»«inner»«inner»«x»”: The field { SKIPIF "
            '{ MERGEFIELD contact_city } = "Oslo" } cannot be merged: it stands inside '
            "another field. Take it out of the document."
        ]
