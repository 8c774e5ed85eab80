"""Names and small moves in the XML of Word."""

import copy
import re
from typing import Self, TypeAlias

from django.utils.translation import gettext as _
from lxml import etree

Element: TypeAlias = etree._Element

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
RUN_CONTENT_LIMIT = 60

# Noncharacters stand in for braces that are text, so that no later step takes two
# of them, with markup in between, for a tag.
LITERAL = str.maketrans({"{": "\ufdd0", "}": "\ufdd1"})
BRACES = str.maketrans({"\ufdd0": "{", "\ufdd1": "}"})

# What stands for a field of Word that was read (`wordfields.marks`).
FIELD_MARK = re.compile("\ufdd4[0-9]+\ufdd8")

NOISE = (
    *("proofErr", "lastRenderedPageBreak"),
    # Where something was moved that is not tracked any more.
    *("moveFromRangeStart", "moveFromRangeEnd", "moveToRangeStart", "moveToRangeEnd"),
)
# Formatting that was tracked stays as it is now.
TRACKED_FORMAT = (
    *("rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblPrExChange"),
    *("trPrChange", "tcPrChange", "tblGridChange", "numberingChange"),
)
COMMENTS = ("commentRangeStart", "commentRangeEnd", "commentReference")


def w(name: str) -> str:
    """Return a name of WordprocessingML as lxml writes it."""
    return f"{{{WORD}}}{name}"


def parse(data: bytes) -> Element:
    """Return the root of a part; entities and the network are never touched."""
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    return etree.fromstring(data, parser)


def text_of(root: Element) -> str:
    """Return a part as text, with its declaration."""
    return DECLARATION + etree.tostring(root, encoding="unicode")


def remove(element: Element) -> None:
    """Take an element out, if it is not out already; text behind it stays."""
    parent = element.getparent()
    if parent is None:
        return
    tail, previous = element.tail, element.getprevious()
    if tail and previous is not None:
        previous.tail = (previous.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)


def paragraph_of(element: Element) -> Element | None:
    """Return the paragraph an element stands in."""
    return next(element.iterancestors(w("p")), None)


def texts_of(paragraph: Element) -> list[Element]:
    """Return the w:t of a paragraph, without those of text boxes in it."""
    return [text for text in paragraph.iter(w("t")) if paragraph_of(text) is paragraph]


def plain_text(element: Element) -> str:
    """Return the text inside an element."""
    return "".join(text.text or "" for text in element.iter(w("t")))


def quoted(element: Element | None) -> str:
    """Return the beginning of an element's text, to find it by."""
    text = plain_text(element) if element is not None else ""
    text = " ".join(FIELD_MARK.sub("…", text).split())
    if len(text) > RUN_CONTENT_LIMIT:
        text = text[:RUN_CONTENT_LIMIT].rstrip() + "…"
    return f"“{text}”" if text else ""


class Place(str):
    """Where something is, as people say it; and exactly: the element and its text."""

    def __new__(cls, part: str, element: Element | None = None) -> Self:
        near = quoted(element)
        said = _("%(part)s, near %(text)s") % {"part": part, "text": near}
        where = super().__new__(cls, said if near else part)
        where.part = part
        where.element = element
        text = FIELD_MARK.sub("…", plain_text(element)) if near else ""
        where.text = text.translate(BRACES)
        return where

    part: str
    element: Element | None
    text: str

    def __eq__(self, other: object) -> bool:
        same = not isinstance(other, Place) or other.element is self.element
        return same and super().__eq__(other)

    __hash__ = str.__hash__


def place(part: str, element: Element | None = None) -> Place:
    """Return where in the document something is."""
    return Place(part, element)


def split_runs(root: Element) -> None:
    """Give every part of a field a run of its own, formatted as before."""
    for run in list(root.iter(w("r"))):
        special = run.findall(w("fldChar")) + run.findall(w("instrText"))
        children = [child for child in run if child.tag != w("rPr")]
        if not special or len(children) == 1:
            continue
        properties = run.find(w("rPr"))
        for child in reversed(children[1:]):
            piece = etree.Element(w("r"), nsmap=run.nsmap)
            if properties is not None:
                piece.append(copy.deepcopy(properties))
            piece.append(child)
            run.addnext(piece)


def strip_noise(root: Element) -> None:
    """Take out what only the editor of the template needed."""
    for element in list(root.iter(*map(w, (*NOISE, *COMMENTS, *TRACKED_FORMAT)))):
        remove(element)
    for element in root.iter(etree.Element):
        for name in list(element.attrib):
            local = name.rpartition("}")[2]
            if local in ("paraId", "textId") or local.startswith("rsid"):
                del element.attrib[name]
