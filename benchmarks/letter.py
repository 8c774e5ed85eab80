"""The letters that are measured.

One page with ten fields and a picture in the header, with tags or with Word's own
fields, otherwise the same; that page with a field in the header; and two pages with a
table, a condition and a loop.

    python benchmarks/letter.py FOLDER

writes the page and a thousand contacts for programs that are not in Python.
"""

import io
import json
import random
import re
import struct
import sys
import zipfile
import zlib
from pathlib import Path

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm

FIELDS = [
    *("contact_name", "contact_company_name", "contact_address", "contact_post_code"),
    *("contact_city", "contact_no", "formal_salutation", "document_date"),
    *("salesperson_name", "salesperson_phone_no"),
]
TEXT = [
    "{contact_company_name}",
    "{contact_name}",
    "{contact_address}",
    "{contact_post_code} {contact_city}",
    "{document_date}",
    "Your number with us: {contact_no}",
    "{formal_salutation}",
    "We have moved the tasting of the new harvest to the first week of the month, so "
    "that the growers can be there. You will meet the people behind four of the "
    "coffees that you have bought from us this year, and you may take samples home.",
    "As always there is room for two from each company. Tell us whom to expect, and "
    "whether you would like to see the roastery before we begin.",
    "With kind regards",
    "{salesperson_name}, {salesperson_phone_no}",
]
# Styles that a saved letter has; the rest of python-docx's template only weighs.
STYLES = {"Normal", "Header", "Footer", "DefaultParagraphFont", "TableNormal"}


def letter(*, native: bool, in_header: bool = False) -> bytes:
    """Return the one page, with MERGEFIELDs or with tags."""
    document = _with_header()
    if in_header:
        document.sections[0].header.add_paragraph("Account {{ contact_no }}")
    _write(document, TEXT, native=native)
    return _saved(document)


def long_letter() -> bytes:
    """Return the two pages, with tags."""
    document = _with_header()
    _write(document, TEXT[:-1], native=False)
    table = document.add_table(rows=4, cols=4)
    rows = [
        ["Date", "What", "Subject", "By"],
        ["{%tr for interaction in interactions %}", "", "", ""],
        [
            *("{{ interaction.date }}", "{{ interaction.description }}"),
            *("{{ interaction.subject }}", "{{ interaction.salesperson }}"),
        ],
        ["{%tr endfor %}", "", "", ""],
    ]
    for row, texts in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_page_break()
    for text in (
        *("{%p if contact_county %}", "Our people in {{ contact_county }} will call."),
        *("{%p endif %}", TEXT[7], "This is what you told us:"),
        *("{%p for answer in answers %}", "{{ answer.question }} {{ answer.answer }}"),
        *("{%p endfor %}", TEXT[8], TEXT[9], "{{ salesperson_name }}"),
    ):
        document.add_paragraph(text)
    return _saved(document)


def _with_header():
    document = docx.Document()
    section = document.sections[0]
    logo = section.header.paragraphs[0].add_run()
    logo.add_picture(io.BytesIO(picture(90, 90)), width=Cm(3))
    footer = section.footer.paragraphs[0]
    footer.add_run("Demo Company Ltd. · Harbour Street 1 · 0150 Oslo")
    return document


def _write(document, texts: list[str], *, native: bool) -> None:
    for text in texts:
        paragraph = document.add_paragraph()
        for piece in re.split(r"(\{\w+\})", text):
            if not piece.startswith("{"):
                paragraph.add_run(piece)
            elif native:
                _field(paragraph, piece[1:-1])
            else:
                paragraph.add_run(f"{{{piece}}}")


def _saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return _slim(out.getvalue())


def picture(width: int, height: int) -> bytes:
    """Return a PNG that does not compress, as logos hardly do; about 24 KB."""
    noise = random.Random(1)

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    rows = b"".join(b"\0" + noise.randbytes(width * 3) for _row in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


def records(count: int):
    """Yield the values of this many contacts; some have an ampersand."""
    for number in range(count):
        yield {
            "contact_name": f"Åse Bjørnstad {number}",
            "contact_company_name": f"Kaffe {'& Te ' * (number % 50 == 0)}{number} AS",
            "contact_address": f"Storgata {number % 200}",
            "contact_post_code": f"{number % 10_000:04}",
            "contact_city": "Trondheim",
            "contact_no": f"C-{number:07}",
            "formal_salutation": f"Dear Ms. Bjørnstad {number},",
            "document_date": "20 November 2026",
            "salesperson_name": "Jon Berg",
            "salesperson_phone_no": "+47 22 33 44 55",
        }


def records_with_lists(count: int):
    """Yield the same with 6 to 12 interactions, three answers, and some a county."""
    for number, record in enumerate(records(count)):
        interactions = [
            {
                "date": f"{day} March 2026",
                "description": f"Tasting {day} with {number}",
                "subject": "The new harvest",
                "salesperson": "Jon Berg",
            }
            for day in range(1, 7 + number % 7)
        ]
        answers = [
            {"question": "What do you drink?", "answer": "Coffee & tea"},
            {"question": "How much?", "answer": f"{number} kg"},
            {"question": "Since when?", "answer": "2019"},
        ]
        county = "Trøndelag" if number % 2 else ""
        lists = {"interactions": interactions, "answers": answers}
        yield {**record, "contact_county": county, **lists}


def _field(paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" MERGEFIELD {name} ")
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = f"«{name}»"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _slim(data: bytes) -> bytes:
    """Take out what python-docx's template has and a saved letter has not."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            content = source.read(name)
            if "stylesWithEffects" in name:
                continue
            if name.endswith((".rels", "[Content_Types].xml")):
                element = rb"<[^<>]*stylesWithEffects[^<>]*/>"
                content = re.sub(element, b"", content)
            if name == "word/styles.xml":
                content = _few_styles(content)
            target.writestr(name, content)
    return out.getvalue()


def _few_styles(content: bytes) -> bytes:
    root = docx.oxml.parse_xml(content)
    for style in list(root.iter(qn("w:style"))):
        if style.get(qn("w:styleId")) not in STYLES:
            root.remove(style)
    return docx.oxml.xmlchemy.serialize_for_reading(root).encode()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "letter.docx").write_bytes(letter(native=False))
    (folder / "people.json").write_text(json.dumps(list(records(1_000))))
