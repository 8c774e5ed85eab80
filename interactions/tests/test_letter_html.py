"""A letter as HTML: what is too much for a request is told, and never an error."""

import io
import zipfile

import docx
import pytest

from interactions.services import letter_html
from interactions.services.letter_html import NotShown, html_of

from .factories import letter


def renamed(data, old, new):
    """A letter with its text under another name, which the package knows."""
    out = io.BytesIO()
    names = ("[Content_Types].xml", "_rels/.rels")
    with zipfile.ZipFile(io.BytesIO(data)) as package, zipfile.ZipFile(out, "w") as to:
        for name in package.namelist():
            part = package.read(name)
            if name in names:
                part = part.replace(old.encode(), new.encode())
            to.writestr(name.replace(old, new), part)
    return out.getvalue()


def with_header(text):
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = text
    document.add_paragraph("Dear Ann")
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_header_and_body_are_shown():
    shown = html_of(with_header("Fjord & Co"))
    assert shown == '<p class="margin">Fjord &amp; Co</p><p>Dear Ann</p>'


@pytest.mark.parametrize("name", ["document.txt", "media/document.png"])
def test_much_xml_is_too_much_under_any_name(name):
    long = letter("x" * letter_html.MAX_XML)
    long = renamed(long, "word/document.xml", f"word/{name}")
    with pytest.raises(NotShown, match="too long to be shown"):
        html_of(long)


def test_a_broken_header_is_told():
    broken = io.BytesIO()
    whole = zipfile.ZipFile(io.BytesIO(with_header("Fjord")))
    with whole, zipfile.ZipFile(broken, "w") as to:
        for name in whole.namelist():
            part = whole.read(name)
            to.writestr(name, part[:-9] if "header" in name else part)
    with pytest.raises(NotShown, match="cannot be shown"):
        html_of(broken.getvalue())


def test_what_is_nested_too_deep_is_told(monkeypatch):
    def deep(_letter):
        raise RecursionError

    monkeypatch.setattr(letter_html, "text_of", deep)
    with pytest.raises(NotShown, match="cannot be shown"):
        html_of(letter("Dear Ann"))
