"""Tags in the text of a part: found, checked and prepared for rendering.

A tag is `{{ field }}`, a condition `{% if field %}`, `{% elif %}`, `{% else %}`,
`{% endif %}`, or a loop `{% for row in list %}`, `{% endfor %}`; `{%p if %}` takes its
paragraph along, `{%tr if %}` its table row and `{%tc if %}` its cell, as in docxtpl,
whose `patch_xml` does the last step. Everything is checked on the tree first: that
step is quadratic, and breaks documents, when tags are not in order.
"""

import io
import re
from collections import deque
from dataclasses import dataclass

from django.utils.translation import gettext as _
from docxtpl import DocxTemplate
from lxml import etree

from .errors import Problem
from .expressions import check_tag
from .lists import MergeList, list_of
from .pictures import find_slots, open_slots
from .tables import STATEMENT, check_tables, keep_tables_valid
from .wordfields import MARKS, expand
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
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}")
LOOP = re.compile(r"\{%\w*\s+for\s+(\w+)\s+in\s+(\w+)\b")
OPENED_BY = {"endif": ("if",), "endfor": ("for",), "elif": ("if",)}
BAD_START = re.compile(r"\{\{(?:[-+]|(?:p|tr|tc|r)\s)|\{%[-+]")
ESCAPED = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
ESCAPE = re.compile("|".join(map(re.escape, ESCAPED)))
BINDING = ("dataBinding", "showingPlcHdr")
CELL_LIKE = ("tc", "txbxContent", "hdr", "ftr", "footnote", "endnote", "comment")


@dataclass
class Chain:
    """A condition or loop that is open: where it stands and what it takes along.

    A loop has the name of its rows and the list they are of.
    """

    word: str
    kind: str
    container: Element
    where: str
    row: str = ""
    of: MergeList | None = None

    @property
    def unclosed(self) -> str:
        """What to say when it is never closed."""
        if self.word == "for":
            return _("A loop is not closed by {% endfor %}.")
        return _("A condition is not closed by {% endif %}.")


@dataclass(frozen=True)
class Spot:
    """Where a tag stands: its w:t, its paragraph, and the place for people."""

    element: Element
    paragraph: Element
    where: str


def prepare(root: Element, part: str) -> tuple[str, list[Problem]]:
    """Return the source of a part for the compiler, and what is wrong with it."""
    slots, problems = find_slots(root, part)
    problems += _misplaced(root, part)
    count = 0
    chains: list[Chain] = []
    for paragraph in list(root.iter(w("p"))):
        tags = _join(paragraph, part, problems)
        count += len(tags)
        if count > MAX_TAGS:
            return "", [*problems, _too_many(part)]
        where = place(part, paragraph) if tags else ""
        for tag, element in tags:
            problems += _check(tag, Spot(element, paragraph, where), chains)
    problems += [_syntax(chain.where, chain.unclosed) for chain in chains]
    problems += check_tables(root, part)
    if problems:
        return "", problems
    keep_tables_valid(root)
    open_slots(slots)
    _keep_valid(root)
    return patch(root), []


def patch(root: Element) -> str:
    """Return the text of a part whose tags are in order, ready to compile."""
    source = DocxTemplate(io.BytesIO()).patch_xml(text_of(root))
    return expand(TAG.sub(lambda tag: tag[0].replace("&amp;", "&"), source))


def _join(
    paragraph: Element, part: str, problems: list[Problem]
) -> list[tuple[str, Element]]:
    """Put each tag of a paragraph into one w:t; return the tags, each with its own."""
    texts = texts_of(paragraph)
    whole = "".join(text.text or "" for text in texts)
    if "{" not in whole and "}" not in whole:
        return []
    spans = []
    position = 0
    while start := OPENING.search(whole, position):
        if whole[start.start() : start.start() + 3] in ESCAPED:
            position = start.start() + 3
            continue
        end = whole.find(CLOSING[start[0]], start.end(), start.start() + MAX_TAG)
        if end < 0 or OPENING.search(whole, start.end(), end):
            where = place(part, paragraph)
            problems.append(_syntax(where, _("A tag is opened but not closed.")))
            return []
        position = end + 2
        spans.append((start.start(), position))
    return _rewrite(texts, whole, spans)


def _rewrite(
    texts: list[Element], whole: str, spans: list[tuple[int, int]]
) -> list[tuple[str, Element]]:
    """Give each w:t its literal text, and the tags that begin in it."""
    tags = []
    start, waiting = 0, deque(spans)
    for element in texts:
        end = start + len(element.text or "")
        pieces, position = [], start
        while waiting and waiting[0][0] < end:
            first, last = waiting[0]
            if first >= start:
                pieces.append(_literal(whole[position:first]))
                if not whole.startswith("{#", first):
                    tags.append((_plain_quotes(whole[first:last]), element))
                    pieces.append(tags[-1][0])
            position = min(last, end)
            if last > end:
                break
            waiting.popleft()
        pieces.append(_literal(whole[position:end]))
        element.text = "".join(pieces)
        if spans:
            element.set(XML_SPACE, "preserve")
        start = end
    return tags


def _literal(text: str) -> str:
    return ESCAPE.sub(lambda match: ESCAPED[match[0]], text).translate(LITERAL)


def _plain_quotes(tag: str) -> str:
    return tag.translate(str.maketrans("“”„‘’\u00a0", '"""\'\' '))


def _check(tag: str, spot: Spot, chains: list[Chain]) -> list[Problem]:
    rows = {chain.row: chain.of for chain in chains if chain.of}
    if BAD_START.match(tag):
        return [_unsupported(tag, spot.where)]
    if tag.startswith("{{"):
        return check_tag(tag, spot.where, rows)
    statement = STATEMENT.match(tag)
    if not statement:
        return [_unsupported(tag, spot.where)]
    inside = {} if statement[2] == "endfor" else rows
    problems = check_tag(_bare(tag, statement), spot.where, inside)
    fault = _fault(tag, statement[1] or "", statement[2], spot, chains)
    return [*problems, _syntax(spot.where, fault)] if fault else problems


def _bare(tag: str, statement: re.Match[str]) -> str:
    """A statement as a whole, for the check of what it says."""
    word = statement[2]
    inside = "{% " + tag[statement.start(2) :]
    if word in ("if", "for"):
        return f"{inside}{{% end{word} %}}"
    if word == "endfor":
        return "{% for closed_here in people %}" + inside
    end = "" if word == "endif" else "{% endif %}"
    return '{% if "" %}' + inside + end


def _fault(tag: str, kind: str, word: str, spot: Spot, chains: list[Chain]) -> str:
    """What is wrong with the place of a statement, if anything; follows the chains."""
    alone, container = _reach(kind, spot)
    if container is None:
        return _("%(tag)s stands outside a table.") % {"tag": tag}
    if word in ("if", "for"):
        chains.append(_chain(tag, word, kind, container, spot))
        if len(chains) > MAX_DEPTH:
            return _("Too many conditions stand in each other.")
    elif not chains:
        return _("%(tag)s has no condition.") % {"tag": tag}
    else:
        closes = word in ("endif", "endfor")
        chain = chains.pop() if closes else chains[-1]
        beside = chain.kind == kind and chain.container is container
        if not beside or chain.word not in OPENED_BY.get(word, (chain.word,)):
            message = _("%(tag)s does not stand beside the condition it belongs to.")
            return message % {"tag": tag}
    if alone is not None and plain_text(alone).strip() != tag:
        return _("%(tag)s must stand alone.") % {"tag": tag}
    return ""


def _chain(tag: str, word: str, kind: str, container: Element, spot: Spot) -> Chain:
    chain = Chain(word, kind, container, spot.where)
    loop = LOOP.match(tag)
    if loop:
        chain.row, chain.of = loop[1], list_of(loop[2])
    return chain


def _reach(kind: str, spot: Spot) -> tuple[Element | None, Element | None]:
    """What a statement takes along, and what holds it."""
    if kind == "p":
        return spot.paragraph, spot.paragraph.getparent()
    if kind:
        taken = next(spot.paragraph.iterancestors(w(kind)), None)
        return taken, taken.getparent() if taken is not None else None
    run = spot.element.getparent()
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
        text = plain_text(control)
        if "{" in text or MARKS.search(text):
            for element in control.findall(f"{w('sdtPr')}/*"):
                if etree.QName(element).localname in BINDING:
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
