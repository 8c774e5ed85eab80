"""One letter after the other: constant members copied, the rest packed cheaply.

Text that never changes is deflated once, with a full flush so that it can stand
between anything; values go between as stored blocks. A letter costs a render, a
join and a checksum.
"""

import copy
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .expressions import PartTemplate
from .notes import NOTES, Notes
from .package import Package
from .pictures import Pictures
from .tags import patch
from .unique import NEXT, Counter
from .wordxml import Element
from .zipwriter import Member, central_record, end_record, local_header, pack

STORED_MAX = 0xFFFF
LAST_BLOCK = b"\x03\x00"


class PackedPart:
    """A part that differs from letter to letter."""

    def __init__(
        self, name: str, template: PartTemplate, last: int | None = None
    ) -> None:
        """`last` is the highest number taken, if what is repeated is numbered."""
        self.name = name.encode()
        self.template = template
        self._last = last
        self._constants = {text: _constant(text) for text in template.constants}

    def pack(self, record: Mapping[str, Any]) -> Member:
        """Return the part of one letter. Raises RenderError."""
        if self._last is not None:
            record = {**record, NEXT: Counter(self._last)}
        texts = list(self.template.pieces(record))
        constant = self._constants.get
        packed = [constant(text) or _stored(text.encode()) for text in texts]
        packed.append(LAST_BLOCK)
        whole = "".join(texts).encode()
        return Member(self.name, zlib.crc32(whole), len(whole), b"".join(packed))


class NotesPart:
    """Notes of which a letter may have some and not others."""

    def __init__(self, notes: Notes, document: PartTemplate, last: int | None) -> None:
        """`last` is the highest number taken, if what is repeated is numbered."""
        self._notes = notes
        self._document = document
        self._last = last or 0

    def pack(self, record: Mapping[str, Any]) -> Member:
        """Return the part of one letter. Raises RenderError."""
        text = self._document.render({**record, NEXT: Counter()})
        notes = self._notes.of_letter(text, {**record, NEXT: Counter(self._last)})
        text = "".join((self._notes.head, *notes, self._notes.tail))
        return pack(self._notes.name, text.encode(), level=1)


def _constant(text: str) -> bytes:
    data = text.encode()
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = deflate.compress(data) + deflate.flush(zlib.Z_FULL_FLUSH)
    return min(packed, _stored(data), key=len)


def _stored_header(size: int) -> bytes:
    return struct.pack("<BHH", 0, size, size ^ STORED_MAX)


SHORT = 256
STORED_HEADERS = [_stored_header(size) for size in range(SHORT)]


def _stored(data: bytes) -> bytes:
    if len(data) < SHORT:
        return STORED_HEADERS[len(data)] + data
    blocks = []
    for start in range(0, len(data), STORED_MAX):
        block = data[start : start + STORED_MAX]
        blocks.append(_stored_header(len(block)) + block)
    return b"".join(blocks)


@dataclass(frozen=True, slots=True)
class Letter:
    """One .docx: the bytes every letter begins with, its own, and the checksum."""

    start: bytes
    end: bytes
    crc: int

    @property
    def data(self) -> bytes:
        return self.start + self.end


def letter_writer(
    package: Package,
    roots: Mapping[str, Element],
    parts: Mapping[str, PartTemplate],
    constants: Mapping[str, Member],
    numbers: Mapping[str, int],
    pictures: Pictures,
) -> "LetterWriter":
    """Return what writes the letters that are documents of their own.

    `roots` are the trees of the parts that hold text, `parts` those with fields,
    compiled; `numbers` is the highest id taken in those that repeat something.
    """
    chosen = _chosen_notes(package, roots, parts, numbers)
    packed = [
        PackedPart(name, part, numbers.get(name))
        for name, part in parts.items()
        if name not in chosen
    ]
    same = [member for name, member in constants.items() if name not in chosen]
    return LetterWriter(same, [*packed, *chosen.values()], pictures)


def _chosen_notes(
    package: Package,
    roots: Mapping[str, Element],
    parts: Mapping[str, PartTemplate],
    numbers: Mapping[str, int],
) -> dict[str, NotesPart]:
    """The parts with notes of which, by conditions, a letter may have some only."""
    document = roots[package.main]
    names = {kind: package.first(package.main, kind) for kind in NOTES}
    if not any(names.values()) or "{%" not in patch(document):
        return {}
    chosen = {}
    for kind, name in names.items():
        if name:
            notes = Notes(kind, name, document, copy.deepcopy(roots[name]))
            if notes.count:
                notes.compile({NEXT})
                document_part = parts[package.main]
                chosen[name] = NotesPart(notes, document_part, numbers.get(name))
    return chosen


class LetterWriter:
    """Makes letters: `constants` are the same in all, `parts` are not."""

    def __init__(
        self,
        constants: Sequence[Member],
        parts: Sequence[PackedPart | NotesPart],
        pictures: Pictures,
    ) -> None:
        self._parts = parts
        self._pictures = pictures if pictures.codes else None
        self._count = len(constants)
        start, directory = bytearray(), bytearray()
        for member in constants:
            length = len(member.data)
            directory += central_record(member, length, len(start))
            start += local_header(member, length) + member.data
        self._start = bytes(start)
        self._directory = bytes(directory)
        self._crc = zlib.crc32(self._start)

    def letter(self, record: Mapping[str, Any]) -> Letter:
        """Return the letter of one record. Raises RenderError."""
        pieces: list[bytes] = []
        directory = [self._directory]
        offset = len(self._start)
        members = [part.pack(record) for part in self._parts]
        if self._pictures:
            members += self._pictures.members(record)
        for member in members:
            length = len(member.data)
            header = local_header(member, length)
            directory.append(central_record(member, length, offset))
            pieces += (header, member.data)
            offset += len(header) + length
        records = b"".join(directory)
        count = self._count + len(members)
        pieces += (records, end_record(count, len(records), offset))
        end = b"".join(pieces)
        return Letter(self._start, end, zlib.crc32(end, self._crc))
