"""Paragraphs of nothing but merge fields: where all are empty, the letter has none.

So Word does, unless the document says otherwise. A blank or a comma between the fields
keeps the paragraph, in Word as here.
"""

from collections.abc import Iterator, Mapping

from ..wordxml import Element, paragraph_of, w
from .marks import line_mark, variable
from .table import FieldTable
from .values import FieldText, Value

BOOKMARKS = (w("bookmarkStart"), w("bookmarkEnd"))


def let_blank_lines_go(printed: Mapping[Element, Value], table: FieldTable) -> None:
    """Mark the paragraphs that are only `printed`: runs, and what each is worth."""
    for paragraph in dict.fromkeys(map(paragraph_of, printed)):
        if paragraph is not None and _may_go(paragraph, printed):
            values = [printed[run] for run in paragraph if run in printed]
            paragraph.text = line_mark(_name(value, table) for value in values)


def _may_go(paragraph: Element, printed: Mapping[Element, Value]) -> bool:
    """Whether a letter is whole without the paragraph.

    Another must come behind it: cells end in one, and tables would grow together.
    """
    following = paragraph.getnext()
    if following is None or following.tag != w("p"):
        return False
    if paragraph.find(f"{w('pPr')}/{w('sectPr')}") is not None:
        return False
    kept = (w("pPr"), *BOOKMARKS)
    if any(child not in printed and child.tag not in kept for child in paragraph):
        return False
    if any(text and text.strip() for text in _between(paragraph)):
        return False
    opened, closed = (
        {mark.get(w("id")) for mark in paragraph.iterchildren(name)}
        for name in BOOKMARKS
    )
    return opened == closed


def _between(paragraph: Element) -> Iterator[str | None]:
    """Where the marks of conditions are."""
    yield paragraph.text
    for child in paragraph:
        yield child.tail


def _name(value: Value, table: FieldTable) -> str:
    if isinstance(value, FieldText) and value.is_tag:
        return value.code
    return variable(table.number_of(value))
