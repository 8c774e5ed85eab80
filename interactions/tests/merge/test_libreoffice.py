"""What a word processor makes of the letters."""

import io
import re
import shutil
import subprocess

import docx
import pytest

from interactions.merge import compile_template

from .word import complex_field, record, saved, simple_field
from .wordlike import note, one_section, paragraph, text, wordlike

pytestmark = [
    pytest.mark.libreoffice,
    pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice"),
]
LETTERS = 20


@pytest.fixture
def template(picture):
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].add_run().add_picture(picture)
    section.header.add_paragraph("Account {{ contact_no }}")
    footer = section.footer.paragraphs[0]
    footer.text = "Page "
    simple_field(footer, " PAGE ", shown="1")
    document.add_paragraph("{{ contact_mail_address }}")
    document.add_paragraph("Dear {{ contact_name }},")
    document.add_paragraph("first", style="List Number")
    document.add_paragraph("second", style="List Number")
    document.add_table(rows=1, cols=1).cell(0, 0).text = "{{ contact_city }}"
    return compile_template(saved(document))


def person(number):
    return record(
        contact_no=f"C-{number:04}",
        contact_name=f"Åse {number} & <co>",
        contact_mail_address=f"Åse {number}\nBakken 3\n5003 Bergen",
        contact_city="Bergen",
    )


def converted(data, folder, kind):
    (folder / "letters.docx").write_bytes(data)
    command = [
        *("soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}"),
        *("--headless", "--convert-to", kind, "--outdir", str(folder)),
        str(folder / "letters.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)  # noqa: S603
    return (folder / f"letters.{kind.partition(':')[0]}").read_bytes()


def pages(pdf):
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_every_letter_is_a_page_in_one_document(template, tmp_path):
    out = io.BytesIO()
    template.merge_document(map(person, range(LETTERS)), out)
    assert pages(converted(out.getvalue(), tmp_path, "pdf")) == LETTERS


def test_the_text_is_what_was_merged(template, tmp_path):
    out = io.BytesIO()
    template.merge_document(map(person, range(3)), out)
    text = converted(out.getvalue(), tmp_path, "txt:Text (encoded):UTF8")
    lines = [line for line in text.decode("utf-8-sig").splitlines() if line.strip()]
    letter = [
        *("Åse {0}", "Bakken 3", "5003 Bergen", "Dear Åse {0} & <co>,"),
        *("1. first", "2. second", "Bergen"),
    ]
    assert [line.strip() for line in lines] == [
        line.format(number) for number in range(3) for line in letter
    ]


def read(pdf, folder):
    """The lines of every page."""
    (folder / "read.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(folder / "read.pdf"), "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    return [
        [" ".join(line.split()) for line in page.splitlines() if line.strip()]
        for page in said.split("\f")[:-1]
    ]


needs_pdftotext = pytest.mark.skipif(
    not shutil.which("pdftotext"), reason="needs poppler-utils"
)


@needs_pdftotext
def test_every_letter_counts_its_pages_lists_and_figures_and_has_its_header(
    picture, tmp_path
):
    document = docx.Document()
    section = document.sections[0]
    section.header.paragraphs[0].text = "Account {{ contact_no }}"
    simple_field(section.footer.paragraphs[0], " PAGE ", shown="1")
    document.add_paragraph("Dear {{ contact_first_name }}")
    document.add_paragraph("first", style="List Number")
    simple_field(document.add_paragraph("Figure "), " SEQ Figure ", shown="1")
    document.add_page_break()
    document.add_paragraph("second", style="List Number")
    document.add_paragraph("Enclosed").add_run().add_picture(picture)
    out = io.BytesIO()
    people = [record(contact_no=f"C-{n}", contact_first_name=f"N{n}") for n in range(3)]
    assert compile_template(saved(document)).merge_document(people, out) == 3
    assert read(converted(out.getvalue(), tmp_path, "pdf"), tmp_path) == [
        page
        for number in range(3)
        for page in (
            [f"Account C-{number}", f"Dear N{number}", "1. first", "Figure 1", "1"],
            [f"Account C-{number}", "2. second", "Enclosed", "2"],
        )
    ]


@needs_pdftotext
def test_a_letter_as_word_writes_it_has_its_pages_and_headers_in_every_letter(tmp_path):
    template = compile_template(wordlike())
    people = [record(contact_no=f"C-{n}", contact_name=f"N{n}") for n in range(3)]
    out = io.BytesIO()
    template.merge_document(people, out)
    pages = read(converted(out.getvalue(), tmp_path, "pdf"), tmp_path)
    # LibreOffice puts the endnotes of all letters on a page of their own at the end.
    assert [page[0] for page in pages[:6]] == [
        first for n in range(3) for first in (f"Welcome N{n}", f"Account C-{n}")
    ]
    assert len(pages) == 3 * 2 + 1


def test_a_last_page_with_nothing_but_a_header_is_one_in_every_letter(tmp_path):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Account {{ contact_no }}"
    document.add_paragraph("Dear {{ contact_name }}")
    document.add_page_break()
    document.add_paragraph()
    out = io.BytesIO()
    compile_template(saved(document)).merge_document(map(person, range(3)), out)
    assert pages(converted(out.getvalue(), tmp_path, "pdf")) == 6


@needs_pdftotext
def test_a_note_stands_where_it_is_referred_to(tmp_path):
    data = one_section(
        paragraph(text("{%p if contact_city %}")),
        paragraph(text("City"), note("footnote", 1)),
        paragraph(text("{%p endif %}")),
        paragraph(text("Terms"), note("footnote", 2), note("endnote", 1)),
    )
    result = compile_template(data).render_letter(record())
    lines = read(converted(result, tmp_path, "pdf"), tmp_path)[0]
    assert "Terms of our house" in lines
    assert not any(line.startswith("For") for line in lines)


def test_a_single_letter_is_one_page(template, tmp_path):
    letter = template.render_letter(person(1))
    assert pages(converted(letter, tmp_path, "pdf")) == 1


def test_letters_with_fields_of_word_open_as_they_were_merged(tmp_path):
    document = docx.Document()
    city = [" MERGEFIELD contact_city "]
    complex_field(document.sections[0].header.paragraphs[0], " MERGESEQ ")
    complex_field(document.add_paragraph(), " ADDRESSBLOCK ")
    complex_field(document.add_paragraph(), " GREETINGLINE \\e Hello! ")
    paragraph = document.add_paragraph("You are ")
    code = ("IF ", city, ' = "Bergen" "at ', [*city, "\\* Upper "], '" "elsewhere"')
    complex_field(paragraph, *code)
    link = (' HYPERLINK "https://example.com/', [" MERGEFIELD contact_no "], '" ')
    complex_field(document.add_paragraph(), *link, shown="Answer here")
    complex_field(document.add_paragraph(), " SKIPIF ", city, ' = "Molde" ')
    template = compile_template(saved(document))
    people = [
        {**person(number), "contact_city": place}
        for number, place in enumerate(("Bergen", "Molde", "Voss"))
    ]
    out = io.BytesIO()
    assert template.merge_document(people, out) == 2
    assert pages(converted(out.getvalue(), tmp_path, "pdf")) == 2
    text = converted(out.getvalue(), tmp_path, "txt:Text (encoded):UTF8")
    lines = [line for line in text.decode("utf-8-sig").splitlines() if line.strip()]
    assert lines == [
        *("Åse 0", "Bakken 3", "5003 Bergen", "Hello!", "You are at BERGEN"),
        "Answer here",
        *("Åse 2", "Bakken 3", "5003 Bergen", "Hello!", "You are elsewhere"),
        "Answer here",
    ]
