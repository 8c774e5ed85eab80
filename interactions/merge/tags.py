"""Tags in the text of a part: found, checked and prepared for rendering.

A tag is `{{ field }}` or a condition `{% if field %}`, `{% elif %}`, `{% else %}`,
`{% endif %}`; `{%p if %}` takes its paragraph along and `{%tr if %}` its table row,
as in docxtpl, whose `patch_xml` does the last step. Everything is checked on the
tree first: that step is quadratic, and breaks documents, when tags are not in order.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from lxml import etree

from .errors import Problem
from .expressions import check_tag
from .wordxml import (
    LITERAL,
    XML_SPACE,
    Element,
    paragraph_of,
    place,
    plain_text,
    remove,
    text_of,
    texts_of,
    w,
)

MAX_TAGS = 2_000
MAX_TAG = 400
MAX_DEPTH = 10
OPENING = re.compile(r"\{[{%#]")
CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
STATEMENT = re.compile(r"\{%(p|tr)?\s+(if|elif|else|endif)\b")
BAD_START = re.compile(r"\{\{(?:[-+]|(?:p|tr|tc|r)\s)|\{%[-+]")
ESCAPED = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
ESCAPE = re.compile("|".join(map(re.escape, ESCAPED)))
CELL_LIKE = ("tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "comment")


@dataclass
class Chain:
    """A condition that is open: where it stands and what it takes along."""

    kind: str
    container: Element
    where: str


def prepare(root: Element, part: str) -> tuple[str, list[Problem]]:
    """Return the source of a part for the compiler, and what is wrong with it."""
    problems = _misplaced(root, part)
    count = 0
    chains: list[Chain] = []
    for paragraph in list(root.iter(w("p"))):
        for tag, element in _join(paragraph, part, problems):
            count += 1
            problems += _check(tag, element, paragraph, chains, part)
        if count > MAX_TAGS:
            return "", [*problems, _too_many(part)]
    problems += [
        _syntax(chain.where, _("A condition is not closed by {% endif %}."))
        for chain in chains
    ]
    if problems:
        return "", problems
    _keep_valid(root)
    return patch(root), []


def patch(root: Element) -> str:
    """Return the text of a part whose tags are in order, ready to compile."""
    source = DocxTemplate(io.BytesIO()).patch_xml(text_of(root))
    return str(source)


def _join(
    paragraph: Element, part: str, problems: list[Problem]
) -> Iterator[tuple[str, Element]]:
    """Yield each tag of a paragraph, put into one w:t, with that w:t."""
    texts = texts_of(paragraph)
    whole = "".join(text.text or "" for text in texts)
    if "{" not in whole and "}" not in whole:
        return
    spans = []
    position = 0
    while start := OPENING.search(whole, position):
        if whole[start.start() : start.start() + 3] in ESCAPED:
            position = start.start() + 3
            continue
        end = whole.find(CLOSING[start[0]], start.end())
        inside = whole[start.end() : end]
        if end < 0 or OPENING.search(inside) or end - start.start() > MAX_TAG:
            where = place(part, paragraph)
            problems.append(_syntax(where, _("A tag is opened but not closed.")))
            return
        position = end + 2
        spans.append((start.start(), position))
    _rewrite(texts, whole, spans)
    for element in texts:
        for tag in re.findall(r"\{\{.*?\}\}|\{%.*?%\}", element.text or ""):
            yield tag, element


def _rewrite(texts: list[Element], whole: str, spans: list[tuple[int, int]]) -> None:
    """Give each w:t its literal text, and the tags that begin in it."""
    start = 0
    for element in texts:
        end = start + len(element.text or "")
        pieces, position = [], start
        for first, last in spans:
            if last <= start or first >= end:
                continue
            pieces.append(_literal(whole[position:first]))
            if first >= start and not whole.startswith("{#", first):
                pieces.append(_plain_quotes(whole[first:last]))
            position = last
        pieces.append(_literal(whole[position:end]))
        element.text = "".join(pieces)
        if spans:
            element.set(XML_SPACE, "preserve")
        start = end


def _literal(text: str) -> str:
    return ESCAPE.sub(lambda match: ESCAPED[match[0]], text).translate(LITERAL)


def _plain_quotes(tag: str) -> str:
    return tag.translate(str.maketrans("“”„‘’\u00a0", '"""\'\' '))


def _check(
    tag: str, element: Element, paragraph: Element, chains: list[Chain], part: str
) -> list[Problem]:
    where = place(part, paragraph)
    if BAD_START.match(tag):
        return [_unsupported(tag, where)]
    if tag.startswith("{{"):
        return check_tag(tag, where)
    statement = STATEMENT.match(tag)
    if not statement:
        return [_unsupported(tag, where)]
    kind, word = statement[1] or "", statement[2]
    problems = check_tag(_bare(tag, statement), where)
    return problems or _check_chain(tag, kind, word, element, paragraph, chains, where)


def _bare(tag: str, statement: re.Match[str]) -> str:
    """A statement as a whole condition, for the check of its expression."""
    inside = tag[statement.start(2) :]
    if statement[2] == "if":
        return "{% " + inside + "{% endif %}"
    end = "" if statement[2] == "endif" else "{% endif %}"
    return '{% if "" %}{% ' + inside + end


def _check_chain(
    tag: str,
    kind: str,
    word: str,
    element: Element,
    paragraph: Element,
    chains: list[Chain],
    where: str,
) -> list[Problem]:
    alone, container = _reach(kind, element, paragraph)
    if container is None:
        return [_syntax(where, _("{%tr … %} stands outside a table."))]
    if alone is not None and plain_text(alone).strip() != tag:
        return [_syntax(where, _("%(tag)s must stand alone.") % {"tag": tag})]
    if word == "if":
        chains.append(Chain(kind, container, where))
        deep = len(chains) > MAX_DEPTH
        return [_syntax(where, _("Too many conditions in each other."))] if deep else []
    if not chains:
        return [_syntax(where, _("%(tag)s has no condition.") % {"tag": tag})]
    chain = chains[-1]
    if chain.kind != kind or chain.container is not container:
        message = _("%(tag)s does not stand beside the condition it belongs to.")
        return [_syntax(where, message % {"tag": tag})]
    if word == "endif":
        chains.pop()
    return []


def _reach(
    kind: str, element: Element, paragraph: Element
) -> tuple[Element | None, Element | None]:
    """What a statement takes along, and what holds it."""
    if kind == "p":
        return paragraph, paragraph.getparent()
    if kind == "tr":
        row = next(paragraph.iterancestors(w("tr")), None)
        return row, row.getparent() if row is not None else None
    run = element.getparent()
    return None, run.getparent() if run is not None else None


def _misplaced(root: Element, part: str) -> list[Problem]:
    """Tags where nothing is merged: in field codes, formulas and attributes."""
    found = []
    for element in root.iter(etree.Element):
        text = "" if element.tag == w("t") else element.text or ""
        for value in (text, element.tail or "", *element.attrib.values()):
            if OPENING.search(value):
                where = place(part, paragraph_of(element))
                message = _("A tag stands where nothing can be merged: %(text)s")
                found.append(_syntax(where, message % {"text": value[:60]}))
    return found


def _keep_valid(root: Element) -> None:
    """See to it that no condition leaves a cell or a table that Word refuses.

    A cell must end in a paragraph, so one that only conditions keep gets another,
    as small as can be. Data bindings would put the template's text back.
    """
    for paragraph in list(root.iter(w("p"))):
        parent = paragraph.getparent()
        last = paragraph.getnext() is None
        local = etree.QName(parent).localname if parent is not None else ""
        if last and local in CELL_LIKE and "{%p" in plain_text(paragraph):
            paragraph.addnext(small_paragraph())
    for control in root.iter(w("sdt")):
        if "{" in plain_text(control):
            for name in ("dataBinding", "showingPlcHdr"):
                for element in list(control.iter(w(name))):
                    remove(element)


def small_paragraph() -> Element:
    """An empty paragraph of one point."""
    paragraph = etree.Element(w("p"))
    properties = etree.SubElement(paragraph, w("pPr"))
    spacing = {w("before"): "0", w("after"): "0", w("line"): "20"}
    etree.SubElement(properties, w("spacing"), {**spacing, w("lineRule"): "exact"})
    mark = etree.SubElement(properties, w("rPr"))
    etree.SubElement(mark, w("sz"), {w("val"): "2"})
    return paragraph


def _syntax(where: str, message: str) -> Problem:
    fix = _(
        "Write fields as {{ field }} and conditions as {% if field %} … {% endif %}."
    )
    return Problem("syntax", where, message, fix)


def _unsupported(tag: str, where: str) -> Problem:
    message = _("The tag %(tag)s is not supported.") % {"tag": tag}
    return Problem("unsupported_tag", where, message, _("Take it out of the document."))


def _too_many(part: str) -> Problem:
    message = _("There are more than %(count)s tags.") % {"count": MAX_TAGS}
    return Problem("too_large", part, message, _("Make the letter simpler."))
