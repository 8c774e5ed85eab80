"""Documents in the shape that Word and others save them, merged as Word would."""

import docx
import pytest
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn

from interactions.merge import compile_template

from .word import (
    changed,
    complex_field,
    members,
    opened,
    packed,
    paragraphs,
    problems_of,
    record,
    saved,
    simple_field,
)

ÅSE = record(
    contact_name="Åse Vik",
    contact_no="C-17",
    contact_first_name="Åse",
    contact_surname="Vik",
    contact_job_title="Manager",
    contact_address="Bakken 3",
    contact_post_code="5003",
    contact_city="Bergen",
    contact_county="Vestland",
    contact_country_name="Norge",
    subject="God jul",
)


def bare_field(paragraph, *code):
    """Add a field without a result, as a list of labels has it."""
    complex_field(paragraph, *code)
    for run in paragraph.runs[-3:-1]:
        paragraph._p.remove(run._r)


def test_a_letter_of_word_with_dutch_names_and_its_list_of_recipients():
    document = docx.Document()
    for names in (
        ("Functie", "Voornaam", "Achternaam"),
        ("Adresregel_1",),
        ("Postcode", "Plaats", "Provincie", "Land_of_regio"),
    ):
        paragraph = document.add_paragraph()
        for place, name in enumerate(names):
            paragraph.add_run(" " if place else "")
            run = complex_field(paragraph, f' MERGEFIELD "{name}" ', shown=f"«{name}»")
            run._r.get_or_add_rPr().append(OxmlElement("w:noProof"))
    document.add_paragraph("Groningen,")
    greeting = document.add_paragraph("Dear ")
    complex_field(greeting, ' MERGEFIELD "Voornaam" ')
    greeting.add_run(",")
    merge = parse_xml(
        f'<w:mailMerge xmlns:w="{WORD}"><w:mainDocumentType w:val="formLetters"/>'
        '<w:connectString w:val="Data Source=D:\\Users\\Frida\\list.mdb"/>'
        "<w:odso><w:fieldMapData/><w:fieldMapData><w:name w:val='Titel'/>"
        "<w:mappedName w:val='Beleefdheidstitel'/></w:fieldMapData></w:odso>"
        "</w:mailMerge>"
    )
    document.settings.element.insert(1, merge)
    letter = compile_template(saved(document)).render_letter(ÅSE)
    assert paragraphs(letter) == [
        "Manager Åse Vik",
        "Bakken 3",
        "5003 Bergen Vestland Norge",
        "Groningen,",
        "Dear Åse,",
    ]
    everything = b"".join(members(letter).values())
    assert (b"mailMerge" in everything, b"Frida" in everything) == (False, False)


WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def test_a_title_of_address_is_refused_with_what_to_use():
    document = docx.Document()
    complex_field(document.add_paragraph(), ' MERGEFIELD "Titel" ', shown="«Titel»")
    assert problems_of(saved(document)) == [
        "Document, near “«Titel»”: There is no merge field “Titel”. Mr. and Ms. belong "
        "to the salutation: use formal_salutation (Formal salutation)."
    ]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_headers_footers_and_notes_each_with_fields_of_their_own(kind):
    document = docx.Document()
    document.settings.odd_and_even_pages_header_footer = True
    section = document.sections[0]
    section.different_first_page_header_footer = True
    for part, name, before in (
        (section.header, "contact_no", "Every: "),
        (section.even_page_header, "contact_city", "Even: "),
        (section.first_page_header, "contact_surname", "First: "),
        (section.footer, "subject", "Foot: "),
        (section.even_page_footer, "contact_first_name", "Even foot: "),
        (section.first_page_footer, "contact_post_code", "First foot: "),
    ):
        bare_field(part.paragraphs[0], f" MERGEFIELD {name} ")
        part.paragraphs[0].runs[0]._r.addprevious(text_run(before))
    paragraph = document.add_paragraph("Merge: ")
    simple_field(paragraph, " MERGEFIELD contact_name \\* MERGEFORMAT ")
    data = with_notes(saved(document), kind)
    letter = compile_template(data).render_letter(ÅSE)
    first = opened(letter).sections[0]
    assert [
        part.paragraphs[0].text
        for part in (
            *(first.header, first.even_page_header, first.first_page_header),
            *(first.footer, first.even_page_footer, first.first_page_footer),
        )
    ] == [
        *("Every: C-17", "Even: Bergen", "First: Vik"),
        *("Foot: God jul", "Even foot: Åse", "First foot: 5003"),
    ]
    assert paragraphs(letter) == ["Merge: Åse Vik"]
    notes = parse_xml(members(letter)[f"word/{kind}s.xml"])
    assert [note.xpath("string()") for note in notes] == ["See Åse Vik"]


def text_run(text):
    run = OxmlElement("w:r")
    element = OxmlElement("w:t")
    element.set(qn("xml:space"), "preserve")
    element.text = text
    run.append(element)
    return run


def with_notes(data, kind):
    """The document with a note that has a field cut into runs."""
    paragraph = docx.Document().add_paragraph()
    field = " MERGE", "FIELD contact_name ", "\\* MERGEFORMAT "
    complex_field(paragraph, *field, shown="«contact_name»")
    paragraph._p.insert(0, text_run("See "))
    notes = (
        f'<w:{kind}s xmlns:w="{WORD}"><w:{kind} w:id="2">{paragraph._p.xml}'
        f"</w:{kind}></w:{kind}s>"
    )
    relation = (
        f'<Relationship Id="rId90" Target="{kind}s.xml" Type="http://schemas.'
        f'openxmlformats.org/officeDocument/2006/relationships/{kind}s"/>'
    )
    override = (
        f'<Override PartName="/word/{kind}s.xml" ContentType="application/vnd.'
        f'openxmlformats-officedocument.wordprocessingml.{kind}s+xml"/>'
    )
    data = changed(
        data,
        "word/_rels/document.xml.rels",
        b"</Relationships>",
        f"{relation}</Relationships>".encode(),
    )
    data = changed(
        data, "[Content_Types].xml", b"</Types>", f"{override}</Types>".encode()
    )
    return packed({**members(data), f"word/{kind}s.xml": notes.encode()})


def test_a_field_with_blanks_between_its_words():
    document = docx.Document()
    simple_field(
        document.add_paragraph(), " MERGEFIELD  contact_name  \\* MERGEFORMAT "
    )
    letter = compile_template(saved(document)).render_letter(ÅSE)
    assert paragraphs(letter) == ["Åse Vik"]


def test_labels_are_refused_at_the_field_that_goes_on_to_the_next_contact():
    document = docx.Document()
    for row in range(3):
        paragraph = document.add_paragraph(f"Row {row} ")
        bare_field(paragraph, " ", "MERGEFIELD contact_no", " ")
        paragraph.add_run("/")
        bare_field(paragraph, " ", "MERGEFIELD contact_name", " ")
        if row < 2:
            bare_field(paragraph, " ", "NEXT", " ")
    assert problems_of(saved(document)) == [
        f"Document, near “Row {row} /”: The field {{ NEXT }} cannot be merged: it goes "
        "on to the next contact, and a letter is for one contact. Take it out of the "
        "document."
        for row in range(2)
    ]


def test_the_place_of_a_problem_shows_what_people_wrote():
    document = docx.Document()
    paragraph = document.add_paragraph("No. ")
    complex_field(paragraph, " MERGEFIELD contact_no \\* Upper ", shown="«no»")
    complex_field(paragraph, " FILLIN x ", shown="«x»")
    paragraph.add_run("{{ contact_nmae }}")
    assert [problem.partition(": ")[0] for problem in problems_of(saved(document))] == [
        "Document, near “No. «no»«x»{{ contact_nmae }}”",
        "Document, near “No. …{{ contact_nmae }}”",
    ]
