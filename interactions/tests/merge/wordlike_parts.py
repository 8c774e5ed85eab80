"""The parts of a letter as Word writes it that hold no text of it."""

import struct
import zlib

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
NAMESPACES = {
    "w": MAIN,
    "r": f"{OFFICE}/relationships",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "o": "urn:schemas-microsoft-com:office:office",
    "v": "urn:schemas-microsoft-com:vml",
    "w10": "urn:schemas-microsoft-com:office:word",
    "w14": "http://schemas.microsoft.com/office/word/2010/wordml",
    "w15": "http://schemas.microsoft.com/office/word/2012/wordml",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "wp14": "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing",
    "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
}
DECLARATIONS = " ".join(f'xmlns:{key}="{value}"' for key, value in NAMESPACES.items())
START = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<{{}} {DECLARATIONS}'
IGNORABLE = ' mc:Ignorable="w14 w15 wp14">'
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


STYLES = f"""{START.format("w:styles")}>
<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/>
</w:style><w:style w:type="paragraph" w:styleId="Numbered"><w:name w:val="Numbered"/>
<w:basedOn w:val="Normal"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>
</w:style><w:style w:type="character" w:styleId="FootnoteReference"><w:name
w:val="footnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="EndnoteReference"><w:name
w:val="endnote reference"/><w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>
<w:style w:type="character" w:styleId="CommentReference"><w:name
w:val="annotation reference"/></w:style></w:styles>"""


def _list(number: int, format_: str, style: str) -> str:
    level = "".join(
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/>'
        f'{style if level == 0 else ""}<w:lvlText w:val="%{level + 1}."/></w:lvl>'
        for level in (0, 1)
    )
    return (
        f'<w:abstractNum w:abstractNumId="{number}"><w:multiLevelType '
        f'w:val="multilevel"/>{level}</w:abstractNum>'
    )


NUMBERING = (
    f"{START.format('w:numbering')}>"
    + _list(0, "decimal", '<w:pStyle w:val="Numbered"/>')
    + _list(1, "lowerLetter", "")
    + '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num></w:numbering>'
)
SETTINGS = (
    f'{START.format("w:settings")} mc:Ignorable="w14 w15"><w:zoom w:percent="100"/>'
    '<w:mirrorMargins/><w:mailMerge><w:mainDocumentType w:val="formLetters"/>'
    '<w:dataType w:val="textFile"/></w:mailMerge><w:defaultTabStop w:val="708"/>'
    "<w:evenAndOddHeaders/><w:footnotePr>"
    '<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:endnotePr>'
    '<w:numFmt w:val="lowerRoman"/><w:endnote w:id="-1"/><w:endnote w:id="0"/>'
    '</w:endnotePr><w:compat><w:compatSetting w:name="compatibilityMode" '
    'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    '<w:rsids><w:rsidRoot w:val="00A77B3E"/></w:rsids><w:decimalSymbol w:val=","/>'
    '<w:listSeparator w:val=";"/></w:settings>'
)


def logo() -> bytes:
    """A picture of 8 by 8 points in one colour."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\x20\x60\xa0" * 8) * 8)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
