"""A part of one document of many letters: what is written once, and per letter."""

from collections.abc import Sequence, Set

from .expressions import PartTemplate, compile_source
from .tags import patch
from .wordxml import BRACES, Element

# Divides the text of a part; no document may contain it.
MARK = "\ufdd2letters\ufdd2"


def compile_story(
    root: Element, pieces: Sequence[Element], last: Element, reserved: Set[str]
) -> tuple[str, list[PartTemplate], str]:
    """Return the beginning of a part, its pieces compiled, and its end.

    Each piece goes up to the next, and the last one up to the end of `last`.
    """
    for element in pieces:
        _mark_before(element)
    last.tail = (last.tail or "") + MARK
    head, *sources, tail = patch(root).split(MARK)
    parts = [compile_source(source, reserved)[0] for source in sources]
    return head.translate(BRACES), parts, tail.translate(BRACES)


def _mark_before(element: Element) -> None:
    previous, parent = element.getprevious(), element.getparent()
    if previous is not None:
        previous.tail = (previous.tail or "") + MARK
    elif parent is not None:
        parent.text = (parent.text or "") + MARK
