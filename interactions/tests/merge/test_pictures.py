"""Pictures that differ from contact to contact, in their place and their size."""

import io
import posixpath
import struct
import zlib

import docx
import pytest
from docx.shared import Cm
from lxml import etree

from interactions.merge import RenderError, TemplateError, compile_template

from .word import members, opened, packed, record, saved

SIGNATURE = "SALESPERSON_SIGNATURE"
EXTENT = (
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}extent"
)


def png(width, height, colour):
    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = (b"\0" + bytes(colour) * width) * height
    parts = (b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*part) for part in parts)


OWN = png(8, 4, (1, 1, 1))
JON, KARI, SUN = (png(40, 20, (n, 0, 0)) for n in (10, 20, 30))
KEPT = {"jon" + "0" * 61: JON, "kari" + "0" * 60: KARI, "sun" + "0" * 61: SUN}
SHA = {data: sha256 for sha256, data in KEPT.items()}


def shown(**pictures):
    """A record with these pictures by their codes."""
    sizes = {"width": 40, "height": 20}
    return {
        **record(contact_name="Åse"),
        "pictures": {
            code: {"sha256": SHA[data], **sizes} if data else None
            for code, data in pictures.items()
        },
    }


def signed_by(data):
    return shown(**{SIGNATURE: data})


def document(*tags, header=""):
    """A document with a picture of 4 x 2 cm for each alternative text."""
    made = docx.Document()
    for tag in tags:
        place(made.add_paragraph("Yours "), tag)
    if header:
        place(made.sections[0].header.paragraphs[0], header)
    return saved(made)


def place(paragraph, tag):
    run = paragraph.add_run()
    picture = run.add_picture(io.BytesIO(OWN), width=Cm(4), height=Cm(2))
    picture._inline.docPr.set("descr", tag)


def compiled(*tags, header=""):
    return compile_template(document(*tags, header=header), KEPT.__getitem__)


def pictures_of(part):
    """The pictures that a part of an opened document shows, in order."""
    return [
        part.part.related_parts[blip].blob
        for blip in part._element.xpath(".//a:blip/@r:embed")
    ]


def letter(template, values):
    return opened(template.render_letter(values))


def test_the_picture_is_that_of_the_letters_salesperson():
    template = compiled("{{ salesperson_signature }}")
    assert template.uses.pictures == {SIGNATURE}
    for data in (JON, KARI):
        assert pictures_of(letter(template, signed_by(data))._body) == [data]


def test_who_has_none_gets_none_or_the_one_of_the_template():
    omits = compiled("{{ salesperson_signature }}")
    keeps = compiled("{{ Salesperson_Signature | keep }}")
    for values in (signed_by(None), record(contact_name="Åse")):
        without = letter(omits, values)
        assert pictures_of(without._body) == []
        assert [each.text for each in without.paragraphs] == ["Yours "]
        assert pictures_of(letter(keeps, values)._body) == [OWN]
    assert pictures_of(letter(keeps, signed_by(JON))._body) == [JON]


@pytest.mark.parametrize(
    ("width", "height", "extent"),
    [(40, 20, (4, 2)), (20, 20, (2, 2)), (400, 100, (4, 1)), (1, 3000, (0, 2))],
)
def test_it_keeps_its_shape_inside_the_size_of_the_template(width, height, extent):
    values = signed_by(JON)
    values["pictures"][SIGNATURE] |= {"width": width, "height": height}
    shapes = letter(compiled("{{ salesperson_signature }}"), values).inline_shapes
    found = (round(shapes[0].width.cm, 1), round(shapes[0].height.cm, 1))
    assert found == extent


def test_pictures_by_their_code_stand_beside_each_other():
    template = compiled("{{ picture.summer }}", "{{ picture.JON }}", "A logo")
    values = shown(SUMMER=SUN, JON=SUN)
    assert pictures_of(letter(template, values)._body) == [SUN, SUN, OWN]
    assert pictures_of(letter(template, shown(SUMMER=JON))._body) == [JON, OWN]


def test_in_one_document_every_letter_has_its_own_and_each_is_there_once():
    template = compiled("{{ salesperson_signature }}", header="{{ picture.SUN }}")
    first, second = shown(SUN=SUN), shown(SUN=JON)
    for values, data in ((first, JON), (second, KARI)):
        values["pictures"].update(signed_by(data)["pictures"])
    nobody = record(contact_name="Bo")
    out = io.BytesIO()
    template.merge_document([first, second, nobody, first], out)
    result = opened(out.getvalue())
    assert pictures_of(result._body) == [JON, KARI, JON]
    assert [pictures_of(section.header) for section in result.sections] == [
        [SUN],
        [JON],
        [],
        [SUN],
    ]
    contents = members(out.getvalue())
    media = [name for name in contents if "media/letters_" in name]
    assert sorted(contents[name] for name in media) == sorted([JON, KARI, SUN])


def test_letters_in_documents_of_their_own_have_them_in_headers_too():
    template = compiled(header="{{ picture.SUN|keep }}")
    for values, data in ((shown(SUN=SUN), SUN), (shown(SUN=None), OWN)):
        header = letter(template, values).sections[0].header
        assert pictures_of(header) == [data]


def test_every_relation_leads_to_a_part_and_the_type_is_declared():
    data = document("{{ salesperson_signature }}")
    contents = members(data)
    types = contents["[Content_Types].xml"]
    without = types.replace(b'<Default Extension="png" ContentType="image/png"/>', b"")
    image = next(name for name in contents if "media/" in name)
    override = f'<Override PartName="/{image}" ContentType="image/png"/></Types>'
    without = without.replace(b"</Types>", override.encode())
    data = packed({**contents, "[Content_Types].xml": without})
    template = compile_template(data, KEPT.__getitem__)
    for result in (
        template.render_letter(signed_by(JON)),
        _one_document(template, signed_by(JON), signed_by(KARI)),
    ):
        contents = members(result)
        assert b'Extension="png"' in contents["[Content_Types].xml"]
        for name in contents:
            if name.endswith(".rels"):
                folder = posixpath.dirname(posixpath.dirname(name))
                for relation in etree.fromstring(contents[name]):
                    target = posixpath.join(folder, relation.get("Target"))
                    assert posixpath.normpath(target) in contents


def _one_document(template, *records):
    out = io.BytesIO()
    template.merge_document(records, out)
    return out.getvalue()


def test_the_drawing_beside_the_picture_goes():
    data = document("{{ salesperson_signature }}")
    contents = members(data)
    svg = (
        b'<a:blip r:embed="rId9"><a:extLst><a:ext uri="{96DAC541}"><asvg:svgBlip '
        b'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" '
        b'r:embed="rId9"/></a:ext></a:extLst></a:blip>'
    )
    xml = contents["word/document.xml"]
    start = xml.index(b"<a:blip")
    end = xml.index(b"/>", start) + 2
    xml = (
        xml[:start]
        + svg.replace(b'"rId9"', xml[start:end].split(b"embed=")[1][:6])
        + xml[end:]
    )
    template = compile_template(
        packed({**contents, "word/document.xml": xml}), KEPT.__getitem__
    )
    result = members(template.render_letter(signed_by(JON)))["word/document.xml"]
    assert b"svgBlip" not in result


@pytest.mark.parametrize(
    ("tag", "problem"),
    [
        (
            "{{ salesperson_signatur }}",
            "There is no picture for the alternative text {{ salesperson_signatur }}. "
            "Write {{ salesperson_signature }}, or {{ picture.CODE }}.",
        ),
        (
            "{{ picture.__class__.x }}",
            "There is no picture for the alternative text {{ picture.__class__.x }}. "
            "Write {{ salesperson_signature }}, or {{ picture.CODE }}.",
        ),
    ],
)
def test_a_wrong_name_is_told(tag, problem):
    with pytest.raises(TemplateError) as caught:
        compiled(tag)
    assert [str(each) for each in caught.value.problems] == [
        f"Document, near “Yours”: {problem}"
    ]


def test_a_tag_on_what_is_not_one_picture_is_told():
    data = document("{{ salesperson_signature }}")
    contents = members(data)
    xml = contents["word/document.xml"]
    blip = xml[xml.index(b"<a:blip") : xml.index(b"/>", xml.index(b"<a:blip")) + 2]
    twice = xml.replace(blip, blip + blip)
    with pytest.raises(TemplateError, match="not the alternative text of one picture"):
        compile_template(packed({**contents, "word/document.xml": twice}))


@pytest.mark.parametrize(
    "tag", ["{{ _picture['x'] }}", "{% if _picture %}x{% endif %}"]
)
def test_our_own_names_are_not_for_templates(tag):
    made = docx.Document()
    made.add_paragraph(tag)
    with pytest.raises(TemplateError):
        compile_template(saved(made))


def test_a_picture_that_cannot_be_had_is_said():
    template = compile_template(document("{{ salesperson_signature }}"))
    with pytest.raises(RenderError, match="not at hand"):
        template.render_letter(signed_by(JON))
