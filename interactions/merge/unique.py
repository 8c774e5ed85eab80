"""What may be in a document only once, made different in every letter."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .wordxml import Element, remove, w

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
DOC_PR = f"{{{DRAWING}}}docPr"
ID = "_id_"
NUMBER = "_number"
# Beyond the ids that bookmarks of a template have.
MARKS = 1_000_000_000
# The start of a paragraph with its properties, those before a tracked change too.
PARAGRAPH = re.compile(
    r"<w:p(?: [^>]*?)?(?:(?P<empty>/>)|>(?:<w:pPr/>|<w:pPr>(?:"
    r"(?:(?!</w:p>).)*?</w:pPrChange>)?(?:(?!</w:p>).)*?</w:pPr>)?)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Numbered:
    """Ids that count on from letter to letter."""

    first: int
    count: int

    def values(self, letter: int) -> Mapping[str, str]:
        """Return the ids of a letter, the first being 0."""
        start = self.first + letter * self.count
        return {f"{ID}{place}": str(start + place) for place in range(self.count)}


def make_unique(root: Element) -> Numbered:
    """Number pictures and bookmarks per letter, and drop ids nobody needs."""
    for control in root.iter(w("sdtPr")):
        for element in list(control.iter(w("id"))):
            remove(element)
    ids = [each.get("id", "") for each in root.iter(DOC_PR)]
    used = [int(each) for each in ids if each.isdecimal() and len(each) < 10]
    count = 0
    for picture in root.iter(DOC_PR):
        picture.set("id", f"{{{{ {ID}{count} }}}}")
        count += 1
    count = _bookmarks(root, count)
    return Numbered(max(used, default=0) + 1, count)


def with_bookmark(text: str, letter: int) -> str:
    """Return the XML of a letter with a bookmark in it, the first letter being 1.

    At the beginning of its first paragraph: LibreOffice counts one between paragraphs
    to the letter before.
    """
    number = MARKS + letter
    mark = (
        f'<w:bookmarkStart w:id="{number}" w:name="letter{letter}"/>'
        f'<w:bookmarkEnd w:id="{number}"/>'
    )

    def marked(match: re.Match[str]) -> str:
        if match["empty"]:
            return f"{match[0][:-2]}>{mark}</w:p>"
        return match[0] + mark

    return PARAGRAPH.sub(marked, text, count=1)


def _bookmarks(root: Element, count: int) -> int:
    referred = _referred(root)
    ends = {end.get(w("id")): end for end in root.iter(w("bookmarkEnd"))}
    names = {}
    for start in list(root.iter(w("bookmarkStart"))):
        name = start.get(w("name"), "")
        end = ends.pop(start.get(w("id")), None)
        if name not in referred or end is None:
            remove(start)
            if end is not None:
                remove(end)
            continue
        names[name] = f"_m{count}_{{{{ {NUMBER} }}}}"
        start.set(w("name"), names[name])
        for element in (start, end):
            element.set(w("id"), f"{{{{ {ID}{count} }}}}")
        count += 1
    for end in ends.values():
        remove(end)
    _rename(root, names)
    return count


def _referred(root: Element) -> set[str]:
    """Every word that a field or a link could mean a bookmark by."""
    words = {link.get(w("anchor"), "") for link in root.iter(w("hyperlink"))}
    for text in root.iter(w("instrText")):
        words.update(re.findall(r"[^\s\"\\]+", text.text or ""))
    for field in root.iter(w("fldSimple")):
        words.update(re.findall(r"[^\s\"\\]+", field.get(w("instr"), "")))
    return words


def _rename(root: Element, names: Mapping[str, str]) -> None:
    if not names:
        return
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    whole = re.compile(rf"(?<![^\s\"])(?:{words})(?![^\s\"])")

    def renamed(text: str) -> str:
        return whole.sub(lambda match: names[match[0]], text)

    for link in root.iter(w("hyperlink")):
        if link.get(w("anchor")) in names:
            link.set(w("anchor"), names[link.get(w("anchor"), "")])
    for text in root.iter(w("instrText")):
        text.text = renamed(text.text or "")
    for field in root.iter(w("fldSimple")):
        field.set(w("instr"), renamed(field.get(w("instr"), "")))
