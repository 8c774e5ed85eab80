"""Links whose address has a field, typed into the window for links."""

import io

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from interactions.merge import compile_template

from .ooxml import assert_sound
from .word import members, opened, problems_of, record, saved

ÅSE = record(contact_email="aase@example.com", contact_no="C-17", contact_city="Å & co")


def linking(*addresses, anchor=""):
    """Return a letter with a link to each address, in a paragraph of its own."""
    document = docx.Document()
    for address in addresses:
        paragraph = document.add_paragraph("Here: ")
        link = OxmlElement("w:hyperlink")
        kind = RELATIONSHIP_TYPE.HYPERLINK
        link.set(qn("r:id"), document.part.relate_to(address, kind, is_external=True))
        if anchor:
            link.set(qn("w:anchor"), anchor)
        link.append(paragraph.add_run("write")._r)
        paragraph._p.append(link)
    return saved(document)


def codes(data):
    """The code of each field in the body."""
    paragraphs = opened(data).paragraphs
    found = (each._p.iter(qn("w:instrText")) for each in paragraphs)
    return ["".join(text.text or "" for text in texts) for texts in found]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("mailto:{{ contact_email }}", "mailto:aase@example.com"),
        (
            "mailto:%7B%7B%20E-mail%20%7D%7D?subject=Hi",
            "mailto:aase@example.com?subject=Hi",
        ),
        ("mailto:«E-mail»", "mailto:aase@example.com"),
        ("mailto:%C2%ABE-mail%C2%BB", "mailto:aase@example.com"),
        (
            "https://example.com/{{contact_no}}?at={{contact_city}}&b=1",
            "https://example.com/C-17?at=%C3%85%20%26%20co&b=1",
        ),
    ],
)
def test_a_field_in_the_address_of_a_link_is_merged(address, code):
    letter = compile_template(linking(address)).render_letter(ÅSE)
    assert codes(letter) == [f' HYPERLINK "{code}" ']
    assert opened(letter).paragraphs[0].text == "Here: write"
    assert (
        'Target="mailto' not in members(letter)["word/_rels/document.xml.rels"].decode()
    )


def test_the_place_in_the_page_stays():
    letter = compile_template(
        linking("https://example.com/{{ contact_no }}", anchor="offers")
    ).render_letter(ÅSE)
    assert codes(letter) == [' HYPERLINK "https://example.com/C-17" \\l "offers" ']


def test_a_link_without_a_field_stays_as_it_is():
    data = linking("https://example.com/{1}?a=%7B2%7D", "mailto:{{ contact_email }}")
    letter = compile_template(data).render_letter(ÅSE)
    assert codes(letter) == ["", ' HYPERLINK "mailto:aase@example.com" ']
    relations = members(letter)["word/_rels/document.xml.rels"].decode()
    assert 'Target="https://example.com/{1}?a=%7B2%7D"' in relations


def test_an_unknown_field_in_the_address_is_refused_at_its_place():
    assert problems_of(linking("mailto:{{ contact_emial }}")) == [
        "Document, near “Here: write”: There is no merge field “contact_emial”. Did "
        "you mean contact_email (E-mail of the contact)?"
    ]


def test_the_links_of_all_letters_in_one_document_are_their_own():
    out = io.BytesIO()
    people = [ÅSE, {**ÅSE, "contact_email": "bo@example.com"}]
    compile_template(linking("mailto:{{ contact_email }}")).merge_document(people, out)
    assert_sound(out.getvalue())
    assert codes(out.getvalue()) == [
        ' HYPERLINK "mailto:aase@example.com" ',
        ' HYPERLINK "mailto:bo@example.com" ',
    ]
