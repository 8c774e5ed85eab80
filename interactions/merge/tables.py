"""Tables whose rows or cells come and go: what Word needs of them in every letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from lxml import etree

from .errors import Problem
from .wordxml import Element, place, plain_text, remove, w

STATEMENT = re.compile(r"\{%(p|tr|tc)?\s+(if|elif|else|endif|for|endfor)\b")
WHOLE_LIST = re.compile(r"\{%tr\s+for\s+\w+\s+in\s+(\w+)\s*%\}")
# Word has no more columns than these.
SPANS = {str(width) for width in range(1, 64)}
DEPTH = {"if": 1, "for": 1, "endif": -1, "endfor": -1}


@dataclass(frozen=True)
class Piece:
    """A row of a table or a cell of a row; `word` is that of a statement, or empty.

    `depth` says how many statements it stands in.
    """

    element: Element
    word: str
    depth: int


def check_tables(root: Element, part: str) -> list[Problem]:
    """Tables that could lose every row, and rows every cell, which Word refuses."""
    found = []
    for table in root.iter(w("tbl")):
        rows = _pieces(table, "tr")
        if _may_be_empty(rows) and not _list_that_fills(rows):
            message = _("The table may lose all its rows.")
            fix = _("Write {%p if … %} before the table and {%p endif %} after it.")
            if any(row.word == "for" for row in rows):
                fix = _("Add a row that is always there, such as one of headings.")
            found.append(Problem("syntax", place(part, table), message, fix))
    for row in root.iter(w("tr")):
        if _may_be_empty(_pieces(row, "tc")):
            message = _("The table row may lose all its cells.")
            fix = _("Add a cell that is always there.")
            found.append(Problem("syntax", place(part, row), message, fix))
    return found


def keep_tables_valid(root: Element) -> None:
    """Leave out a table whose only loop is empty, and fit columns to loops of cells."""
    for table in list(root.iter(w("tbl"))):
        rows = _pieces(table, "tr")
        code = _list_that_fills(rows) if _may_be_empty(rows) else ""
        if code:
            table.addprevious(_statement(f"{{%p if {code} %}}"))
            table.addnext(_statement("{%p endif %}"))
        _fit_columns(table, rows)


def _pieces(whole: Element, kind: str) -> list[Piece]:
    pieces, depth = [], 0
    for element in whole.findall(w(kind)):
        statement = STATEMENT.match(plain_text(element).strip())
        word = statement[2] if statement and statement[1] == kind else ""
        pieces.append(Piece(element, word, depth))
        depth += DEPTH.get(word, 0)
    return pieces


def _may_be_empty(pieces: list[Piece]) -> bool:
    statements = any(piece.word for piece in pieces)
    return statements and all(piece.word or piece.depth for piece in pieces)


def _list_that_fills(rows: list[Piece]) -> str:
    """The list whose every row gives a row of the table, if one loop is all of it."""
    loop = WHOLE_LIST.fullmatch(plain_text(rows[0].element).strip())
    opened = sum(1 for row in rows if not row.depth)
    branches = any(row.word == "else" and row.depth == 1 for row in rows)
    always = any(not row.word and row.depth == 1 for row in rows)
    return loop[1] if loop and opened == 1 and always and not branches else ""


def _fit_columns(table: Element, rows: list[Piece]) -> None:
    """Let the columns come and go with the cells, where all rows agree on them."""
    grid = table.find(w("tblGrid"))
    shown = [row for row in rows if not row.word]
    if grid is None or not shown or any(row.depth for row in shown):
        return
    statements = [list(_statements(row.element)) for row in shown]
    columns = grid.findall(w("gridCol"))
    first = statements[0]
    if not any(first) or any(each != first for each in statements[1:]):
        return
    if len(columns) != len(first):
        return
    for column, statement in zip(columns, first, strict=True):
        if statement:
            _write_before(column, statement)
            remove(column)


def _statements(row: Element) -> Iterator[str]:
    """What stands in each column of a row: a statement on cells, or nothing."""
    for piece in _pieces(row, "tc"):
        text = plain_text(piece.element).strip() if piece.word else ""
        span = piece.element.find(f"{w('tcPr')}/{w('gridSpan')}")
        width = span.get(w("val"), "") if span is not None else ""
        yield text.replace("{%tc", "{%", 1)
        yield from [""] * ((int(width) if width in SPANS else 1) - 1)


def _statement(text: str) -> Element:
    """A paragraph that is nothing but a statement."""
    paragraph = etree.Element(w("p"))
    run = etree.SubElement(paragraph, w("r"))
    etree.SubElement(run, w("t")).text = text
    return paragraph


def _write_before(element: Element, text: str) -> None:
    """Write a text before an element, behind what already stands there."""
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + text
    elif parent is not None:
        parent.text = (parent.text or "") + text
