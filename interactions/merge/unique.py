"""What may be in a document only once, made different in every letter.

`{{ _number }}` is the number of the letter, `{{ _next }}` one more each time it is
printed: what is repeated inside a letter differs as well.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree

from .wordxml import Element, remove, w

DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
VML = "urn:schemas-microsoft-com:vml"
OFFICE_SHAPE_ID = "{urn:schemas-microsoft-com:office:office}spid"
NUMBER = "_number"
NEXT = "_next"
# Names of Word's own, given anew when it saves; never the same twice.
FORGOTTEN = ("anchorId", "editId")
# Fields that name nothing; a bookmark may be called the same.
KEYWORDS = {
    *("AUTHOR", "COMMENTS", "CREATEDATE", "DATE", "EDITTIME", "FILENAME", "FILESIZE"),
    *("INDEX", "INFO", "KEYWORDS", "LASTSAVEDBY", "NUMCHARS", "NUMPAGES", "NUMWORDS"),
    *("PAGE", "PAGEREF", "PRINTDATE", "REF", "REVNUM", "SAVEDATE", "SECTION"),
    *("SECTIONPAGES", "SEQ", "STYLEREF", "SUBJECT", "SYMBOL", "TC", "TEMPLATE"),
    *("TIME", "TITLE", "TOC", "USERADDRESS", "USERINITIALS", "USERNAME", "XE"),
}
WORD_OF_FIELD = re.compile(r"[^\s\"\\]+")
# Beyond the ids that bookmarks of a template have.
MARKS = 1_000_000_000
# The start of a paragraph with its properties, those before a tracked change too.
PARAGRAPH = re.compile(
    r"<w:p(?: [^>]*?)?(?:(?P<empty>/>)|>(?:<w:pPr/>|<w:pPr>(?:"
    r"(?:(?!</w:p>).)*?</w:pPrChange>)?(?:(?!</w:p>).)*?</w:pPr>)?)",
    re.DOTALL,
)


SEQUENCE = re.compile(r"\s*SEQ\s+(\w+)", re.IGNORECASE)
# Switches of such a field that say where it begins or that it repeats the number.
SET_ANEW = re.compile(r"\\[rsc]\b", re.IGNORECASE)
LOOP_TAG = re.compile(r"\{%\w*\s+(for|endfor)\b")


class Counter:
    """Prints one more each time, the first time what comes after `last`."""

    def __init__(self, last: int = 0) -> None:
        self._count = last

    def __str__(self) -> str:
        self._count += 1
        return str(self._count)


def number_objects(elements: Iterable[Element]) -> None:
    """Number pictures, shapes and content controls as they are written."""
    for element in elements:
        parent = element.getparent()
        control = parent is not None and parent.tag == w("sdtPr")
        if element.tag == f"{{{DRAWING}}}docPr":
            element.set("id", f"{{{{ {NEXT} }}}}")
        elif element.tag == w("id") and control:
            element.set(w("val"), f"{{{{ {NEXT} }}}}")
        elif etree.QName(element).namespace == VML and "id" in element.attrib:
            _number_shape(element)


def forget_names(root: Element) -> None:
    """Take out names of Word's own, which it gives anew."""
    for element in root.iter(etree.Element):
        for name in list(element.attrib):
            if name.rpartition("}")[2] in FORGOTTEN:
                del element.attrib[name]


def repeated(root: Element) -> list[Element]:
    """The elements that stand in a loop, and may come more than once in a letter."""
    found, depth = [], 0
    for element in root.iter(etree.Element):
        if element.tag == w("t"):
            for tag in LOOP_TAG.finditer(element.text or ""):
                depth += 1 if tag[1] == "for" else -1
        if depth:
            found.append(element)
    return found


def number_repeated(roots: Mapping[str, Element]) -> dict[str, int]:
    """Number what is repeated inside a letter, and take its bookmarks out.

    Returns the parts that were changed, with the highest number taken in each.
    """
    numbers = {name: _number_repeated(root) for name, root in roots.items()}
    return {name: last for name, last in numbers.items() if last is not None}


def _number_repeated(root: Element) -> int | None:
    inside = repeated(root)
    if not inside:
        return None
    for element in inside:
        if element.tag in (w("bookmarkStart"), w("bookmarkEnd")):
            remove(element)
    ids = [each.get("id", "") for each in root.iter(f"{{{DRAWING}}}docPr")]
    ids += [each.get(w("val"), "") for each in root.iter(w("id"))]
    used = [int(each) for each in ids if each.isdecimal() and len(each) < 10]
    number_objects(inside)
    forget_names(root)
    return max(used, default=0)


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


def number_bookmarks(stories: Sequence[Element]) -> None:
    """Name the bookmarks of the stories, and what refers to them, per letter.

    Those that nothing refers to are taken out.
    """
    referred = {name for root in stories for name in _referred(root)}
    names: dict[str, str] = {}
    place = 0
    for root in stories:
        for start, end in _ranges(root, "bookmarkStart", "bookmarkEnd"):
            name = start.get(w("name"), "").casefold()
            if name not in referred:
                remove(start)
                remove(end)
                continue
            names.setdefault(name, f"_m{len(names)}_{{{{ {NUMBER} }}}}")
            start.set(w("name"), names[name])
            place = _number(start, end, place)
        for start, end in _ranges(root, "permStart", "permEnd"):
            place = _number(start, end, place)
    if names:
        for root in stories:
            _rename(root, names)


def restart_sequences(stories: Sequence[Element]) -> None:
    """Let what is counted by fields, as figures are, begin again in every letter."""
    begun = set()
    for root in stories:
        for element in root.iter(w("instrText"), w("fldSimple")):
            simple = element.tag == w("fldSimple")
            code = element.get(w("instr"), "") if simple else element.text or ""
            sequence = SEQUENCE.match(code)
            if sequence is None or sequence[1].casefold() in begun:
                continue
            begun.add(sequence[1].casefold())
            if SET_ANEW.search(code):
                continue
            restarted = f"{code.rstrip()} \\r 1 "
            if simple:
                element.set(w("instr"), restarted)
            else:
                element.text = restarted


def refers_to(root: Element, stories: Sequence[Element]) -> bool:
    """Whether a part refers to a bookmark of these stories."""
    referred = set(_referred(root))
    return any(
        start.get(w("name"), "").casefold() in referred
        for story in stories
        for start in story.iter(w("bookmarkStart"))
    )


def _number_shape(shape: Element) -> None:
    """Give a shape of the old kind a name per letter; its type is shared by all."""
    if etree.QName(shape).localname == "shapetype":
        return
    shape.set("id", f"{shape.get('id')}_{{{{ {NEXT} }}}}")
    shape.attrib.pop(OFFICE_SHAPE_ID, None)


def _number(start: Element, end: Element, place: int) -> int:
    """Number a range and return the place of the next."""
    for element in (start, end):
        element.set(w("id"), f"{{{{ {NUMBER} }}}}{place:04}")
    return place + 1


def _ranges(root: Element, start: str, end: str) -> list[tuple[Element, Element]]:
    """The ranges of one kind. What has no partner is taken out.

    Text boxes are written twice, for new and for old readers, with the same ids.
    """
    ends = defaultdict(list)
    for element in root.iter(w(end)):
        ends[element.get(w("id"))].append(element)
    found = []
    for element in list(root.iter(w(start))):
        waiting = ends[element.get(w("id"))]
        if waiting:
            found.append((element, waiting.pop(0)))
        else:
            remove(element)
    for left in ends.values():
        for element in left:
            remove(element)
    return found


def join_instructions(root: Element) -> None:
    """Put the pieces of a field's instruction into its first, so names are whole."""
    pieces: list[Element] = []
    for element in root.iter(w("fldChar"), w("instrText")):
        if element.tag == w("instrText"):
            pieces.append(element)
            continue
        if len(pieces) > 1:
            pieces[0].text = "".join(piece.text or "" for piece in pieces)
            for piece in pieces[1:]:
                piece.text = ""
        pieces = []


def _instructions(root: Element) -> Iterator[str]:
    for text in root.iter(w("instrText")):
        yield text.text or ""
    for field in root.iter(w("fldSimple")):
        yield field.get(w("instr"), "")


def _referred(root: Element) -> Iterator[str]:
    """Every word that a field or a link could mean a bookmark by."""
    for link in root.iter(w("hyperlink")):
        yield link.get(w("anchor"), "").casefold()
    for instruction in _instructions(root):
        words = WORD_OF_FIELD.findall(instruction)
        if words and words[0].upper() in KEYWORDS:
            words = words[1:]
        yield from (word.casefold() for word in words)


def _rename(root: Element, names: Mapping[str, str]) -> None:
    words = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    whole = re.compile(rf"(?<![^\s\"])(?:{words})(?![^\s\"])", re.IGNORECASE)

    def renamed(text: str) -> str:
        first = WORD_OF_FIELD.search(text)
        keep = first.end() if first and first[0].upper() in KEYWORDS else 0
        return text[:keep] + whole.sub(
            lambda match: names[match[0].casefold()], text[keep:]
        )

    for link in root.iter(w("hyperlink")):
        anchor = link.get(w("anchor"), "").casefold()
        if anchor in names:
            link.set(w("anchor"), names[anchor])
    for text in root.iter(w("instrText")):
        text.text = renamed(text.text or "")
    for field in root.iter(w("fldSimple")):
        field.set(w("instr"), renamed(field.get(w("instr"), "")))
