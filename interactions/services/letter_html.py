"""A letter as HTML: what it says and how it is emphasised, not where it breaks.

Word's layout is simplified by mammoth; what mammoth makes is cleaned by nh3, so that
nothing in it runs, loads or leads somewhere unsafe, whatever the document holds.
"""

import base64
import io
import zipfile
from html import escape
from typing import Any
from xml.etree.ElementTree import ParseError

import mammoth
import nh3
from django.utils.translation import gettext as _
from docx.opc.exceptions import OpcError
from lxml.etree import XMLSyntaxError

from .errors import InteractionError
from .reading import text_of

# So much XML is read well within a request.
MAX_XML = 1024 * 1024
# A mark of its encoding, a blank or a tag, in any encoding that parsers guess.
XML_BEGINS = (
    *(b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe"),
    *(b"<", b" ", b"\t", b"\r", b"\n", b"\x00", b"Lo"),
)
UNREADABLE = (
    *(zipfile.BadZipFile, OpcError, ParseError, XMLSyntaxError, RecursionError),
    *(ValueError, KeyError, AttributeError, IndexError),
)
MAX_PICTURE = 1024 * 1024
PICTURES = ("image/png", "image/jpeg", "image/gif")
TAGS = {
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "br", "a", "img"),
    *("strong", "em", "s", "sup", "sub"),
    *("table", "thead", "tbody", "tr", "td", "th"),
}
ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt"}, "td": {"colspan", "rowspan"}}
ATTRIBUTES["th"] = ATTRIBUTES["td"]
SCHEMES = {"http", "https", "mailto", "data"}


class NotShown(InteractionError):
    """The letter is no letter to be shown as HTML."""


def html_of(letter: bytes) -> str:
    """Return the letter, a Word document, as clean HTML. Raises NotShown."""
    try:
        if _size_of_xml(letter) > MAX_XML:
            said = _("The letter is too long to be shown here. Download it.")
            raise NotShown(said)
        made = mammoth.convert_to_html(
            io.BytesIO(letter),
            convert_image=mammoth.images.img_element(_picture),
            external_file_access=False,
        )
        text = text_of(letter)
    except UNREADABLE as error:
        said = _("This letter cannot be shown as a page here. Download it.")
        raise NotShown(said) from error
    body = nh3.clean(
        made.value,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        attribute_filter=_safe,
        link_rel="noopener noreferrer",
    )
    return _margin(text.header) + body + _margin(text.footer)


def _size_of_xml(letter: bytes) -> int:
    """Bytes of all that may be read as XML, whatever its name says that it is."""
    with zipfile.ZipFile(io.BytesIO(letter)) as package:
        size = 0
        for member in package.infolist():
            with package.open(member) as file:
                if file.read(3).startswith(XML_BEGINS):
                    size += member.file_size
        return size


def _margin(lines: list[str]) -> str:
    """Header or footer, which mammoth leaves out."""
    said = "<br>".join(escape(line) for line in lines if line.strip())
    return f'<p class="margin">{said}</p>' if said else ""


def _picture(image: Any) -> dict[str, str]:
    """Small pictures of the usual kinds, as part of the page; others by their name."""
    with image.open() as file:
        data = file.read(MAX_PICTURE + 1)
    if image.content_type not in PICTURES or len(data) > MAX_PICTURE:
        return {"src": "", "alt": image.alt_text or _("picture")}
    encoded = base64.b64encode(data).decode()
    return {"src": f"data:{image.content_type};base64,{encoded}"}


def _safe(tag: str, attribute: str, value: str) -> str | None:
    """Data only as a picture, and never as a link."""
    if not value.strip().lower().startswith("data:"):
        return value
    return value if (tag, attribute) == ("img", "src") else None
