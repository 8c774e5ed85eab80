"""Headers and footers that use fields: one part per text they come to have.

Parts of letters in a row that say the same are shared; what is written waits in a
file, so that memory does not grow with the letters.
"""

import hashlib
import itertools
import posixpath
import struct
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import quoteattr

from .expressions import PartTemplate
from .package import RELS_NS, TYPES_NS, WORDPROCESSING, Package
from .part_names import relations_name
from .pictures import Pictures
from .unique import NEXT, Counter
from .wordxml import DECLARATION, RELATIONS, WORD
from .zipwriter import MEMORY, Member, pack

# Texts remembered per part; an older one is written again if it comes back.
REMEMBERED = 1_000
PART = "_part_"
HEADER = struct.Struct("<HIQQB")
ELEMENTS = {"headerReference": ("header", "hdr"), "footerReference": ("footer", "ftr")}


@dataclass(frozen=True)
class NewPart:
    """A part the template did not have."""

    id: str
    name: str
    kind: str
    target: str

    @property
    def relation(self) -> str:
        """How the document refers to the part."""
        return (
            f'<Relationship xmlns="{RELS_NS[1:-1]}" Id={quoteattr(self.id)} '
            f"Type={quoteattr(f'{RELATIONS}/{self.kind}')} "
            f"Target={quoteattr(self.target)}/>"
        )

    @property
    def override(self) -> str:
        """What the list of contents says of the part."""
        return (
            f'<Override xmlns="{TYPES_NS[1:-1]}" PartName={quoteattr("/" + self.name)} '
            f"ContentType={quoteattr(f'{WORDPROCESSING}{self.kind}+xml')}/>"
        )


@dataclass(frozen=True)
class EmptyPart(NewPart):
    """An empty header or footer, so that none is taken over from another letter."""

    member: Member


def empty_part(element: str, number: int, package: Package) -> EmptyPart:
    """Return an empty part for a kind of reference, the n-th."""
    kind, tag = ELEMENTS[element]
    target = _free(f"empty{number}", package) + ".xml"
    name = posixpath.join(posixpath.dirname(package.main), target)
    text = f'{DECLARATION}<w:{tag} xmlns:w="{WORD}"><w:p/></w:{tag}>'
    member = pack(name, text.encode())
    return EmptyPart(f"rIdEmpty{number}", name, kind, target, member)


class VaryingPart:
    """A header or footer of the template that uses fields."""

    def __init__(
        self,
        place: int,
        part_id: str,
        name: str,
        template: PartTemplate,
        package: Package,
        pictures: Pictures,
    ) -> None:
        self.id = part_id
        self.name = name
        self.variable = f"{PART}{place}"
        self.template = template
        self.kind = package.kind(name)
        folder, file = posixpath.split(name)
        self._folder = folder
        self._main_folder = posixpath.dirname(package.main)
        self._stem = _free(f"{file.removesuffix('.xml')}_{place}", package)
        self._relations = package.members.get(relations_name(name))
        self._pictures = pictures if name in pictures.codes else None

    def relations(self, record: Mapping[str, Any]) -> bytes | None:
        """Return the relationships of the part in the letter of a record."""
        if self._pictures is None:
            return self._relations
        shown = self._pictures.shown(self.name, record)
        return self._pictures.relations(self.name, shown).encode()

    def new(self, number: int) -> NewPart:
        """Return the part with the n-th text; the first keeps the template's name."""
        name = posixpath.join(self._folder, f"{self._stem}_{number}.xml")
        target = posixpath.relpath(name, self._main_folder)
        return NewPart(f"{self.id}_{number}", name, self.kind, target)


class RunningParts:
    """The headers and footers of the letters written so far."""

    def __init__(self, varying: Sequence[VaryingPart], first: Mapping[str, Any]):
        self._varying = varying
        self._counts = [1] * len(varying)
        self._spool = tempfile.SpooledTemporaryFile(max_size=MEMORY)
        values = {**first, NEXT: Counter()}
        texts = {part.name: part.template.render(values) for part in varying}
        for name, text in texts.items():
            self._write(pack(name, text.encode(), level=6))
        own = {part.name: part for part in varying if part.template.pictures}
        for name, part in own.items():
            relations = part.relations(first) or b""
            self._write(pack(relations_name(name), relations, level=1))
        self._known: list[dict[bytes, str]] = [
            {_digest(texts[part.name]): part.id} for part in varying
        ]

    def values(self, record: Mapping[str, Any]) -> dict[str, str]:
        """Return the ids of the parts of one letter."""
        values = {**record, NEXT: Counter()}
        return {
            part.variable: self._id(place, part, values)
            for place, part in enumerate(self._varying)
        }

    def parts(self) -> Iterator[NewPart]:
        """Yield what was added to the template's parts."""
        for part, count in zip(self._varying, self._counts, strict=True):
            yield from map(part.new, range(1, count))

    def members(self) -> Iterator[Member]:
        """Yield the parts with their texts, ready to be written."""
        self._spool.seek(0)
        while header := self._spool.read(HEADER.size):
            name, crc, size, length, method = HEADER.unpack(header)
            read = self._spool.read
            yield Member(read(name), crc, size, read(length), method)
        self._spool.close()

    def _id(self, place: int, part: VaryingPart, record: Mapping[str, Any]) -> str:
        text = part.template.render(record)
        key = _digest(text)
        known = self._known[place]
        if key in known:
            return known[key]
        new = part.new(self._counts[place])
        self._counts[place] += 1
        self._write(pack(new.name, text.encode(), level=1))
        relations = part.relations(record)
        if relations:
            self._write(pack(relations_name(new.name), relations, level=1))
        if len(known) >= REMEMBERED:
            del known[next(iter(known))]
        known[key] = new.id
        return new.id

    def _write(self, member: Member) -> None:
        name, data = member.name, member.data
        sizes = (member.crc, member.size, len(data), member.method)
        self._spool.write(HEADER.pack(len(name), *sizes) + name + data)


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _free(stem: str, package: Package) -> str:
    """A beginning of file names that no part has."""
    names = [posixpath.basename(name) for name in package.members]
    for number in itertools.count():
        candidate = f"{stem}_letters{number or ''}"
        if not any(name.startswith(candidate) for name in names):
            return candidate
    raise AssertionError
