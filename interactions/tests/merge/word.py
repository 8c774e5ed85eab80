"""Word documents for the tests of the merge, and what a reader finds in them."""

import io
import zipfile
from collections.abc import Mapping
from typing import Any

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from interactions.merge import TemplateError, compile_template
from interactions.merge.fields import CODES


def record(**values: str) -> dict[str, str]:
    """Return a record with these values; every other field is empty."""
    return {**dict.fromkeys(CODES, ""), **values}


def saved(document: Any) -> bytes:
    """Return the bytes of a python-docx document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def opened(data: bytes) -> Any:
    """Return a .docx as python-docx reads it."""
    return docx.Document(io.BytesIO(data))


def paragraphs(data: bytes) -> list[str]:
    """Return the text of every paragraph of the body."""
    return [paragraph.text for paragraph in opened(data).paragraphs]


def in_runs(*runs: str) -> bytes:
    """Return a document of one paragraph, cut into these runs."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    for run in runs:
        paragraph.add_run(run)
    return saved(document)


def complex_field(
    paragraph: Any, *instruction: str | list[Any], shown: str = "«x»"
) -> Any:
    """Add a field as Word writes it, its instruction cut into pieces.

    A list is a field inside its code. Returns the run of the result.
    """
    _field_mark(paragraph, "begin")
    for piece in instruction:
        if isinstance(piece, list):
            complex_field(paragraph, *piece, shown="«inner»")
            continue
        text = OxmlElement("w:instrText")
        text.set(qn("xml:space"), "preserve")
        text.text = piece
        paragraph.add_run()._r.append(text)
    _field_mark(paragraph, "separate")
    run = paragraph.add_run(shown)
    _field_mark(paragraph, "end")
    return run


def _field_mark(paragraph: Any, kind: str) -> None:
    mark = OxmlElement("w:fldChar")
    mark.set(qn("w:fldCharType"), kind)
    paragraph.add_run()._r.append(mark)


def simple_field(paragraph: Any, instruction: str, shown: str = "«x»") -> None:
    """Add a field as one element."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = shown
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def with_field(*instruction: str | list[Any], decimal: str = ".") -> bytes:
    """Return a document with one field, and this decimal sign in its settings."""
    document = docx.Document()
    complex_field(document.add_paragraph("To: "), *instruction)
    sign = document.settings.element.find(qn("w:decimalSymbol"))
    sign.set(qn("w:val"), decimal)
    return saved(document)


def skipping(city: str) -> bytes:
    """Return a letter, only a name, that leaves out who lives in this city."""
    document = docx.Document()
    paragraph = document.add_paragraph()
    field = [" MERGEFIELD contact_city "]
    complex_field(paragraph, " SKIPIF ", field, f' = "{city}" ')
    complex_field(paragraph, " MERGEFIELD contact_name ")
    return saved(document)


def merged(*instruction: str | list[Any], decimal: str = ".", **values: str) -> str:
    """Return what a field says in the letter of a record with these values."""
    template = compile_template(with_field(*instruction, decimal=decimal))
    letter = template.render_letter(record(**values))
    (text,) = paragraphs(letter)
    assert b"fldChar" not in members(letter)["word/document.xml"]
    return text.removeprefix("To: ")


def problems_of(data: bytes) -> list[str]:
    """Return what is wrong with a template, as people read it."""
    with pytest.raises(TemplateError) as caught:
        compile_template(data)
    return [str(problem) for problem in caught.value.problems]


def members(data: bytes) -> dict[str, bytes]:
    """Return the members of a zip."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def packed(contents: Mapping[str, bytes]) -> bytes:
    """Return a zip with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """Return a document with a text of one of its members replaced."""
    contents = members(data)
    assert old in contents[name]
    return packed({**contents, name: contents[name].replace(old, new, 1)})
