"""Pictures that are another one for each contact.

A picture of the template whose alternative text is `{{ salesperson_signature }}` is
replaced by that of the letter's salesperson, `{{ picture.SUMMER }}` by the picture
that is kept under this code. It stays where it is and inside the size it has. Who has
no such picture gets none; with `{{ salesperson_signature|keep }}` the one of the
template. Every picture is a PNG, known by the SHA-256 of its bytes.
"""

import functools
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from django.utils.translation import gettext as _
from lxml import etree

from .errors import Problem, RenderError
from .package import NO_RELATIONS, RELS_NS, TYPES, TYPES_NS, Package
from .part_names import relations_name
from .wordxml import RELATIONS, Element, paragraph_of, place, remove, text_of, w
from .zipwriter import Member, pack

# Returns the bytes of the picture with this SHA-256.
Load = Callable[[str], bytes]

SIGNATURE = "SALESPERSON_SIGNATURE"
# Names of our own in the text of a part: a relationship and the size, by slot.
PICTURE, WIDTH, HEIGHT = "_picture", "_picture_width", "_picture_height"
# How people name pictures, which is not for the text.
PICTURE_NAMES = ("salesperson_signature", "picture")
OWN_NAMES = frozenset((PICTURE, WIDTH, HEIGHT))
NAMED = re.compile(
    r"\{\{\s*(?:(salesperson_signature)|picture\.(\w{1,20}))\s*(\|\s*keep\s*)?\}\}",
    re.IGNORECASE,
)
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
EMBED, LINK = f"{{{RELATIONS}}}embed", f"{{{RELATIONS}}}link"
NO_TEXT = ("footnotes", "endnotes")
IMAGE = f"{RELATIONS}/image"


@dataclass(frozen=True)
class Slot:
    """A picture of the template that is replaced; `key` names it and its size."""

    drawing: Element
    blip: Element
    sizes: tuple[Element, ...]
    key: str
    keep: bool


def find_slots(root: Element, part: str) -> tuple[list[Slot], list[Problem]]:
    """Take the tags out of alternative texts; return what they stood on."""
    slots: list[Slot] = []
    problems: list[Problem] = []
    if etree.QName(root).localname in NO_TEXT:
        return slots, problems
    for properties in list(root.iter(f"{PLACED}docPr")):
        said = f"{properties.get('descr', '')} {properties.get('title', '')}"
        if "{{" not in said:
            continue
        drawing = next(properties.iterancestors(w("drawing")), None)
        where = place(part, paragraph_of(properties))
        named = NAMED.search(said)
        slot = _slot(drawing, named) if drawing is not None and named else None
        if named is None:
            problems.append(_unknown(said, where))
        elif slot is None:
            problems.append(_no_picture(named[0], where))
        else:
            slots.append(slot)
        _forget_alternative_text(drawing if drawing is not None else properties)
    return slots, problems


def open_slots(slots: Iterable[Slot]) -> None:
    """Let the pictures be those of each letter."""
    for slot in slots:
        key = f"'{slot.key}'"
        given = f"{{{{ {PICTURE}[{key}] }}}}"
        if slot.keep:
            own = slot.blip.get(EMBED, "")
            given = f"{{% if {PICTURE}[{key}] %}}{given}{{% else %}}{own}{{% endif %}}"
        else:
            _only_if(slot.drawing, f"{PICTURE}[{key}]")
        slot.blip.set(EMBED, given)
        slot.blip.attrib.pop(LINK, None)
        # A drawing beside the picture would be shown instead of it.
        for extra in slot.blip.findall(f"{DRAWING}extLst"):
            remove(extra)
        for size in slot.sizes:
            size.set("cx", f"{{{{ {WIDTH}[{key}] }}}}")
            size.set("cy", f"{{{{ {HEIGHT}[{key}] }}}}")


def code_of_key(key: str) -> str:
    """Return the code of the picture that a slot shows."""
    return key.split()[0]


def values_of(keys: Iterable[str], record: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the slots with these keys say in the letter of a record."""
    given = record.get("pictures", {})
    ids: dict[str, str] = {}
    widths: dict[str, str] = {}
    heights: dict[str, str] = {}
    for key in keys:
        code, *box = key.split()
        width, height = map(int, box)
        picture = given.get(code)
        if picture:
            scale = min(width / picture["width"], height / picture["height"])
            width = max(1, round(picture["width"] * scale))
            height = max(1, round(picture["height"] * scale))
        ids[key] = _relation_id(picture["sha256"]) if picture else ""
        widths[key], heights[key] = str(width), str(height)
    return {PICTURE: ids, WIDTH: widths, HEIGHT: heights}


class Pictures:
    """The pictures that the parts of a template show; `codes` by the part's name."""

    def __init__(
        self, package: Package, codes: Mapping[str, frozenset[str]], load: Load | None
    ) -> None:
        self.codes = {name: shown for name, shown in codes.items() if shown}
        self._main = package.main
        self._load = load
        self._relations = {
            name: text_of(package.root(relations_name(name)))
            if relations_name(name) in package.members
            else NO_RELATIONS
            for name in self.codes
        }
        self._media = functools.lru_cache(maxsize=64)(self._packed)

    def shown(self, name: str, record: Mapping[str, Any]) -> dict[str, None]:
        """Return the pictures that a part shows in the letter of a record."""
        given = record.get("pictures", {})
        found = (given.get(code) for code in sorted(self.codes.get(name, ())))
        return dict.fromkeys(picture["sha256"] for picture in found if picture)

    def relations(self, name: str, shown: Iterable[str]) -> str:
        """Return the relationships of a part that shows these pictures."""
        text = self._relations[name]
        end = text.rindex("</")
        added = "".join(self.relation(name, sha256) for sha256 in shown)
        return text[:end] + added + text[end:]

    def relation(self, name: str, sha256: str) -> str:
        """Return how a part refers to a picture."""
        target = posixpath.relpath(self._name(sha256), posixpath.dirname(name))
        return (
            f'<Relationship xmlns="{RELS_NS[1:-1]}" Id="{_relation_id(sha256)}" '
            f'Type="{IMAGE}" Target={quoteattr(target)}/>'
        )

    def media(self, sha256: str) -> Member:
        """Return the picture as a part of the document. Raises RenderError."""
        return self._media(sha256)

    def members(self, record: Mapping[str, Any]) -> list[Member]:
        """Return what the letter of a record has more. Raises RenderError."""
        members: list[Member] = []
        media: dict[str, None] = {}
        for name in self.codes:
            shown = self.shown(name, record)
            text = self.relations(name, shown)
            members.append(pack(relations_name(name), text.encode(), level=1))
            media.update(shown)
        return [*members, *map(self.media, media)]

    def _packed(self, sha256: str) -> Member:
        if self._load is None:
            raise RenderError(_("The pictures of the letters are not at hand."))
        return pack(self._name(sha256), self._load(sha256))

    def _name(self, sha256: str) -> str:
        folder = posixpath.dirname(self._main)
        return posixpath.join(folder, "media", f"letters_{sha256[:20]}.png")


def declare_png(package: Package) -> None:
    """See to it that the document says what a .png is."""
    root = package.root(TYPES)
    known = {
        element.get("Extension", "").lower()
        for element in root.iter(f"{TYPES_NS}Default")
    }
    if "png" not in known:
        attributes = {"Extension": "png", "ContentType": "image/png"}
        root.insert(0, etree.Element(f"{TYPES_NS}Default", attributes))
        package.members[TYPES] = text_of(root).encode()


def _slot(drawing: Element, named: re.Match[str]) -> Slot | None:
    """The one picture of a drawing; None if it is something else, or several."""
    blips = list(drawing.iter(f"{DRAWING}blip"))
    extents = list(drawing.iter(f"{PLACED}extent"))
    if len(blips) != 1 or len(extents) != 1:
        return None
    width, height = extents[0].get("cx", ""), extents[0].get("cy", "")
    if not (width.isdecimal() and height.isdecimal() and len(width + height) < 20):
        return None
    sizes = [each for each in drawing.iter(f"{DRAWING}ext") if "cx" in each.attrib]
    code = SIGNATURE if named[1] else named[2].upper()
    key = f"{code} {width} {height}"
    return Slot(drawing, blips[0], (extents[0], *sizes), key, keep=bool(named[3]))


def _forget_alternative_text(drawing: Element) -> None:
    for element in drawing.iter(etree.Element):
        for name in ("descr", "title"):
            if "{{" in element.get(name, ""):
                del element.attrib[name]


def _only_if(element: Element, condition: str) -> None:
    previous, parent = element.getprevious(), element.getparent()
    opening = f"{{% if {condition} %}}"
    if previous is not None:
        previous.tail = (previous.tail or "") + opening
    elif parent is not None:
        parent.text = (parent.text or "") + opening
    element.tail = "{% endif %}" + (element.tail or "")


def _relation_id(sha256: str) -> str:
    return f"rIdPicture{sha256[:20]}"


def _unknown(said: str, where: str) -> Problem:
    message = _("There is no picture for the alternative text %(text)s.")
    fix = _("Write {{ salesperson_signature }}, or {{ picture.CODE }}.")
    text = {"text": said.strip()[:60]}
    return Problem("unknown_field", where, message % text, fix)


def _no_picture(tag: str, where: str) -> Problem:
    message = _("%(tag)s is not the alternative text of one picture.") % {"tag": tag}
    fix = _("Insert one picture, and write the tag into its alternative text.")
    return Problem("unsupported_tag", where, message, fix)
