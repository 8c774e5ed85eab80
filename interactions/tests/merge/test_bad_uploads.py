"""Files that are no letters, and files that are made to hurt."""

import io
import random
import re
import time
import zipfile

import docx
import pytest

from interactions.merge import TemplateError, compile_template
from interactions.tests.factories import letter

from .word import changed, members, packed, record, saved

PLAIN = letter("{{ contact_name }}")
RELATIONS = "word/_rels/document.xml.rels"
OFFICE = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/"


def kinds_of(data):
    with pytest.raises(TemplateError) as caught:
        compile_template(data)
    assert all(problem.message for problem in caught.value.problems)
    return [problem.kind for problem in caught.value.problems]


def with_relation(kind, target=b"x.bin", mode=b""):
    relation = (
        b'<Relationship Id="rId99" Type="' + OFFICE + kind + b'" Target="' + target
    )
    return changed(
        PLAIN,
        RELATIONS,
        b"</Relationships>",
        relation + b'"' + mode + b"/></Relationships>",
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"PK\x03\x04 broken",
        PLAIN[:-30],
        PLAIN[: len(PLAIN) // 2],
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        packed({"a.txt": b"a"}),
        packed({"[Content_Types].xml": b"<Types/>"}),
        packed({**members(PLAIN), "word/document.xml": b"<html/>"}),
        packed({**members(PLAIN), "word/document.xml": b"\x00\x01"}),
        packed({**members(PLAIN), "../evil.xml": b"<x/>"}),
        packed({**members(PLAIN), "/etc/evil.xml": b"<x/>"}),
        packed({**members(PLAIN), "word\\evil.xml": b"<x/>"}),
        packed({**members(PLAIN), "WORD/document.XML": b"<x/>"}),
    ],
)
def test_a_file_that_is_no_word_document_is_refused(data):
    assert kinds_of(data) == ["not_docx"]


def test_a_spreadsheet_is_refused():
    types = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    data = changed(PLAIN, "[Content_Types].xml", types, types[:-8] + b"spread")
    assert kinds_of(data) == ["not_docx"]


def test_a_damaged_member_is_refused():
    data = bytearray(PLAIN)
    start = data.index(b"word/document.xml") + 60
    data[start : start + 20] = b"\0" * 20
    assert kinds_of(bytes(data)) == ["not_docx"]


def test_a_zip_bomb_is_refused_before_it_is_opened():
    bomb = packed({**members(PLAIN), "word/media/a.bin": b"\0" * 60_000_000})
    started = time.process_time()
    assert kinds_of(bomb) == ["too_large"]
    assert time.process_time() - started < 1


def test_a_member_that_lies_about_its_size_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members(PLAIN).items():
            archive.writestr(name, data)
        archive.writestr("word/media/a.bin", b"\0" * 30_000_000)
        archive.getinfo("word/media/a.bin").file_size = 10
    assert kinds_of(out.getvalue()) == ["not_docx"]


@pytest.mark.parametrize(
    "extra",
    [
        {"word/huge.xml": b"<x>" + b"<p/>" * 1_500_000 + b"</x>"},
        {f"word/media/{number}.bin": b"x" for number in range(1_001)},
    ],
)
def test_too_much_inside_is_refused(extra):
    assert kinds_of(packed({**members(PLAIN), **extra})) == ["too_large"]


@pytest.mark.parametrize(
    "doctype",
    [
        b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>',
        b'<!DOCTYPE x SYSTEM "file:///etc/passwd">',
        b"<!DOCTYPE x>",
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_entities_are_refused(doctype, part):
    contents = members(PLAIN)
    declaration, _mark, rest = contents[part].partition(b"?>")
    contents[part] = declaration + b"?>" + doctype + rest
    assert kinds_of(packed(contents)) == ["not_docx"]


@pytest.mark.parametrize(
    "kind", [b"vbaProject", b"oleObject", b"control", b"aFChunk", b"subDocument"]
)
def test_active_content_is_refused(kind):
    assert kinds_of(with_relation(kind)) == ["active_content"]


def test_a_document_with_macros_is_refused():
    types = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    macro = b"application/vnd.ms-word.document.macroEnabled"
    data = changed(PLAIN, "[Content_Types].xml", types, macro)
    assert kinds_of(data) == ["active_content"]


@pytest.mark.parametrize("kind", [b"header", b"settings", b"oleObject2"])
def test_what_lies_outside_is_refused(kind):
    external = with_relation(kind, b"http://10.0.0.1/x", b' TargetMode="External"')
    assert kinds_of(external) == ["external"]


@pytest.mark.parametrize(
    "target", [b"file:///etc/passwd", b"http://10.0.0.1/x", b"//host/x", rb"\\host\x"]
)
def test_an_address_leads_outside_whatever_the_document_says(target):
    assert kinds_of(with_relation(b"header", target)) == ["external"]
    mode = b' TargetMode="EXTERNAL"'
    assert kinds_of(with_relation(b"header", target, mode)) == ["external"]


@pytest.mark.parametrize(
    "name", ["word/_RELS/document.xml.rels", "WORD/_rels/Document.XML.RELS"]
)
def test_relationships_are_looked_at_however_their_part_is_written(name):
    contents = members(with_relation(b"header", b"http://10.0.0.1/x"))
    contents[name] = contents.pop(RELATIONS)
    assert kinds_of(packed(contents)) == ["external"]


def test_capitals_mean_nothing_in_the_names_of_parts():
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "{{ contact_no }}"
    contents = members(saved(document))
    contents["Word/_Rels/Document.xml.Rels"] = contents.pop(RELATIONS)
    contents["word/HEADER1.xml"] = contents.pop("word/header1.xml")
    template = compile_template(packed(contents))
    result = members(template.render_letter(record(contact_no="C-7")))
    assert b"C-7" in result["word/HEADER1.xml"]
    assert RELATIONS in result


def test_the_name_of_a_relationship_is_no_markup():
    relation = with_relation(b"header", b"header9.xml")
    evil = b"h&quot; Target=&quot;x&quot;/&gt;&lt;Relationship Id=&quot;z"
    assert kinds_of(changed(relation, RELATIONS, b"rId99", evil)) == ["not_docx"]


def test_the_sort_of_a_part_is_no_markup():
    kind = b"application/vnd.openxmlformats-officedocument.theme+xml"
    evil = kind + b"&quot;/&gt;&lt;Override PartName=&quot;/x.bin"
    data = changed(PLAIN, "[Content_Types].xml", kind, evil)
    assert kinds_of(data) == ["not_docx"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("word/vbaProject.bin", b"x"),
        ("word/embeddings/budget.xlsm", b"x"),
        ("word/media/image1.png", b"\xd0\xcf\x11\xe0 an old Word file"),
    ],
)
def test_what_is_hidden_is_refused_though_nothing_refers_to_it(name, data):
    assert kinds_of(packed({**members(PLAIN), name: data})) == ["active_content"]


@pytest.mark.parametrize(
    ("drawing", "kind"),
    [
        (b'<image href="http://10.0.0.1/x"/>', "external"),
        (
            b'<use xmlns:x="http://www.w3.org/1999/xlink" x:href="file:///x"/>',
            "external",
        ),
        (b"<script>alert(1)</script>", "active_content"),
    ],
)
def test_a_drawing_fetches_and_runs_nothing(drawing, kind):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg">' + drawing + b"</svg>"
    assert kinds_of(with_svg(svg)) == [kind]


def test_a_drawing_that_is_only_drawn_is_taken():
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><use href="#a"/></svg>'
    assert compile_template(with_svg(svg)).fields == {"contact_name"}


def test_entities_are_refused_under_any_name():
    svg = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><svg xmlns="http://www.w3.org/2000/svg"/>'
    assert kinds_of(with_svg(svg)) == ["not_docx"]


def with_svg(svg):
    data = changed(
        PLAIN,
        "[Content_Types].xml",
        b"</Types>",
        b'<Default Extension="svg" ContentType="image/svg+xml"/></Types>',
    )
    return packed({**members(data), "word/media/a.svg": svg})


def test_a_link_may_lead_outside():
    link = with_relation(
        b"hyperlink", b"https://example.com", b' TargetMode="External"'
    )
    assert compile_template(link).fields == {"contact_name"}


def test_an_attached_template_is_taken_out():
    attached = with_relation(
        b"attachedTemplate", b"file:///C:/secret.dotm", b' TargetMode="External"'
    )
    result = members(compile_template(attached).render_letter(record()))
    assert b"secret" not in b"".join(result.values())


def test_remarks_are_taken_out():
    document = docx.Document()
    paragraph = document.add_paragraph("{{ contact_name }}")
    document.add_comment(paragraph.runs, text="too expensive?", author="Jon")
    result = members(compile_template(saved(document)).render_letter(record()))
    assert "word/comments.xml" not in result
    assert b"comments+xml" not in result["[Content_Types].xml"]
    assert b"comments" not in result[RELATIONS]
    assert b"comment" not in result["word/document.xml"]


def test_a_word_template_becomes_a_document():
    types = b"wordprocessingml.document.main"
    data = changed(
        PLAIN, "[Content_Types].xml", types, b"wordprocessingml.template.main"
    )
    result = members(compile_template(data).render_letter(record()))
    assert types in result["[Content_Types].xml"]


def test_a_damaged_document_is_merged_or_refused_and_nothing_else():
    chance = random.Random(7)
    sound = members(
        letter("{{ contact_name }}", "{%p if contact_city %}", "x", "{%p endif %}")
    )
    names = [name for name in sound if name.endswith((".xml", ".rels"))]
    outcomes = set()
    for _case in range(60):
        name = chance.choice([*names, *["word/document.xml"] * 20])
        elements = list(re.finditer(rb"<[^<>/?!][^<>]*/>", sound[name]))
        first, second = chance.choice(elements), chance.choice(elements)
        kept = second[0] if chance.random() < 0.5 else b""
        damaged = sound[name][: first.start()] + kept + sound[name][first.end() :]
        try:
            template = compile_template(packed({**sound, name: damaged}))
            template.merge_document([record(), record()], io.BytesIO())
            outcomes.add("merged")
        except TemplateError:
            outcomes.add("refused")
    assert outcomes == {"merged", "refused"}
