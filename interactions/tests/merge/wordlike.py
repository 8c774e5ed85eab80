"""A letter as Word writes it, with everything a merge could break.

Made part by part, for python-docx writes less than Word does: revision ids, fields cut
into runs, notes, remarks, controls bound to data, text boxes written twice.
"""

from .word import packed
from .wordlike_parts import (
    DRAWING,
    IGNORABLE,
    NUMBERING,
    OFFICE,
    SETTINGS,
    START,
    STYLES,
    logo,
)

PAGE = (
    '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1417" w:right="1134" '
    'w:bottom="1134" w:left="1417" w:header="708" w:footer="708" w:gutter="0"/>'
)
WIDE = (
    '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1134" '
    'w:right="1134" w:bottom="1134" w:left="1134" w:header="708" w:footer="708" '
    'w:gutter="0"/>'
)
BORDERS = (
    '<w:pgBorders w:offsetFrom="page"><w:top w:val="single" w:sz="4" w:space="24" '
    'w:color="auto"/></w:pgBorders>'
)


def text(content: str, properties: str = "") -> str:
    """A run, with the revision ids and the remark of the spelling that Word leaves."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return (
        f'<w:r w:rsidR="00A77B3E">{inside}'
        f'<w:t xml:space="preserve">{content}</w:t></w:r>'
    )


def paragraph(*runs: str, style: str = "", properties: str = "") -> str:
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    inside = f"<w:pPr>{named}{properties}</w:pPr>" if named or properties else ""
    paragraph.count += 1
    ids = f'w14:paraId="{paragraph.count:08X}" w14:textId="77777777" w:rsidR="00A77B3E"'
    return f"<w:p {ids}>{inside}{''.join(runs)}</w:p>"


paragraph.count = 0


def field(instruction: str, shown: str) -> str:
    """A field, its instruction cut into two runs as Word likes to do."""
    half = len(instruction) // 2
    pieces = "".join(
        f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>'
        for piece in (instruction[:half], instruction[half:])
    )
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{pieces}'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f"{text(shown, '<w:noProof/>')}"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def simple(instruction: str, shown: str) -> str:
    return f'<w:fldSimple w:instr=" {instruction} ">{text(shown)}</w:fldSimple>'


def merge(code: str) -> str:
    return field(f" MERGEFIELD {code} \\* MERGEFORMAT ", f"«{code}»")


def bookmark(number: int, name: str, inside: str) -> str:
    return (
        f'<w:bookmarkStart w:id="{number}" w:name="{name}"/>{inside}'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )


def note(kind: str, number: int) -> str:
    style = f'<w:rPr><w:rStyle w:val="{kind.capitalize()}Reference"/></w:rPr>'
    return f'<w:r>{style}<w:{kind}Reference w:id="{number}"/></w:r>'


def drawing(number: int, relation: str = "rIdLogo") -> str:
    """A picture in the line."""
    picture = (
        f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="{number}" '
        'name="logo.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch>'
        '</pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="360000" '
        'cy="360000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic>"
    )
    return (
        '<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0" '
        f'wp14:anchorId="5A0000{number:02}" wp14:editId="50D07946">'
        '<wp:extent cx="360000" cy="360000"/>'
        f'<wp:docPr id="{number}" name="Picture {number}" descr="Our logo"/>'
        f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture">'
        f"{picture}</a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def text_box(number: int, content: str) -> str:
    """A text box as new readers take it, and as old ones do."""
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    shape = (
        '<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr><a:xfrm><a:off x="0" y="0"/>'
        '<a:ext cx="1800000" cy="360000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
        f"</a:prstGeom></wps:spPr><wps:txbx>{inside}</wps:txbx>"
        "<wps:bodyPr/></wps:wsp>"
    )
    anchor = (
        '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
        'relativeHeight="251659264" behindDoc="0" locked="0" layoutInCell="1" '
        f'allowOverlap="1" wp14:anchorId="6B0000{number:02}" wp14:editId="14C8A9B1">'
        '<wp:simplePos x="0" y="0"/><wp:positionH relativeFrom="column">'
        "<wp:posOffset>3600000</wp:posOffset></wp:positionH>"
        '<wp:positionV relativeFrom="paragraph"><wp:posOffset>0</wp:posOffset>'
        '</wp:positionV><wp:extent cx="1800000" cy="360000"/><wp:wrapNone/>'
        f'<wp:docPr id="{number}" name="Text Box {number}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="http://schemas.'
        f'microsoft.com/office/word/2010/wordprocessingShape">{shape}</a:graphicData>'
        "</a:graphic></wp:anchor>"
    )
    old = (
        '<w:pict w14:anchorId="6B000002"><v:shapetype id="_x0000_t202" '
        'coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"/>'
        f'<v:shape id="Text Box {number}" o:spid="_x0000_s1026" type="#_x0000_t202" '
        'style="position:absolute;width:141.75pt;height:28.35pt">'
        f"<v:textbox>{inside}</v:textbox></v:shape></w:pict>"
    )
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>{anchor}'
        f"</w:drawing></mc:Choice><mc:Fallback>{old}</mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def control(number: int, inside: str, properties: str = "<w:text/>") -> str:
    """A content control."""
    return (
        f'<w:sdt><w:sdtPr><w:alias w:val="Title"/><w:id w:val="{number}"/>'
        f"{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"
    )


BOUND = (
    "<w:dataBinding w:prefixMappings=\"xmlns:ns0='urn:example:letter'\" "
    'w:xpath="/ns0:letter[1]/ns0:season[1]" '
    'w:storeItemID="{5C0CF0F5-5D14-4BAF-A4C1-5D0A4D8E3A11}"/><w:text/>'
)
REMARK = (
    '<w:commentRangeStart w:id="0"/>{}<w:commentRangeEnd w:id="0"/>'
    '<w:r><w:rPr><w:rStyle w:val="CommentReference"/></w:rPr>'
    '<w:commentReference w:id="0"/></w:r>'
)
LETTER = (
    paragraph(
        text("Ref.\t"),
        merge("contact_no"),
        properties='<w:tabs><w:tab w:val="left" w:pos="1134"/></w:tabs>',
    ),
    paragraph(merge("contact_name"), text_box(4, paragraph(merge("contact_city")))),
    paragraph(
        text("Dear "),
        '<w:proofErr w:type="spellStart"/>',
        merge("contact_first_name"),
        '<w:proofErr w:type="spellEnd"/>',
        text(","),
        note("footnote", 1),
        '<w:r><w:lastRenderedPageBreak/><w:t xml:space="preserve"> see </w:t></w:r>',
        field(" REF _Ref_terms \\h ", "Terms"),
        text(" on page "),
        field(" PAGEREF _Ref_terms \\h ", "1"),
        f'<w:hyperlink w:anchor="_Ref_terms" w:history="1">{text("below")}'
        "</w:hyperlink>",
    ),
    paragraph(REMARK.format(text("Read the news.")), note("endnote", 1)),
    paragraph(text("first"), style="Numbered"),
    paragraph(text("second"), style="Numbered"),
    paragraph(
        text("alpha"),
        properties='<w:numPr><w:ilvl w:val="1"/><w:numId w:val="2"/></w:numPr>',
    ),
    paragraph(control(1184, text("Spring"), BOUND), text(" season")),
    control(1185, paragraph(text("For "), merge("contact_name"))),
    paragraph(
        bookmark(0, "_Ref_terms", text("Terms")),
        bookmark(1, "_GoBack", ""),
        note("footnote", 2),
    ),
)
ENCLOSURE = (
    "<w:tbl><w:tblPr><w:tblW w:w='0' w:type='auto'/></w:tblPr><w:tblGrid>"
    "<w:gridCol w:w='4000'/></w:tblGrid><w:tr w14:paraId='00000F01' w:rsidR='00A77B3E'>"
    f"<w:tc><w:tcPr><w:tcW w:w='4000' w:type='dxa'/></w:tcPr>"
    f"{paragraph(merge('contact_city'))}</w:tc></w:tr></w:tbl>",
    paragraph(text("Enclosed: "), drawing(9)),
)
REFERENCES = "".join(
    f'<w:{part}Reference w:type="{kind}" r:id="rId_{part}_{kind}"/>'
    for part in ("header", "footer")
    for kind in ("even", "default", "first")
)
COLUMNS = '<w:cols w:num="2" w:space="708"/>'


FIRST = (
    f'{PAGE}{BORDERS}<w:cols w:space="708"/><w:titlePg/><w:docGrid w:linePitch="360"/>'
)


def wordlike() -> bytes:
    """Return the letter, its enclosure a second section across the page."""
    turn = f"<w:sectPr>{REFERENCES}{FIRST}</w:sectPr>"
    body = "".join((*LETTER, paragraph(drawing(7), properties=turn), *ENCLOSURE))
    return package(f'{body}<w:sectPr w:rsidR="00A77B3E">{WIDE}{COLUMNS}</w:sectPr>')


def one_section(*paragraphs: str) -> bytes:
    """Return the letter, or these paragraphs, as one section, which is the body's."""
    body = "".join(paragraphs or LETTER)
    kind = '<w:type w:val="continuous"/>'
    return package(f"{body}<w:sectPr>{REFERENCES}{kind}{FIRST}</w:sectPr>")


def package(body: str) -> bytes:
    """Return a document with this body; every other part is that of the letter."""
    parts = {
        "word/document.xml": START.format("w:document")
        + IGNORABLE
        + f"<w:body>{body}</w:body></w:document>",
        **_running_parts(),
        "word/footnotes.xml": _notes("footnote"),
        "word/endnotes.xml": _notes("endnote"),
        "word/comments.xml": START.format("w:comments")
        + '><w:comment w:id="0" w:author="Author">'
        + paragraph(text("Is this so?"))
        + "</w:comment></w:comments>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/settings.xml": SETTINGS,
        "customXml/item1.xml": '<letter xmlns="urn:example:letter"><season>Spring'
        "</season></letter>",
        "customXml/itemProps1.xml": (
            f'<ds:datastoreItem xmlns:ds="{OFFICE}/customXml" '
            'ds:itemID="{5C0CF0F5-5D14-4BAF-A4C1-5D0A4D8E3A11}"/>'
        ),
    }
    kinds = {
        **dict.fromkeys(("footnotes", "endnotes", "comments", "styles"), None),
        **dict.fromkeys(("numbering", "settings"), None),
    }
    relations = [
        *((kind, kind, f"{kind}.xml") for kind in kinds),
        *(
            (f"_{part}_{kind}", part, f"{part}_{kind}.xml")
            for part in ("header", "footer")
            for kind in ("even", "default", "first")
        ),
        ("Logo", "image", "media/logo.png"),
        ("Data", "customXml", "../customXml/item1.xml"),
    ]
    types = "".join(
        f'<Override PartName="/{name}" ContentType="application/vnd.openxmlformats-'
        f'officedocument.{_kind(name)}+xml"/>'
        for name in parts
        if name != "customXml/item1.xml"
    )
    content_types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relationships = "application/vnd.openxmlformats-package.relationships+xml"
    contents = {
        "[Content_Types].xml": f'<Types xmlns="{content_types}"><Default Extension='
        f'"rels" ContentType="{relationships}"/><Default Extension="xml" ContentType='
        '"application/xml"/><Default Extension="png" ContentType="image/png"/>'
        f"{types}</Types>",
        "_rels/.rels": _relations([("Main", "officeDocument", "word/document.xml")]),
        "word/_rels/document.xml.rels": _relations(relations),
        "word/_rels/header_default.xml.rels": _relations(
            [("Logo", "image", "media/logo.png")]
        ),
        "customXml/_rels/item1.xml.rels": _relations(
            [("Props", "customXmlProps", "itemProps1.xml")]
        ),
        **parts,
    }
    data = {name: content.encode() for name, content in contents.items()}
    return packed({**data, "word/media/logo.png": logo()})


def _kind(name: str) -> str:
    if name.startswith("customXml"):
        return "customXmlProperties"
    stem = name.removeprefix("word/").removesuffix(".xml").partition("_")[0]
    return f"wordprocessingml.{'document.main' if stem == 'document' else stem}"


def _relations(relations: list[tuple[str, str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/relationships/{kind}" '
        f'Target="{target}"/>'
        for number, kind, target in relations
    )
    namespace = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{namespace}">{inside}</Relationships>'


def _running_parts() -> dict[str, str]:
    pages = (text("Page "), field(" PAGE ", "1"), text(" of "))
    header = {
        "even": paragraph(text("Account "), merge("contact_no")),
        "default": paragraph(drawing(3), text("Account "), merge("contact_no")),
        "first": paragraph(text("Welcome "), merge("contact_name")),
    }
    footer = {
        "even": paragraph(text("Even")),
        "default": paragraph(*pages, simple("NUMPAGES", "3")),
        "first": paragraph(text("First, "), field(" REF _Ref_terms ", "Terms")),
    }
    return {
        f"word/{name}_{kind}.xml": START.format(f"w:{tag}")
        + IGNORABLE
        + f"{inside}</w:{tag}>"
        for name, tag, parts in (("header", "hdr", header), ("footer", "ftr", footer))
        for kind, inside in parts.items()
    }


def _notes(kind: str) -> str:
    """The notes as Word writes them: the lines between text and notes come first."""
    separators = "".join(
        f'<w:{kind} w:type="{name}" w:id="{number}">'
        f"{paragraph(f'<w:r><w:{name}/></w:r>')}</w:{kind}>"
        for number, name in ((-1, "separator"), (0, "continuationSeparator"))
    )
    mark = f"<w:r><w:{kind}Ref/></w:r>"
    notes = "".join(
        f'<w:{kind} w:id="{number}">{inside}</w:{kind}>'
        for number, inside in (
            (1, paragraph(mark, text(" For "), merge("contact_name"))),
            (2, paragraph(mark, text(" Terms of our house"))),
        )
        if kind == "footnote" or number == 1
    )
    name = f"w:{kind}s"
    return f"{START.format(name)}{IGNORABLE}{separators}{notes}</{name}>"
