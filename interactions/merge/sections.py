"""Letters in one document: every letter is a section of its own.

So page numbers begin at 1 in each, and headers and footers are its own.
"""

import copy
import re
from collections.abc import Mapping, Sequence

from lxml import etree

from .tags import small_paragraph
from .unique import join_instructions
from .wordxml import RELATIONS, Element, plain_text, w

MORE = "_more"
STARTS_PAGE = ("oddPage", "evenPage", "nextPage")
REFERENCE_ID = f"{{{RELATIONS}}}id"
KINDS = ("headerReference", "footerReference")
# The children of section properties, of those of notes, and the end of the settings,
# in the order that the schema asks for.
ORDER = {
    name: place
    for place, name in enumerate(
        (
            *("headerReference", "footerReference", "footnotePr", "endnotePr"),
            *("type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType"),
            *("pgNumType", "cols", "formProt", "vAlign", "noEndnote", "titlePg"),
            *("textDirection", "bidi", "rtlGutter", "docGrid", "printerSettings"),
            *("pos", "numFmt", "numStart", "numRestart", "footnote", "endnote"),
            *("compat", "docVars", "rsids", "mathPr", "attachedSchema"),
            *("themeFontLang", "clrSchemeMapping", "doNotIncludeSubdocsInStats"),
            *("doNotAutoCompressPictures", "forceUpgrade", "captions"),
            *("readModeInkLockDown", "smartTagType", "schemaLibrary"),
            *("shapeDefaults", "doNotEmbedSmartTags", "decimalSymbol"),
            *("listSeparator", "docId", "chartTrackingRefBased"),
        )
    )
}
# What a paragraph shows.
SHOWN = ("t", "drawing", "pict", "object", "sym", "fldChar", "fldSimple")
BLOCKS = ("p", "tbl", "sdt", "customXml")
ANY_PAGE_COUNT = re.compile(r"\b(?:NUM|SECTION)PAGES\b", re.IGNORECASE)
PAGE_COUNT = re.compile(r"^(\s*)NUMPAGES\b", re.IGNORECASE)
SECTION_COUNT = re.compile(r"^(\s*)SECTIONPAGES\b", re.IGNORECASE)


def child_of(parent: Element, name: str) -> Element:
    """Return a child, made in the place of its kind if it is not there."""
    found = parent.find(w(name))
    if found is not None:
        return found
    position = len(parent)
    for place, child in enumerate(parent):
        if ORDER.get(etree.QName(child).localname, -1) > ORDER[name]:
            position = place
            break
    element = etree.Element(w(name))
    parent.insert(position, element)
    return element


def sections_of(body: Element) -> list[Element]:
    """Return the section properties of a document, in order; the last is the body's."""
    if body.find(w("sectPr")) is None:
        etree.SubElement(body, w("sectPr"))
    return list(body.iter(w("sectPr")))


def start_letter(first: Element) -> None:
    """Let the section begin on a new page, which is page 1."""
    kind = child_of(first, "type")
    if kind.get(w("val")) not in STARTS_PAGE:
        kind.set(w("val"), "nextPage")
    number = child_of(first, "pgNumType")
    if number.get(w("start")) is None:
        number.set(w("start"), "1")


def missing_references(sections: Sequence[Element]) -> list[tuple[str, str]]:
    """Headers and footers that only a later section has, as (element, type).

    The first section of the next letter would take them over.
    """
    first = set(_references(sections[0]))
    later = {key for section in sections[1:] for key in _references(section)}
    return sorted(later - first)


def add_reference(section: Element, name: str, kind: str, part_id: str) -> None:
    """Let a section have this header or footer."""
    reference = etree.Element(w(name), {w("type"): kind, REFERENCE_ID: part_id})
    section.insert(0, reference)


def vary_references(sections: Sequence[Element], variables: Mapping[str, str]) -> None:
    """Name the variable of each header or footer that differs, by its id."""
    for section in sections:
        for name in KINDS:
            for reference in section.iter(w(name)):
                part_id = reference.get(REFERENCE_ID, "")
                if part_id in variables:
                    reference.set(REFERENCE_ID, f"{{{{ {variables[part_id]} }}}}")


def close_letter(body: Element) -> None:
    """Put the letter's last section into its last paragraph, unless it is the last."""
    section = body[-1]
    last = next(body.iterchildren(*map(w, BLOCKS), reversed=True), None)
    if last is None or not _can_close(last):
        last = small_paragraph()
        section.addprevious(last)
    properties = last.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        # A condition that the paragraph begins with is not to hold for its section.
        properties.tail, last.text = last.text, None
        last.insert(0, properties)
    inside = copy.deepcopy(section)
    properties.append(inside)
    _only_if(inside, MORE)
    _only_if(section, f"not {MORE}")


def shows_page_count(root: Element) -> bool:
    """Whether a part says how many pages there are."""
    codes = [text.text or "" for text in root.iter(w("instrText"))]
    codes += [field.get(w("instr"), "") for field in root.iter(w("fldSimple"))]
    return any(ANY_PAGE_COUNT.search(code) for code in codes)


def count_own_pages(root: Element) -> bool:
    """Let a letter that is one section say how many pages it has; whether it did."""
    return _renamed(root, PAGE_COUNT, "SECTIONPAGES")


def count_whole_letter(roots: Mapping[str, Element], main: str) -> None:
    """Let a letter that is one section count its pages so that LibreOffice does too.

    It knows no SECTIONPAGES, and shows what was counted in the template.
    """
    if len(list(roots[main].iter(w("sectPr")))) > 1:
        return
    for root in roots.values():
        codes = "".join(text.text or "" for text in root.iter(w("instrText")))
        if "SECTIONPAGES" in codes.upper():
            join_instructions(root)
        _renamed(root, SECTION_COUNT, "NUMPAGES")


def _renamed(root: Element, fields: re.Pattern[str], name: str) -> bool:
    """Give fields another name; whether there were any."""
    found = False
    for text in root.iter(w("instrText")):
        text.text, count = fields.subn(rf"\1{name}", text.text or "")
        found |= bool(count)
    for field in root.iter(w("fldSimple")):
        code, count = fields.subn(rf"\1{name}", field.get(w("instr"), ""))
        field.set(w("instr"), code)
        found |= bool(count)
    return found


def _can_close(block: Element) -> bool:
    """Whether the block may hold the section of its letter."""
    if block.tag != w("p") or "{%p" in plain_text(block):
        return False
    if block.find(f"{w('pPr')}/{w('sectPr')}") is not None:
        return False
    # An empty one LibreOffice takes out, and with it the page it may be alone on.
    before = block.getprevious()
    breaks = before.iter(w("br")) if before is not None else ()
    alone = any(each.get(w("type")) == "page" for each in breaks)
    return not alone or any(True for _each in block.iter(*map(w, SHOWN)))


def _only_if(element: Element, condition: str) -> None:
    opening = f"{{% if {condition} %}}"
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = opening
    elif parent is not None:
        parent.text = opening
    element.tail = "{% endif %}"


def _references(section: Element) -> list[tuple[str, str]]:
    return [
        (name, reference.get(w("type"), "default"))
        for name in KINDS
        for reference in section.iter(w(name))
    ]
