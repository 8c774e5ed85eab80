"""What Word asks of a document before it opens it without repairing it.

Word is not at hand where tests run, so its rules are: those of ECMA-376 part 1 and 2
that a merge can break.
"""

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from lxml import etree

Element: TypeAlias = etree._Element

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
WP14 = "http://schemas.microsoft.com/office/word/2010/wordprocessingDrawing"
COMPATIBILITY = "http://schemas.openxmlformats.org/markup-compatibility/2006"
VML = "urn:schemas-microsoft-com:vml"
OFFICE = "urn:schemas-microsoft-com:office:office"
XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"

# The children of an element in the order the schema has them.
ORDER = {
    "sectPr": (
        *("headerReference footerReference", "footnotePr", "endnotePr", "type"),
        *("pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType", "pgNumType"),
        *("cols", "formProt", "vAlign", "noEndnote", "titlePg", "textDirection"),
        *("bidi", "rtlGutter", "docGrid", "printerSettings", "sectPrChange"),
    ),
    "footnotePr": ("pos", "numFmt", "numStart", "numRestart", "footnote"),
    "endnotePr": ("pos", "numFmt", "numStart", "numRestart", "endnote"),
    "pPr": (
        *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr"),
        *("widowControl", "numPr", "suppressLineNumbers", "pBdr", "shd", "tabs"),
        *("suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct"),
        *("topLinePunct", "autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd"),
        *("snapToGrid", "spacing", "ind", "contextualSpacing", "mirrorIndents"),
        *("suppressOverlap", "jc", "textDirection", "textAlignment"),
        *("textboxTightWrap", "outlineLvl", "divId", "cnfStyle", "rPr", "sectPr"),
        "pPrChange",
    ),
    "numbering": ("numPicBullet", "abstractNum", "num", "numIdMacAtCleanup"),
    "num": ("abstractNumId", "lvlOverride"),
    "lvlOverride": ("startOverride", "lvl"),
}
# What encloses a range by the same id, begin and end.
RANGES = {"bookmarkStart": "bookmarkEnd", "permStart": "permEnd"}
# Attributes that name something once in a part.
ONCE = (f"{{{W14}}}paraId", f"{{{WP14}}}anchorId")
SHAPE_ID = f"{{{OFFICE}}}spid"
END_IN_A_PARAGRAPH = ("tc", "txbxContent", "hdr", "ftr")
NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}


def w(name: str) -> str:
    return f"{{{W}}}{name}"


def assert_sound(data: bytes) -> None:
    """Fail with everything that Word or LibreOffice would have to repair."""
    assert faults(data) == []


def faults(data: bytes) -> list[str]:
    """Return what is wrong with a .docx, in words for who develops."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        contents = {name: archive.read(name) for name in names}
        damaged = archive.testzip()
    found = [f"twice in the zip: {name}" for name in _twice(map(str.lower, names))]
    if damaged:
        found.append(f"checksum: {damaged}")
    roots = {}
    for name, content in contents.items():
        if name.endswith((".xml", ".rels")):
            try:
                roots[name] = etree.fromstring(content)
            except etree.XMLSyntaxError as error:
                found.append(f"{name}: {error}")
    found += _types(contents, roots)
    found += _relations(contents, roots)
    for name, root in roots.items():
        if etree.QName(root).namespace == W:
            found += [f"{name}: {fault}" for fault in _part(root)]
    found += _document(roots)
    return found


def _types(contents: dict[str, bytes], roots: dict[str, Element]) -> Iterator[str]:
    """Every part has a content type, and no type has no part."""
    root = roots["[Content_Types].xml"]
    defaults = [each.get("Extension", "").lower() for each in root.iter(_t("Default"))]
    overrides = [each.get("PartName", "") for each in root.iter(_t("Override"))]
    yield from (f"type twice: {each}" for each in _twice(defaults + overrides))
    for name in contents:
        known = f"/{name}" in overrides or name.rpartition(".")[2].lower() in defaults
        if name != "[Content_Types].xml" and not known:
            yield f"no content type: {name}"
    for name in overrides:
        if name.lstrip("/") not in contents:
            yield f"content type of a part that is not there: {name}"


def _relations(contents: dict[str, bytes], roots: dict[str, Element]) -> Iterator[str]:
    """Relationships lead somewhere, and what is referred to is related."""
    for name, root in roots.items():
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            each = list(root.iter(f"{{{RELS}}}Relationship"))
            for relation_id in _twice(relation.get("Id") for relation in each):
                yield f"{name}: relationship twice: {relation_id}"
            for relation in each:
                target = posixpath.join("/", folder, relation.get("Target", ""))
                inside = relation.get("TargetMode") != "External"
                if inside and posixpath.normpath(target).lstrip("/") not in contents:
                    yield f"{name}: leads nowhere: {relation.get('Target')}"
        elif not name.startswith("["):
            known = _related(name, roots)
            for element in root.iter(etree.Element):
                for attribute, value in element.attrib.items():
                    if attribute.startswith(f"{{{R}}}") and value not in known:
                        yield f"{name}: no relationship {value!r} for {element.tag}"


def _related(name: str, roots: dict[str, Element]) -> dict[str, Element]:
    """The relationships of a part by their id."""
    folder, file = posixpath.split(name)
    root = roots.get(posixpath.join(folder, "_rels", f"{file}.rels"))
    return {each.get("Id"): each for each in root} if root is not None else {}


def _part(root: Element) -> Iterator[str]:
    """The rules of one part of WordprocessingML."""
    for name, order in ORDER.items():
        places = {
            child: place for place, names in enumerate(order) for child in names.split()
        }
        for element in root.iter(w(name)):
            children = [etree.QName(child).localname for child in element]
            known = [places[child] for child in children if child in places]
            if known != sorted(known):
                yield f"order of {name}: {children}"
    for name in END_IN_A_PARAGRAPH:
        for element in root.iter(w(name)):
            if not _ends_in_paragraph(element):
                yield f"{name} without a paragraph at its end"
    for table in root.iter(w("tbl")):
        if table.find(f".//{w('tr')}") is None:
            yield "table without rows"
    yield from _ids(root)
    yield from _fields(root)
    yield from _compatibility(root)


def _ends_in_paragraph(element: Element) -> bool:
    blocks = [child for child in element if child.tag in (w("p"), w("tbl"), w("sdt"))]
    last = blocks[-1] if blocks else None
    return last is not None and last.tag != w("tbl")


def _ids(root: Element) -> Iterator[str]:
    """What is named once is, and what is opened is closed."""
    chosen = _without_fallbacks(root)
    pictures = [each.get("id") for each in chosen if each.tag == f"{{{DRAWING}}}docPr"]
    yield from (f"docPr twice: {each}" for each in _twice(pictures))
    controls = [
        each.get(w("val"))
        for each in chosen
        if each.tag == w("id") and each.getparent().tag == w("sdtPr")
    ]
    yield from (f"content control twice: {each}" for each in _twice(controls))
    for attribute in ONCE:
        used = [each.get(attribute) for each in chosen]
        yield from (f"{attribute} twice: {each}" for each in _twice(filter(None, used)))
    used = [each.get(SHAPE_ID) for each in root.iter(etree.Element)]
    yield from (f"shape id twice: {each}" for each in _twice(filter(None, used)))
    shapes = [
        each.get("id")
        for each in root.iter(f"{{{VML}}}*")
        if each.get("id") and etree.QName(each).localname != "shapetype"
    ]
    yield from (f"shape twice: {each}" for each in _twice(shapes))
    for start, end in RANGES.items():
        opened = [each.get(w("id")) for each in chosen if each.tag == w(start)]
        closed = [each.get(w("id")) for each in chosen if each.tag == w(end)]
        yield from (f"{start} twice: {each}" for each in _twice(opened))
        if Counter(opened) != Counter(closed):
            yield f"{start} without end: {sorted(set(opened) ^ set(closed))}"
    names = [each.get(w("name")) for each in chosen if each.tag == w("bookmarkStart")]
    yield from (f"bookmark twice: {each}" for each in _twice(names))
    yield from (f"bookmark name too long: {each}" for each in names if len(each) > 40)


def _fields(root: Element) -> Iterator[str]:
    """Complex fields are closed in the story they are opened in."""
    stories = [root, *root.iter(w("txbxContent"), w("footnote"), w("endnote"))]
    for story in stories:
        depth = 0
        for mark in story.iter(w("fldChar")):
            if _story(mark, stories) is not story:
                continue
            depth += {"begin": 1, "end": -1}.get(mark.get(w("fldCharType")), 0)
            if depth < 0:
                break
        if depth:
            yield f"fields not closed: {depth}"


def _story(element: Element, stories: list[Element]) -> Element:
    return next(each for each in element.iterancestors() if each in stories)


def _compatibility(root: Element) -> Iterator[str]:
    """Every prefix that may be ignored is a namespace that is declared."""
    for element in root.iter(etree.Element):
        for prefix in element.get(f"{{{COMPATIBILITY}}}Ignorable", "").split():
            if prefix not in element.nsmap:
                yield f"prefix {prefix} is ignorable but not declared"
        for prefix in element.get("Requires", "").split():
            if prefix not in element.nsmap:
                yield f"prefix {prefix} is required but not declared"


def _document(roots: dict[str, Element]) -> Iterator[str]:
    """What the document and its other parts must agree on."""
    main = next(
        each.get("Target").lstrip("/")
        for each in roots["_rels/.rels"]
        if each.get("Type").endswith("/officeDocument")
    )
    root, related = roots[main], _related(main, roots)
    parts = {
        each.get("Type").rpartition("/")[2]: posixpath.join(
            posixpath.dirname(main), each.get("Target")
        )
        for each in related.values()
    }
    body = root.find(w("body"))
    if body[-1].tag != w("sectPr"):
        yield "the body does not end in its section"
    for kind in ("header", "footer"):
        used = {each.get(f"{{{R}}}id") for each in root.iter(w(f"{kind}Reference"))}
        for relation_id, relation in related.items():
            if relation.get("Type").endswith(f"/{kind}") and relation_id not in used:
                yield f"{kind} {relation_id} belongs to no section"
    for reference, kind in NOTES.items():
        used = [each.get(w("id")) for each in root.iter(w(reference))]
        yield from (f"{reference} twice: {each}" for each in _twice(used))
        notes = roots.get(parts.get(kind, ""))
        there = [each.get(w("id")) for each in notes] if notes is not None else []
        yield from (f"{kind} twice: {each}" for each in _twice(there))
        yield from (f"no such note in {kind}: {each}" for each in set(used) - {*there})
    yield from _numbering(roots, parts)


def _numbering(roots: dict[str, Element], parts: dict[str, str]) -> Iterator[str]:
    numbering = roots.get(parts.get("numbering", ""))
    known = {"0"}
    if numbering is not None:
        numbers = [each.get(w("numId")) for each in numbering.iter(w("num"))]
        kinds = [each.get(w("abstractNumId")) for each in numbering.iter(_A)]
        yield from (f"list twice: {each}" for each in _twice(numbers))
        yield from (f"kind of list twice: {each}" for each in _twice(kinds))
        for number in numbering.iter(w("num")):
            kind = number.find(w("abstractNumId")).get(w("val"))
            if kind not in kinds:
                yield f"no such kind of list: {kind}"
        known.update(numbers)
    for name, root in roots.items():
        for each in root.iter(w("numPr")):
            number = each.find(w("numId"))
            if number is not None and number.get(w("val")) not in known:
                yield f"{name}: no such list: {number.get(w('val'))}"


_A = w("abstractNum")


def _without_fallbacks(root: Element) -> list[Element]:
    """The elements that a reader takes who knows the newer ones."""
    older = {
        each
        for fallback in root.iter(f"{{{COMPATIBILITY}}}Fallback")
        for each in fallback.iter(etree.Element)
    }
    return [each for each in root.iter(etree.Element) if each not in older]


def _t(name: str) -> str:
    return f"{{{TYPES}}}{name}"


def _twice(values: Iterable[str | None]) -> list[str]:
    return [str(value) for value, count in Counter(values).items() if count > 1]
