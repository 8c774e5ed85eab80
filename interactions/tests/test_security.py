"""What `docs/security.md` promises, end to end: from the upload to the letter."""

import gzip
import io
import re
import time
from pathlib import Path

import docx
import pytest
from django.conf import settings
from lxml import etree

from interactions.merge import RenderError, TemplateError, compile_template
from interactions.merge.expressions import word_text
from interactions.merge.findings import inspect
from interactions.services.checking import check_document
from interactions.services.documents import compiled, store_document
from interactions.tests.factories import letter
from interactions.tests.merge.word import (
    members,
    packed,
    paragraphs,
    record,
    saved,
    simple_field,
)
from interactions.tests.payloads import DRAWINGS, PARTS, PAYLOADS, REFUSED, TEXT

DOCUMENTATION = Path(settings.BASE_DIR) / "docs" / "security.md"
HEBREW = "שלום \u202eעולם\u202c"
VALUES = {
    "markup": "<w:p>&amp; & < > ]]> <!-- x --> <?x?> </w:t></w:r>",
    "quotes": "\"' “” «»",
    "control characters": "a\x00b\x01c\x0bd\x1fe\x7ff\x85g",
    "lone surrogates": "a\ud800b\udfffc",
    "noncharacters": "a\ufffeb\uffffc",
    "marks of our own": "a\ufdd0\ufdd0 contact_name \ufdd1\ufdd1b",
    "right to left": HEBREW,
    "emoji": "👩‍👩‍👧‍👦 🇳🇴 é\u0301",
    "line breaks": "one\ntwo\r\nthree\rfour",
    "tabs": "one\ttwo",
    "separators": "one\u2028two\u2029three",
    "10,000 characters": "Å" * 10_000,
    "10,000 words": "ord " * 10_000,
}


def as_read(value):
    """Return a value as a reader of the letter finds it."""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", "", text
    )


def test_the_documentation_names_every_payload():
    told = DOCUMENTATION.read_text()
    named = re.findall(r"^- (.+?): ((?:`[^`\n]+`(?:, )?)+)$", told, re.M)
    names = [name for _group, row in named for name in re.findall("`([^`]+)`", row)]
    assert sorted(names) == sorted([*PAYLOADS, *DRAWINGS, *PARTS])


@pytest.mark.parametrize("name", REFUSED)
def test_a_payload_is_refused_at_upload(name):
    started = time.process_time()
    findings = inspect(letter("{{ contact_name }}", REFUSED[name]))
    assert not findings.usable
    assert time.process_time() - started < 2


@pytest.mark.parametrize(
    ("called", "kind", "encoding"),
    [
        ("a.svg", "image/SVG+xml", "utf-8"),
        ("a.png", "image/png", "utf-8-sig"),
        ("a.jpg", "image/jpeg", "utf-16"),
    ],
)
@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_is_refused_whatever_it_is_called(name, called, kind, encoding):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{DRAWINGS[name]}</svg>'
    assert not inspect(with_media(called, kind, svg.encode(encoding))).usable


def test_a_packed_drawing_is_refused():
    assert not inspect(
        with_media("a.png", "image/png", gzip.compress(b"<svg/>"))
    ).usable


@pytest.mark.parametrize(
    "drawing",
    [
        "<style>.a{fill:#fff;clip-path:url( '#b')}</style>",
        '<rect style="fill:url(#a)" fill="url(&quot;#a&quot;)"/>',
        '<image href="data:image/png;base64,iVBORw0KGgo="/>',
        '<a href="https://example.com"/>',
    ],
)
def test_a_drawing_that_is_only_drawn_is_taken(drawing):
    svg = f'<svg xmlns="http://www.w3.org/2000/svg">{drawing}</svg>'
    assert inspect(with_media("a.svg", "image/svg+xml", svg.encode())).usable


def with_media(name, kind, data):
    """Return a letter that has a picture of this name and declared sort."""
    sound = members(letter("{{ contact_name }}"))
    start, end, _rest = sound["[Content_Types].xml"].partition(b"</Types>")
    said = f'<Override PartName="/word/media/{name}" ContentType="{kind}"/>'.encode()
    types = {"[Content_Types].xml": start + said + end}
    return packed({**sound, **types, f"word/media/{name}": data})


@pytest.mark.parametrize("name", PARTS)
def test_a_link_is_for_readers_only(name):
    assert not inspect(with_link(PARTS[name])).usable


def test_a_link_that_a_reader_may_follow_is_taken():
    assert inspect(with_link('<w:hyperlink r:id="rId99"/>')).usable


def with_link(element):
    """Return a letter with this in a run, and a link outside called rId99."""
    sound = members(letter("{{ contact_name }}"))
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = (
        f'<Relationship Id="rId99" Type="{office}/hyperlink" '
        'Target="http://10.0.0.1/x" TargetMode="External"/></Relationships>'
    )
    spaces = {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "r": office,
        "v": "urn:schemas-microsoft-com:vml",
        "o": "urn:schemas-microsoft-com:office:office",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    }
    declared = " ".join(f'xmlns:{key}="{value}"' for key, value in spaces.items())
    inside = f"<w:p><w:r><w:pict {declared}>{element}</w:pict></w:r></w:p>"
    changes = {
        "word/_rels/document.xml.rels": ("</Relationships>", relation),
        "word/document.xml": ("<w:body>", f"<w:body>{inside}"),
    }
    for part, (old, new) in changes.items():
        sound[part] = sound[part].replace(old.encode(), new.encode(), 1)
    return packed(sound)


@pytest.mark.parametrize("name", TEXT)
def test_what_is_meant_for_another_engine_is_only_text(name):
    template = compile_template(letter("{{ contact_city }}", TEXT[name]))
    assert paragraphs(template.render_letter(record()))[1] == TEXT[name]


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_payload_in_the_name_of_a_contact_is_only_text(name):
    template = compile_template(
        letter("{{ contact_name }}", "{{ contact_name|upper }}")
    )
    made = template.render_letter(record(contact_name=PAYLOADS[name]))
    assert paragraphs(made) == [PAYLOADS[name], PAYLOADS[name].upper()]


@pytest.mark.parametrize("name", ["cycler globals", "class of a field", "include"])
def test_a_payload_in_the_code_of_a_field_is_refused(name):
    document = docx.Document()
    simple_field(document.add_paragraph(), f' MERGEFIELD "{REFUSED[name]}" ')
    assert not inspect(saved(document)).usable


@pytest.mark.django_db
@pytest.mark.parametrize("name", VALUES)
def test_no_value_breaks_a_letter(name):
    """Uploaded, stored, merged alone and among others, and read again."""
    data = letter("Dear {{ contact_name }}!", "{{ contact_name | default('-') }}")
    template = compiled(store_document(data=data, name="x.docx"))
    values = record(contact_name=VALUES[name])
    out = io.BytesIO()
    template.merge_document([record(contact_name="Bo"), values], out)
    for made in (template.render_letter(values), out.getvalue()):
        for part, content in members(made).items():
            if part.endswith((".xml", ".rels")):
                etree.fromstring(content)
        assert f"Dear {as_read(VALUES[name])}!" in paragraphs(made)


class TestWorkWithoutEnd:
    LOOPS = (
        "{% for a in answers %}{% for b in answers %}{% for c in answers %}x"
        "{% endfor %}{% endfor %}{% endfor %}"
    )

    def rows(self, count):
        row = {"question": "q", "answer": "a", "remark": "", "question_code": "Q"}
        return {**record(contact_name="Bo", contact_no="C-1"), "answers": [row] * count}

    def test_loops_in_loops_are_stopped_and_the_contact_is_named(self):
        template = compile_template(letter("{{ contact_name }}", self.LOOPS))
        started = time.process_time()
        with pytest.raises(RenderError) as caught:
            template.render_letter(self.rows(1_000))
        assert (
            str(caught.value) == "The letter to Bo (C-1) becomes too long by its loops."
        )
        assert time.process_time() - started < 2

    def test_one_document_of_many_letters_is_stopped_too(self):
        template = compile_template(letter(self.LOOPS))
        with pytest.raises(RenderError):
            template.merge_document([self.rows(2), self.rows(1_000)], io.BytesIO())

    def test_a_letter_of_hundreds_of_megabytes_is_stopped(self):
        text = "{% for a in answers %}" + "{{ a.answer }}" * 300 + "{% endfor %}"
        template = compile_template(letter(text))
        rows = self.rows(5_000)
        rows["answers"] = [{**rows["answers"][0], "answer": "a" * 1_000}] * 5_000
        with pytest.raises(RenderError):
            template.render_letter(rows)

    @pytest.mark.parametrize(
        "body",
        [
            b"<w:p/>" * 800_000,
            b"<w:p>" * 50_000 + b"</w:p>" * 50_000,
            b"<w:p><w:r><w:t>{{ nobody }}</w:t></w:r></w:p>" * 20_000,
            b"<w:tbl><w:tr><w:tc>" * 80 + b"<w:p/>" + b"</w:tc></w:tr></w:tbl>" * 80,
        ],
    )
    def test_a_hostile_document_is_dealt_with_in_its_time(self, body):
        sound = members(letter("x"))
        start, mark, rest = sound["word/document.xml"].partition(b"<w:body>")
        document = start + mark + body + rest
        data = packed({**sound, "word/document.xml": document})
        started = time.perf_counter()
        check_document(data)
        assert time.perf_counter() - started < 60

    def test_a_document_of_many_megabytes_of_nothing_is_refused_at_once(self):
        sound = members(letter("x"))
        data = packed({**sound, "word/media/a.png": b"\0" * 40_000_000})
        (problem,) = check_document(data).problems
        assert problem.kind == "too_large"
        with pytest.raises(TemplateError):
            compile_template(data)


def test_a_value_may_stand_in_an_attribute():
    assert word_text('x" y="<&>') == "x&quot; y=&quot;&lt;&amp;&gt;"
