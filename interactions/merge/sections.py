"""Letters in one document: every letter is a section of its own.

So page numbers begin at 1 in each, and headers and footers are its own.
"""

import copy
from collections.abc import Mapping

from lxml import etree

from .tags import small_paragraph
from .wordxml import RELATIONS, Element, plain_text, w

MORE = "_more"
STARTS_PAGE = ("oddPage", "evenPage", "nextPage")
REFERENCE_ID = f"{{{RELATIONS}}}id"
BEFORE_TYPE = ("headerReference", "footerReference", "footnotePr", "endnotePr")
BEFORE_NUMBER = (
    *BEFORE_TYPE,
    *("type", "pgSz", "pgMar", "paperSrc", "pgBorders", "lnNumType"),
)
KINDS = ("headerReference", "footerReference")
PAGE_COUNTS = ("NUMPAGES", "SECTIONPAGES")


def sections_of(body: Element) -> list[Element]:
    """Return the section properties of a document, in order; the last is the body's."""
    if body.find(w("sectPr")) is None:
        etree.SubElement(body, w("sectPr"))
    return list(body.iter(w("sectPr")))


def start_letter(first: Element) -> None:
    """Let the section begin on a new page, which is page 1."""
    kind = _child(first, "type", BEFORE_TYPE)
    if kind.get(w("val")) not in STARTS_PAGE:
        kind.set(w("val"), "nextPage")
    number = _child(first, "pgNumType", BEFORE_NUMBER)
    if number.get(w("start")) is None:
        number.set(w("start"), "1")


def missing_references(sections: list[Element]) -> list[tuple[str, str]]:
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


def vary_references(sections: list[Element], variables: Mapping[str, str]) -> None:
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
    last = section.getprevious()
    usable = last is not None and last.tag == w("p")
    if last is None or not usable or _has_section(last) or "{%p" in plain_text(last):
        last = small_paragraph()
        section.addprevious(last)
    properties = last.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        last.insert(0, properties)
    inside = copy.deepcopy(section)
    properties.append(inside)
    _only_if(inside, MORE)
    _only_if(section, f"not {MORE}")


def _has_section(paragraph: Element) -> bool:
    return paragraph.find(f"{w('pPr')}/{w('sectPr')}") is not None


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


def _child(section: Element, name: str, before: tuple[str, ...]) -> Element:
    """Return a child, made in its place if it is not there."""
    found = section.find(w(name))
    if found is not None:
        return found
    earlier = set(map(w, before))
    position = sum(1 for child in section if child.tag in earlier)
    element = etree.Element(w(name))
    section.insert(position, element)
    return element


def counts_pages(root: Element) -> bool:
    """Whether a part shows how many pages there are."""
    said = [field.get(w("instr"), "") for field in root.iter(w("fldSimple"))]
    said.append("".join(text.text or "" for text in root.iter(w("instrText"))))
    return any(word in text.upper() for text in said for word in PAGE_COUNTS)
