"""Links whose address has a field, as people type it into the window for links.

Word keeps such an address beside the text, where nothing is merged. The link becomes
the field that Word makes of one with a merge field in its address.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from lxml import etree

from .package import Package
from .wordfields import field_mark, instruction_run
from .wordxml import RELATIONS, Element, remove, w

FIELD = re.compile(
    r"(?:\{|%7B){2}(?P<tag>.{1,200}?)(?:\}|%7D){2}"
    r"|(?:«|%C2%AB)(?P<typed>.{1,200}?)(?:»|%C2%BB)",
    re.IGNORECASE,
)
IN_QUOTES = str.maketrans({"\\": "\\\\", '"': "%22"})
LINK_ID = f"{{{RELATIONS}}}id"


def merge_addresses(package: Package, roots: Mapping[str, Element]) -> None:
    """Turn links with a field in their address into fields, ready to be converted."""
    for name, root in roots.items():
        relations = {
            relation.id: relation
            for relation in package.relations(name)
            if relation.kind == "hyperlink" and FIELD.search(relation.target)
        }
        for link in list(root.iter(w("hyperlink"))) if relations else ():
            relation = relations.get(link.get(LINK_ID, ""))
            if relation is not None:
                _unfold(link, relation.target)
        used = {value for each in root.iter(etree.Element) for value in each.values()}
        for relation in relations.values():
            if relation.id not in used:
                package.drop(name, relation)


def _unfold(link: Element, address: str) -> None:
    """Write a link as a row of runs."""
    code = [*_code(link, address)]
    before = [field_mark(link, "begin"), *code, field_mark(link, "separate")]
    for element in (*before, *link, field_mark(link, "end")):
        link.addprevious(element)
    remove(link)


def _code(link: Element, address: str) -> Iterator[Element]:
    text, position = ' HYPERLINK "', 0
    for found in FIELD.finditer(address):
        text += address[position : found.start()].translate(IN_QUOTES)
        yield instruction_run(text, near=link)
        name = unquote(found["tag"] or found["typed"]).strip().replace('"', "")
        yield field_mark(link, "begin")
        yield instruction_run(f' MERGEFIELD "{name}" ', near=link)
        yield field_mark(link, "end")
        text, position = "", found.end()
    text += address[position:].translate(IN_QUOTES) + '" '
    anchor = link.get(w("anchor"), "").replace('"', "")
    yield instruction_run(f'{text}\\l "{anchor}" ' if anchor else text, near=link)
